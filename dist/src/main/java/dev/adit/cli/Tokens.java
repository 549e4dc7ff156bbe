package dev.adit.cli;

import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.secret.SecretText;
import dev.adit.core.auth.CodeSource;
import dev.adit.core.auth.SecretResolver;
import dev.adit.core.auth.SecretSource;
import dev.adit.core.token.HotpCodes;
import dev.adit.core.token.HotpFile;
import dev.adit.core.token.TokenSeed;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One-time codes by {@code --token-mode} and {@code --token-secret}. */
final class Tokens {
  private static final Logger LOG = LoggerFactory.getLogger(Tokens.class);

  private final InstantSource clock;
  private final SecretResolver resolver;

  Tokens(InstantSource clock, SecretResolver resolver) {
    this.clock = clock;
    this.resolver = resolver;
  }

  /** Where codes come from; empty without {@code --token-mode}. */
  Optional<CodeSource> source(@Nullable String mode, Optional<SecretSource> kept)
      throws VpnException, InterruptedException {
    if (mode == null) {
      return Optional.empty();
    }
    if (!mode.equals("totp") && !mode.equals("hotp")) {
      throw Choices.wrong("--token-mode", mode, "totp or hotp in this version");
    }
    if (kept.isEmpty()) {
      throw new VpnException(Kind.CONFIGURATION, "--token-mode needs --token-secret");
    }
    TokenSeed seed;
    try (SecretText text = resolver.resolve(kept.get())) {
      seed = TokenSeed.parse(text);
    }
    return Optional.of(mode.equals("totp") ? totp(seed) : hotp(seed, kept.get()));
  }

  /** A server takes no code twice: each further one is of a later period than the one before. */
  private CodeSource totp(TokenSeed seed) {
    int seconds = seed.code().periodSeconds();
    AtomicLong used = new AtomicLong(Long.MIN_VALUE);
    return () -> {
      long present = clock.instant().getEpochSecond() / seconds;
      long period = used.updateAndGet(last -> Math.max(present, last + 1));
      return seed.code().totp(Instant.ofEpochSecond(period * seconds));
    };
  }

  private static CodeSource hotp(TokenSeed seed, SecretSource from) {
    HotpCodes.CounterStore store;
    if (from instanceof SecretSource.File file) {
      store = new HotpFile(file.path());
    } else {
      LOG.warn(
          "--token-mode=hotp: the counter is kept only in a file; --token-secret=@FILE names one."
              + " The next log-in begins with the same code again.");
      store = next -> {};
    }
    return new HotpCodes(seed.code(), seed.counter().orElse(0), store)::next;
  }
}
