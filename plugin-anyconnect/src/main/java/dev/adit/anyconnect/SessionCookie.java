package dev.adit.anyconnect;

import dev.adit.api.error.PeerViolationException;
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

  /** From the value of the {@code webvpn} cookie, or of a {@code session-token}. */
  public static SecretText of(String value) throws PeerViolationException {
    if (!isValue(value)) {
      throw new PeerViolationException(
          "session cookie", "visible ASCII without a semicolon", value.length() + " characters");
    }
    return SecretText.of(NAME + value);
  }

  /** From text that a user kept. */
  public static SecretText parse(SecretText given) throws VpnException {
    String text = given.reveal().strip();
    for (String part : text.split(";", -1)) {
      String cookie = part.strip();
      if (cookie.startsWith(NAME) && isValue(cookie.substring(NAME.length()))) {
        return SecretText.of(cookie);
      }
    }
    if (isValue(text) && !text.startsWith(NAME)) {
      return SecretText.of(NAME + text);
    }
    throw new VpnException(
        Kind.CONFIGURATION,
        "the cookie is not of the form webvpn=SECRET that --authenticate prints");
  }

  /** What a header line can carry: anything else could end the line and begin another. */
  public static boolean isValue(String text) {
    return !text.isEmpty() && text.chars().allMatch(c -> c > ' ' && c < 0x7f && c != ';');
  }
}
