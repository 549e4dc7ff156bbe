package dev.adit.cli;

import dev.adit.api.secret.SecretText;
import dev.adit.core.auth.SecretSource;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the secrets of a connection are: said on the command line, which everybody on the host can
 * see, or in the configuration, by key.
 */
final class Secrets {
  private static final Logger LOG = LoggerFactory.getLogger(Secrets.class);
  private static final String CREDENTIAL = "credential:";

  private final Map<String, SecretSource> configured;
  private final Set<String> warned = new HashSet<>();

  Secrets(Map<String, SecretSource> configured) {
    this.configured = Map.copyOf(configured);
  }

  /** {@code @FILE}, {@code credential:NAME}, or the secret itself. */
  static SecretSource source(String text) {
    if (text.startsWith("@")) {
      return new SecretSource.File(Path.of(text.substring(1)));
    }
    return text.startsWith(CREDENTIAL)
        ? new SecretSource.Credential(text.substring(CREDENTIAL.length()))
        : new SecretSource.Given(SecretText.of(text));
  }

  /**
   * One of them.
   *
   * @param key its long option without hyphens
   * @param said what the command line says, which wins
   */
  Optional<SecretSource> find(String key, @Nullable String said) {
    if (said == null) {
      return Optional.ofNullable(configured.get(key));
    }
    SecretSource source = source(said);
    if (source instanceof SecretSource.Given && warned.add(key)) {
      LOG.warn(
          "--{}: everybody on this host can see it; --{}=@FILE keeps it to yourself.", key, key);
    }
    return Optional.of(source);
  }
}
