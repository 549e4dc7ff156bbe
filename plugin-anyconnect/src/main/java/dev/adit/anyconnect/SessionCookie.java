package dev.adit.anyconnect;

import dev.adit.anyconnect.sso.StrapKey;
import dev.adit.api.error.PeerViolationException;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.secret.SecretText;
import java.util.Optional;

/**
 * The session secret in the notation that {@code --authenticate} prints: {@code webvpn=SECRET}, in
 * front of it {@code openconnect_strapkey=KEY; } if the session is bound to a key. What is read may
 * also be the bare secret, or these among other cookies separated by {@code ;}.
 */
public final class SessionCookie {
  private static final String NAME = "webvpn=";
  private static final String KEY = "openconnect_strapkey=";
  private static final String SEPARATOR = "; ";

  private SessionCookie() {}

  /**
   * Of a log-in.
   *
   * @param value of the {@code webvpn} cookie, or of a {@code session-token}
   * @param key that the session is bound to
   */
  public static SecretText of(String value, Optional<StrapKey> key) throws PeerViolationException {
    if (!isValue(value)) {
      throw new PeerViolationException(
          "session cookie", "visible ASCII without a semicolon", value.length() + " characters");
    }
    return SecretText.of(key.map(SessionCookie::pair).orElse("") + NAME + value);
  }

  /** From text that a user kept. */
  public static SecretText parse(SecretText given) throws VpnException {
    String text = given.reveal().strip();
    String key = "";
    String cookie = "";
    for (String part : text.split(";", -1)) {
      String pair = part.strip();
      if (pair.startsWith(KEY)) {
        key = pair(StrapKey.parse(pair.substring(KEY.length())));
      } else if (pair.startsWith(NAME) && isValue(pair.substring(NAME.length()))) {
        cookie = pair;
      }
    }
    if (cookie.isEmpty() && isValue(text) && !text.startsWith(NAME)) {
      cookie = NAME + text;
    }
    if (cookie.isEmpty()) {
      throw new VpnException(
          Kind.CONFIGURATION,
          "the cookie is not of the form webvpn=SECRET that --authenticate prints");
    }
    return SecretText.of(key + cookie);
  }

  /** What goes to the server in the {@code Cookie} header: no key is in it. */
  public static String header(SecretText cookie) {
    String text = cookie.reveal();
    return text.substring(text.indexOf(NAME));
  }

  /** The key that the session is bound to. */
  public static Optional<StrapKey> key(SecretText cookie) throws VpnException {
    String text = cookie.reveal();
    return text.startsWith(KEY)
        ? Optional.of(StrapKey.parse(text.substring(KEY.length(), text.indexOf(SEPARATOR))))
        : Optional.empty();
  }

  /** The same session, bound to another key. */
  public static SecretText withKey(SecretText cookie, StrapKey key) {
    return SecretText.of(pair(key) + header(cookie));
  }

  /** What a header line can carry: anything else could end the line and begin another. */
  public static boolean isValue(String text) {
    return !text.isEmpty() && text.chars().allMatch(c -> c > ' ' && c < 0x7f && c != ';');
  }

  private static String pair(StrapKey key) {
    return KEY + key.kept() + SEPARATOR;
  }
}
