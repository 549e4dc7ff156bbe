package dev.adit.cli;

import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.secret.SecretText;
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
  SecretText primary(String what, String question) throws VpnException {
    if (inherited.isEmpty()) {
      String said = asked.options().certificates.keyPassword;
      primary = find("key-password", said, what, question);
    }
    return inherited.orElse(primary).copy();
  }

  /** Of {@code --mca-key}. */
  SecretText second(String what, String question) throws VpnException {
    String said = asked.options().certificates.secondKeyPassword;
    return find("mca-key-password", said, what, question);
  }

  /** The primary one, empty if none was needed. */
  SecretText kept() {
    return primary.copy();
  }

  private SecretText find(String key, @Nullable String said, String what, String question)
      throws VpnException {
    try {
      Optional<SecretSource> kept = asked.secrets().find(key, said);
      if (kept.isEmpty() && !asked.prompter().available()) {
        throw new VpnException(Kind.CONFIGURATION, what + ": --" + key + "=@FILE");
      }
      return kept.isPresent()
          ? asked.resolver().resolve(kept.get())
          : asked.prompter().hidden(question);
    } catch (InterruptedException e) {
      throw new VpnException(Kind.CANCELLED, "stopped at the question for a passphrase", e);
    }
  }
}
