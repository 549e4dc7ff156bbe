package dev.adit.juniper.auth;

import java.net.URI;
import java.util.Arrays;
import java.util.Optional;

/**
 * What {@code p=} in the query of {@code welcome.cgi} says, as reported of real servers.
 * openconnect looks only at the page; a user is better told.
 */
enum Reason {
  FAILED("failed", End.AGAIN, "the server refused the user name, the password or the code"),
  PASSWORD_CHANGE("passwordChange", End.AGAIN, "the password has to be changed"),
  PASSWORD_EXPIRES("passwordExpiration", End.AGAIN, "the password is about to expire"),
  LOCKED_OUT(
      "account-locked-out", End.FINAL, "the account is locked; its administrator can unlock it"),
  TIMED_OUT("timed-out", End.FINAL, "the session or the log-in took too long; log in again"),
  FORCED_OFF("forced-off", End.FINAL, "the server ended the session; log in again"),
  LOGGED_OUT("logout", End.FINAL, "the server logged the user out; log in again");

  /** Whether the log-in can go on. */
  enum End {
    AGAIN,
    FINAL
  }

  private final String value;
  private final End end;
  private final String text;

  Reason(String value, End end, String text) {
    this.value = value;
    this.end = end;
    this.text = text;
  }

  static Optional<Reason> of(URI url) {
    return Urls.query(url, "p")
        .flatMap(p -> Arrays.stream(values()).filter(r -> r.value.equals(p)).findFirst());
  }

  boolean isFinal() {
    return end == End.FINAL;
  }

  /** With the server's own word, which an administrator may search for. */
  String text() {
    return text + " (p=" + value + ")";
  }
}
