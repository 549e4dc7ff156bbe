package dev.adit.cli;

import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.secret.SecretText;
import dev.adit.cli.ClientCertificates.From;
import dev.adit.core.auth.SecretSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Passphrases and PINs of the client's keys: configured, inherited, or asked for. */
final class KeyPassphrases {
  private final Invocation asked;
  private final Optional<SecretText> inherited;
  private SecretText primary = SecretText.of("");

  /**
   * For one process.
   *
   * @param inherited the primary key's, from the process that put this one into the background
   */
  KeyPassphrases(Invocation asked, Optional<SecretText> inherited) {
    this.asked = asked;
    this.inherited = inherited;
  }

  /** Of {@code --key}; kept for the process in the background, which opens the same key. */
  SecretText primary(From from, String what, String question) throws VpnException {
    if (inherited.isEmpty()) {
      String said = asked.options().certificates.keyPassword;
      primary = find("key-password", said, from, what, question);
    }
    return inherited.orElse(primary).copy();
  }

  /** Of {@code --mca-key}. */
  SecretText second(From from, String what, String question) throws VpnException {
    String said = asked.options().certificates.secondKeyPassword;
    return find("mca-key-password", said, from, what, question);
  }

  /** The primary one, empty if none was needed. */
  SecretText kept() {
    return primary.copy();
  }

  private SecretText find(
      String key, @Nullable String said, From from, String what, String question)
      throws VpnException {
    try {
      Optional<SecretSource> kept =
          from == From.A_PERSON ? Optional.empty() : asked.secrets().find(key, said);
      if (kept.isPresent()) {
        return asked.resolver().resolve(kept.get());
      }
      if (!asked.prompter().available()) {
        throw new VpnException(
            Kind.CONFIGURATION,
            what
                + (from == From.A_PERSON
                    ? ": type it at a terminal, without --non-inter"
                    : ": --" + key + "=@FILE"));
      }
      return asked.prompter().hidden(question);
    } catch (InterruptedException e) {
      throw new VpnException(Kind.CANCELLED, "stopped at the question for a passphrase", e);
    }
  }
}
