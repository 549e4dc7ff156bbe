package dev.adit.juniper.auth;

import dev.adit.api.auth.AuthContext;
import dev.adit.api.auth.HostCheckHelper;
import dev.adit.api.auth.HostCheckRequest;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.secret.SecretText;
import dev.adit.api.tunnel.TlsSession;
import dev.adit.juniper.SessionCookies;
import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Host Checker: a page without a form, and the cookie {@code DSPREAUTH}. The user's program looks
 * at this host and exchanges that cookie for another; with it the same page is fetched again. It
 * stays for the session, to be told of the cookie now and then. The conversation is that of
 * programs written for openconnect 9.01:
 *
 * <pre>
 *   to it    start / IC=gateway / Cookie=DSPREAUTH / DSSIGNIN=cookie, or null
 *   from it  200 / a line without meaning / new DSPREAUTH / seconds, or empty / perhaps more / empty
 *   to it    setcookie / Cookie=DSPREAUTH            after the log-in, then each time it is due
 * </pre>
 */
final class HostCheck {
  private static final String COOKIE = "DSPREAUTH";
  private static final String SIGN_IN = "DSSIGNIN";
  private static final Duration CHECK_LIMIT = Duration.ofMinutes(2);
  private static final Duration LINE_LIMIT = Duration.ofSeconds(5);

  /** What may follow the cookie is not worth more: helpers leave the last empty line out. */
  private static final Duration REST_LIMIT = Duration.ofSeconds(1);

  private static final int MOST_LINES_MORE = 10;
  private static final int MOST_LINES_BETWEEN = 1000;

  private final AuthContext context;
  private @Nullable HostCheckHelper helper;
  private @Nullable SecretText cookie;
  private Optional<Duration> interval = Optional.empty();

  HostCheck(AuthContext context) {
    this.context = context;
  }

  /** Whether the server has given what a check begins with. */
  boolean isWanted(URI url) {
    return context.http().cookie(url, COOKIE).isPresent();
  }

  /** Afterwards the same URL leads on. */
  void run(URI url) throws VpnException, InterruptedException {
    if (helper != null) {
      throw new VpnException(
          Kind.HOST_CHECK,
          url.getHost()
              + " wants a second host check in one log-in: it did not accept what the program"
              + " (--csd-wrapper) answered to the first");
    }
    HostCheckHelper started = context.startHostCheck(request(url));
    helper = started;
    try (SecretText start =
        SecretText.of(
            "start\nIC="
                + url.getHost()
                + "\nCookie="
                + context.http().cookie(url, COOKIE).orElse("")
                + "\nDSSIGNIN="
                + context.http().cookie(url, SIGN_IN).orElse("null")
                + "\n")) {
      started.send(start);
    }
    SecretText answered = answer(started);
    cookie = answered;
    context.http().setCookie(url, COOKIE, answered.reveal());
  }

  /** The session is there: the helper is told so, and again each time that it wants. */
  void loggedIn() throws VpnException, InterruptedException {
    HostCheckHelper told = helper;
    SecretText current = cookie;
    if (told != null && current != null) {
      renew(told, current);
      context.repeatHostCheck(interval, () -> renew(told, current));
    }
  }

  /** No answer is waited for; what the helper said since the last time is of no use. */
  private static void renew(HostCheckHelper helper, SecretText cookie)
      throws VpnException, InterruptedException {
    Optional<SecretText> old = helper.readLine(Duration.ZERO);
    for (int i = 0; old.isPresent() && i < MOST_LINES_BETWEEN; i++) {
      old.get().close();
      old = helper.readLine(Duration.ZERO);
    }
    try (SecretText renewal = SecretText.of("setcookie\nCookie=" + cookie.reveal() + "\n")) {
      helper.send(renewal);
    }
  }

  private SecretText answer(HostCheckHelper from) throws VpnException, InterruptedException {
    String status = line(from, CHECK_LIMIT, "a status").strip();
    if (!status.equals("200")) {
      throw bad(
          status.matches("\\d{1,5}")
              ? "status " + status + ", not 200"
              : "a first line that is no status");
    }
    line(from, LINE_LIMIT, "the second line");
    String fresh = line(from, LINE_LIMIT, "the new DSPREAUTH").strip();
    if (!SessionCookies.isValue(fresh)) {
      throw bad("a third line that is no cookie (" + fresh.length() + " characters)");
    }
    Optional<SecretText> seconds = from.readLine(REST_LIMIT);
    if (seconds.isPresent()) {
      interval = interval(text(seconds.get()).strip());
      for (int i = 0; i < MOST_LINES_MORE; i++) {
        Optional<SecretText> rest = from.readLine(REST_LIMIT);
        if (rest.isEmpty() || text(rest.get()).isBlank()) {
          break;
        }
      }
    }
    return SecretText.of(fresh);
  }

  private static Optional<Duration> interval(String seconds) throws VpnException {
    if (seconds.isEmpty() || seconds.equals("0")) {
      return Optional.empty();
    }
    if (!seconds.matches("[1-9]\\d{0,6}")) {
      throw bad("a fourth line that is no number of seconds");
    }
    return Optional.of(Duration.ofSeconds(Long.parseLong(seconds)));
  }

  private static String line(HostCheckHelper from, Duration limit, String what)
      throws VpnException, InterruptedException {
    return text(
        from.readLine(limit)
            .orElseThrow(() -> bad("nothing for " + limit.toSeconds() + " s instead of " + what)));
  }

  private static String text(SecretText line) {
    try (line) {
      return line.reveal();
    }
  }

  private HostCheckRequest request(URI url) throws VpnException {
    return new HostCheckRequest(
        List.of(url.getHost()),
        Map.of(
            "TNCC_SHA256",
            pin(),
            "TNCC_HOSTNAME",
            context.settings().identity().localHostname(),
            // openconnect 9.01 sets this when nothing else was asked for.
            "TNCC_INTERVAL",
            "0"),
        List.of("Juniper Host Checker"));
  }

  /** Base64 of SHA-256 over the server's public key, without a prefix. */
  private String pin() throws VpnException {
    TlsSession tls =
        context
            .http()
            .tls()
            .orElseThrow(() -> new VpnException(Kind.HOST_CHECK, "host check: no TLS connection"));
    try {
      byte[] key = tls.peerChain().get(0).getPublicKey().getEncoded();
      return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-256").digest(key));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static VpnException bad(String what) {
    return new VpnException(
        Kind.HOST_CHECK,
        "host check: the program (--csd-wrapper) said "
            + what
            + "; wanted are, on its descriptor 0, the lines 200, 3, the new DSPREAUTH, seconds or"
            + " nothing, and an empty one");
  }
}
