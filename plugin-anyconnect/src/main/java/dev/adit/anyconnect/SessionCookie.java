package dev.adit.anyconnect;

import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.secret.SecretText;

/**
 * The session secret in the notation {@code webvpn=SECRET}, as {@code --authenticate} prints it.
 * What is read may also be the bare secret, or several cookies separated by {@code ;}.
 */
public final class SessionCookie {
  private static final String NAME = "webvpn=";

  private SessionCookie() {}

  /** From the value of the {@code webvpn} cookie. */
  public static SecretText of(String value) {
    return SecretText.of(NAME + value);
  }

  /** From text that a user kept. */
  public static SecretText parse(SecretText given) throws VpnException {
    String text = given.reveal().strip();
    for (String part : text.split(";", -1)) {
      if (part.strip().startsWith(NAME) && part.strip().length() > NAME.length()) {
        return SecretText.of(part.strip());
      }
    }
    if (!text.isEmpty()
        && text.indexOf(';') < 0
        && text.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      return SecretText.of(NAME + text);
    }
    throw new VpnException(
        Kind.CONFIGURATION,
        "the cookie is not of the form webvpn=SECRET that --authenticate prints");
  }
}
