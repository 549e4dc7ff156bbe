package dev.adit.juniper.auth;

import dev.adit.api.auth.AuthContext;
import dev.adit.api.auth.HostCheckRequest;
import dev.adit.api.auth.HostCheckResult;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.tunnel.TlsSession;
import dev.adit.juniper.SessionCookies;
import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * Host Checker: a page without a form, and the cookie {@code DSPREAUTH}. The user's program looks
 * at this host and exchanges that cookie for another; with it the same page is fetched again.
 *
 * <p>Programs written for openconnect are started with the gateway's name as their argument and
 * talk over descriptor 0, a socket, to the end of the session. Core runs a program to its end and
 * hears what it prints; so this one gets both cookies in its environment, and prints the lines that
 * those would answer: {@code 200}, one line that is ignored, the new cookie, and perhaps an
 * interval.
 */
final class HostCheck {
  private static final String COOKIE = "DSPREAUTH";
  private static final String SIGN_IN = "DSSIGNIN";
  private static final int MAX_LINE = 1024;
  private static final int COOKIE_LINE = 2;

  private final AuthContext context;
  private boolean done;

  HostCheck(AuthContext context) {
    this.context = context;
  }

  /** Whether the server has given what a check begins with. */
  boolean isWanted(URI url) {
    return context.http().cookie(url, COOKIE).isPresent();
  }

  /** Afterwards the same URL leads on. */
  void run(URI url) throws VpnException, InterruptedException {
    if (done) {
      throw new VpnException(
          Kind.HOST_CHECK,
          url.getHost()
              + " wants a second host check in one log-in: it did not accept what the program"
              + " (--csd-wrapper) answered to the first");
    }
    done = true;
    HostCheckResult result = context.checkHost(request(url));
    if (result.exitCode() != 0) {
      throw new VpnException(
          Kind.HOST_CHECK,
          "host check: the program (--csd-wrapper) ended with exit code " + result.exitCode());
    }
    context.http().setCookie(url, COOKIE, newCookie(result.output()));
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
            "0",
            "TNCC_DSPREAUTH",
            context.http().cookie(url, COOKIE).orElse(""),
            "TNCC_DSSIGNIN",
            context.http().cookie(url, SIGN_IN).orElse("null")),
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

  /** The program's log comes on the same way: its answer begins at a line of three digits. */
  static String newCookie(String output) throws VpnException {
    List<String> lines =
        output.lines().dropWhile(l -> !l.strip().matches("\\d{3}")).limit(4).toList();
    if (lines.isEmpty()) {
      throw bad("no line with a status such as 200");
    }
    if (!lines.get(0).strip().equals("200")) {
      throw bad("status " + lines.get(0).strip() + ", not 200");
    }
    String cookie = lines.size() > COOKIE_LINE ? lines.get(COOKIE_LINE).strip() : "";
    if (cookie.length() > MAX_LINE || !SessionCookies.isValue(cookie)) {
      throw bad("a third line that is no cookie (" + cookie.length() + " characters)");
    }
    return cookie;
  }

  private static VpnException bad(String what) {
    return new VpnException(
        Kind.HOST_CHECK,
        "host check: the program (--csd-wrapper) printed "
            + what
            + "; wanted are the lines 200, 3, the new DSPREAUTH");
  }
}
