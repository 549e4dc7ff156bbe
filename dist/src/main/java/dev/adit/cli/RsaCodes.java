package dev.adit.cli;

import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.secret.SecretText;
import dev.adit.core.auth.CodeSource;
import dev.adit.core.auth.Prompter;
import dev.adit.core.auth.SecretResolver;
import dev.adit.core.auth.SecretSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Codes of an RSA SecurID token by stoken: of the token in its own file, {@code ~/.stokenrc}, or of
 * the one that {@code --token-secret} is. The second code is that of the next period.
 */
final class RsaCodes implements CodeSource {
  /** What the program takes for "no PIN". */
  private static final String NO_PIN = "0000";

  private final TokenProgram program;
  private final Optional<SecretSource> kept;
  private final SecretResolver resolver;
  private final Prompter prompter;
  private Optional<SecretText> pin = Optional.empty();
  private boolean used;

  RsaCodes(
      TokenProgram program,
      Optional<SecretSource> kept,
      SecretResolver resolver,
      Prompter prompter) {
    this.program = program;
    this.kept = kept;
    this.resolver = resolver;
    this.prompter = prompter;
  }

  @Override
  public boolean isPassword() {
    return true;
  }

  @Override
  public SecretText next() throws VpnException {
    try {
      if (pin.isEmpty()) {
        pin = Optional.of(askPin());
      }
      if (kept.isPresent() && kept.get() instanceof SecretSource.File file) {
        return code(Optional.of(file.path()));
      }
      return kept.isPresent() ? ofText(kept.get()) : code(Optional.empty());
    } catch (InterruptedException e) {
      throw new VpnException(Kind.CANCELLED, "stopped at a code of the token", e);
    }
  }

  private SecretText askPin() throws VpnException, InterruptedException {
    SecretText typed =
        prompter.available()
            ? prompter.hidden("PIN of the RSA token (empty if it has none)")
            : SecretText.of("");
    return typed.length() == 0 ? SecretText.of(NO_PIN) : typed;
  }

  /** The token goes by a file that is ours alone: arguments are for all to see. */
  private SecretText ofText(SecretSource source) throws VpnException, InterruptedException {
    Path file = null;
    try (SecretText token = resolver.resolve(source)) {
      // Files of this kind are made with mode 0600.
      file = Files.createTempFile("adit", ".token");
      Files.writeString(file, token.reveal() + "\n");
      return code(Optional.of(file));
    } catch (IOException e) {
      throw new VpnException(
          Kind.OTHER, "--token-mode=rsa: no temporary file: " + e.getMessage(), e);
    } finally {
      if (file != null && !file.toFile().delete()) {
        file.toFile().deleteOnExit();
      }
    }
  }

  private SecretText code(Optional<Path> file) throws VpnException {
    List<String> arguments = new ArrayList<>(List.of("tokencode", "--stdin"));
    file.ifPresent(f -> arguments.add("--file=" + f));
    if (used) {
      arguments.add("--next");
    }
    used = true;
    try (SecretText line = SecretText.of(pin.map(SecretText::reveal).orElse(NO_PIN) + "\n")) {
      return program.code(arguments, line);
    }
  }
}
