package dev.adit.juniper.gateway;

import java.util.ArrayDeque;
import java.util.Deque;

/** A log-in on its way: what is still to be done, in order. */
final class LoginAttempt {
  /** Something that stands between the password and the session. */
  enum Stage {
    HOST_CHECK,
    NEW_PASSWORD,
    TOKEN,
    NEXT_TOKEN,
    TOTP,
    POST_NOTICE,
    CONFIRMATION,
    ROLE
  }

  /** Hexadecimal; in a field, or in the URL as {@code state_…}. */
  final String state;

  final String user;
  final String realm;
  final Deque<Stage> todo = new ArrayDeque<>();
  String role = "";

  /** The DSPREAUTH that was handed out, until another has come. */
  String preauth = "";

  LoginAttempt(String state, String user, String realm, LoginOptions options, boolean hasSession) {
    this.state = state;
    this.user = user;
    this.realm = realm;
    add(Stage.HOST_CHECK, options.hostCheck().isPresent());
    add(Stage.NEW_PASSWORD, options.newPassword());
    add(Stage.TOKEN, options.token().isPresent());
    add(Stage.NEXT_TOKEN, options.nextToken().isPresent());
    add(Stage.TOTP, options.totp().isPresent());
    add(Stage.POST_NOTICE, options.postNotice().isPresent());
    add(Stage.CONFIRMATION, options.confirm() && hasSession);
    add(Stage.ROLE, !options.roles().isEmpty());
  }

  boolean isAt(Stage stage) {
    return todo.peek() == stage;
  }

  private void add(Stage stage, boolean wanted) {
    if (wanted) {
      todo.add(stage);
    }
  }
}
