package dev.adit.juniper.gateway;

import dev.adit.juniper.gateway.LoginAttempt.Stage;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Log-in and log-out at the gateway: one request in, one answer out. URLs, cookies and forms are
 * those of real servers; which stages there are is by option ({@link LoginOptions}). openconnect
 * 9.01 has logged in to all of them but the challenge and the next token. One thread.
 *
 * <pre>
 *   GET /              302 welcome.cgi         DSSIGNIN
 *   GET welcome.cgi    notice or frmLogin
 *   POST login.cgi     302 welcome.cgi?p=failed, or the next stage:
 *                      host check, new password, challenge, next token, TOTP, notice, other sessions, role
 *                      302 /dana/home/index.cgi                      DSID
 *   GET logout.cgi     the session ends
 * </pre>
 */
final class LoginPages {
  static final String FOLDER = "/dana-na/auth/url_default/";

  private static final String WELCOME = FOLDER + "welcome.cgi";
  private static final String LOGIN = FOLDER + "login.cgi";
  private static final String LOGOUT = "/dana-na/auth/logout.cgi";
  private static final String HOME = "/dana/home/index.cgi";
  private static final String COOKIE_PATH = "/dana-na/";
  private static final int MOST_ATTEMPTS = 1000;

  private final LoginOptions options;
  private final Sessions sessions;
  private final Predicate<Fault> faults;
  private final LoginHtml html;
  private final IdentityProvider provider;
  private final Map<String, LoginAttempt> attempts = new LinkedHashMap<>();

  LoginPages(LoginOptions options, Sessions sessions, Predicate<Fault> faults) {
    this.options = options;
    this.sessions = sessions;
    this.faults = faults;
    this.html = new LoginHtml(options);
    this.provider = new IdentityProvider(options, sessions, faults);
  }

  GatewayReply answer(GatewayRequest request) {
    Optional<GatewayReply> fault = fault(request);
    if (fault.isPresent()) {
      return fault.get().logging("fault", request.toString());
    }
    if (provider.isFor(request)) {
      return provider.answer(request);
    }
    if (provider.isReturn(request)) {
      return signedOn(request);
    }
    return switch (request.path()) {
      case WELCOME -> welcome(request);
      case LOGIN -> login(request);
      case LOGOUT -> logout(request);
      case HOME ->
          options.landing() == 200
              ? GatewayReply.page(LoginHtml.page("Home"))
              : GatewayReply.empty("403 Forbidden");
      // A sign-in URL that a real server does not know gets the default one too.
      default -> GatewayReply.redirect(WELCOME).cookie("DSSIGNIN", "url_default", COOKIE_PATH);
    };
  }

  private GatewayReply welcome(GatewayRequest request) {
    if (request.parameter("p").equals("preauth")) {
      return hostChecked(request);
    }
    if (provider.isOn() && request.query().isEmpty()) {
      return provider.begin(request);
    }
    String error =
        switch (request.parameter("p")) {
          case "failed" -> "Invalid username or password. Please re-enter.";
          case "account-locked-out" -> "The account is locked.";
          default -> "";
        };
    return options.preNotice().isPresent() && error.isEmpty()
        ? GatewayReply.page(html.notice("preauth", options.preNotice().get(), "pre"))
        : signIn(error);
  }

  private GatewayReply signIn(String error) {
    return GatewayReply.page(html.signIn(error));
  }

  private GatewayReply login(GatewayRequest request) {
    if (request.hasField("sn-preauth-proceed")) {
      return signIn("");
    }
    String state =
        request.field("key")
            + request.field("FormDataStr")
            + request.parameter("state")
            + request.parameter("postauth").replace("state_", "");
    LoginAttempt attempt = attempts.get(state);
    if (attempt == null) {
      return credentials(request);
    }
    return proves(request, attempt) ? advance(attempt) : failed(attempt.user);
  }

  private GatewayReply credentials(GatewayRequest request) {
    String user = request.field("username");
    String realm = request.field("realm");
    boolean right =
        matches(Optional.ofNullable(options.users().get(user)), request.field("password"))
            && options.realms().contains(realm)
            && (options.secondPassword().isEmpty()
                || matches(options.secondPassword(), request.field("password#2")));
    return right ? proved(user, realm) : failed(user);
  }

  private GatewayReply signedOn(GatewayRequest request) {
    Optional<String> user = provider.user(request);
    return user.map(u -> proved(u, options.realms().get(0))).orElseGet(() -> failed("sso"));
  }

  private GatewayReply proved(String user, String realm) {
    LoginAttempt attempt =
        new LoginAttempt(sessions.random(), user, realm, options, !sessions.of(user).isEmpty());
    if (attempts.size() >= MOST_ATTEMPTS) {
      attempts.remove(attempts.keySet().iterator().next());
    }
    attempts.put(attempt.state, attempt);
    return show(attempt);
  }

  /** Whether the stage that the attempt is at has been passed. */
  private boolean proves(GatewayRequest request, LoginAttempt attempt) {
    Stage stage = attempt.todo.peek();
    if (stage == null) {
      return false;
    }
    return switch (stage) {
      case HOST_CHECK -> false;
      case NEW_PASSWORD -> changes(request, attempt);
      case TOKEN -> matches(options.token(), request.field("password"));
      case NEXT_TOKEN -> matches(options.nextToken(), request.field("password"));
      case TOTP -> matches(options.totp(), request.field("password#2"));
      case POST_NOTICE -> request.hasField("sn-postauth-proceed");
      case CONFIRMATION -> confirmed(request, attempt);
      case ROLE -> {
        attempt.role = request.parameter("role");
        yield options.roles().contains(attempt.role);
      }
    };
  }

  private boolean changes(GatewayRequest request, LoginAttempt attempt) {
    String fresh = request.field("newPassword");
    return matches(
            Optional.ofNullable(options.users().get(attempt.user)), request.field("oldPassword"))
        && !fresh.isEmpty()
        && !fresh.equals(request.field("oldPassword"))
        && fresh.equals(request.field("confirmPassword"))
        && request.hasField("btnChange");
  }

  private boolean confirmed(GatewayRequest request, LoginAttempt attempt) {
    sessions.of(attempt.user).stream()
        .filter(s -> s.label().equals(request.field("postfixSID")))
        .findFirst()
        .ifPresent(s -> sessions.drop(s.dsid));
    return request.hasField("btnContinue");
  }

  private GatewayReply advance(LoginAttempt attempt) {
    attempt.todo.remove();
    return show(attempt);
  }

  private GatewayReply show(LoginAttempt attempt) {
    Stage stage = attempt.todo.peek();
    if (stage == null) {
      return done(attempt);
    }
    String state = attempt.state;
    return switch (stage) {
      case HOST_CHECK -> {
        attempt.preauth = sessions.random();
        yield GatewayReply.redirect(WELCOME + "?p=preauth&id=state_" + state + "&signinRealmId=1")
            .cookie("DSPREAUTH", attempt.preauth, COOKIE_PATH);
      }
      case NEW_PASSWORD -> GatewayReply.page(html.newPassword(state));
      case TOKEN -> GatewayReply.page(html.token("frmDefender", "Enter the code.", state));
      case NEXT_TOKEN ->
          GatewayReply.page(html.token("frmNextToken", "Wait for the next code.", state));
      case TOTP -> GatewayReply.page(html.token("frmTotpToken", "Enter the one-time code.", state));
      case POST_NOTICE ->
          GatewayReply.page(html.notice("postauth", options.postNotice().orElse(""), state));
      case CONFIRMATION -> GatewayReply.page(html.confirmation(sessions.of(attempt.user), state));
      case ROLE -> GatewayReply.page(html.roles(state));
    };
  }

  /** The page without a form: seen once before the check, and once behind it. */
  private GatewayReply hostChecked(GatewayRequest request) {
    LoginAttempt attempt = attempts.get(request.parameter("id").replace("state_", ""));
    if (attempt == null || !attempt.isAt(Stage.HOST_CHECK)) {
      return GatewayReply.redirect(WELCOME + "?p=timed-out");
    }
    String brought = request.cookie("DSPREAUTH").orElse("");
    if (brought.equals(attempt.preauth)) {
      return GatewayReply.page(LoginHtml.hostCheck());
    }
    if (!matches(options.hostCheck(), brought)) {
      return GatewayReply.page(LoginHtml.remediation());
    }
    attempt.todo.remove();
    if (attempt.todo.isEmpty()) {
      return done(attempt);
    }
    return show(attempt).cookie("DSPREAUTH", "", COOKIE_PATH);
  }

  private GatewayReply done(LoginAttempt attempt) {
    attempts.remove(attempt.state);
    Session session = sessions.open(attempt.user, attempt.realm, attempt.role);
    String dsid = faults.test(Fault.WRONG_DSID) ? sessions.random() : session.dsid;
    return GatewayReply.redirect(HOME)
        .cookie("DSID", dsid, "/")
        .cookie("DSFirstAccess", String.valueOf(session.firstAccess), "/")
        .cookie("DSLastAccess", String.valueOf(session.firstAccess), "/")
        .cookie("DSPREAUTH", "", COOKIE_PATH)
        .logging("login", attempt.user);
  }

  private static GatewayReply failed(String user) {
    return GatewayReply.redirect(WELCOME + "?p=failed").logging("refused", user);
  }

  private GatewayReply logout(GatewayRequest request) {
    Optional<Session> session = request.cookie("DSID").flatMap(sessions::drop);
    GatewayReply bye =
        GatewayReply.page(LoginHtml.page("Your session has ended.")).cookie("DSID", "", "/");
    return session.map(s -> bye.logging("logout", s.user)).orElse(bye);
  }

  private Optional<GatewayReply> fault(GatewayRequest request) {
    boolean posted = request.path().equals(LOGIN);
    if (faults.test(Fault.HTTP_ERROR)) {
      return Optional.of(GatewayReply.empty("500 Internal Server Error"));
    } else if (faults.test(Fault.PULSE_ONLY)) {
      // Which answer real ones give is not known; this is what HTTP has for it.
      return Optional.of(GatewayReply.empty("426 Upgrade Required").with("Upgrade: IF-T/TLS 1.0"));
    } else if (faults.test(Fault.REDIRECT_LOOP)) {
      return Optional.of(GatewayReply.redirect(WELCOME));
    } else if (faults.test(Fault.HUGE_PAGE)) {
      return Optional.of(GatewayReply.page("<p>" + "x".repeat(3 << 20)));
    } else if (faults.test(Fault.EMPTY_PAGE)) {
      return Optional.of(GatewayReply.page(""));
    } else if (faults.test(Fault.UNKNOWN_PAGE)) {
      return Optional.of(GatewayReply.page(LoginHtml.unknown()));
    } else if (faults.test(Fault.PAGE_LOOP)) {
      return Optional.of(GatewayReply.page(html.notice("preauth", "Again", "again")));
    } else if (posted && faults.test(Fault.HOST_CHECK)) {
      return Optional.of(GatewayReply.page(LoginHtml.remediation()));
    } else if (posted && faults.test(Fault.LOCKED_OUT)) {
      return Optional.of(GatewayReply.redirect(WELCOME + "?p=account-locked-out"));
    }
    return Optional.empty();
  }

  static boolean matches(Optional<String> expected, String given) {
    return expected.isPresent()
        && !given.isEmpty()
        && MessageDigest.isEqual(
            expected.get().getBytes(StandardCharsets.UTF_8),
            given.getBytes(StandardCharsets.UTF_8));
  }
}
