package dev.adit.anyconnect.gateway;

import dev.adit.anyconnect.sso.StrapKey;
import dev.adit.api.gateway.GatewayOutput;
import dev.adit.api.tunnel.TlsSession;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Log-in at the gateway: one form with user name and password, a certificate, or by HTTP. With
 * {@code group-url=NAME} it begins at that path or not at all, as for a group of an ASA's that has
 * a URL of its own.
 */
final class GatewayLogin {
  private static final int MOST_FAILURES = 3;
  static final String HEAD = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

  private final AnyConnectGatewayEngine engine;
  private final TlsSession tls;
  private final HttpAuthDesk.Visit http;
  private final Optional<String> groupUrl;
  private int failures;
  private boolean begun;

  GatewayLogin(AnyConnectGatewayEngine engine, TlsSession tls) {
    this.engine = engine;
    this.tls = tls;
    this.http = engine.httpAuthentication().visit();
    this.groupUrl = engine.settings().options().text("group-url");
  }

  void answer(GatewayRequest request, GatewayOutput out) {
    if (misbehave(request, out)
        || engine.agents().turnsAway(request, out)
        || isElsewhere(request, out)
        || engine.hostChecks().answers(request, out)) {
      return;
    }
    if (!engine.hostChecks().hasPassed(field(request, "host-scan-token"))) {
      form("", out);
      return;
    }
    if (engine.identityProvider().answer(request, out)
        || byBrowser(request, out)
        || byHttp(request, out)) {
      return;
    }
    if (engine.certificates().wantsTwo()) {
      byTwoCertificates(request, out);
      return;
    }
    Optional<String> byCertificate = certificateUser();
    if (byCertificate.isPresent()) {
      loggedIn(byCertificate.get(), request, out);
      return;
    }
    String user = field(request, "username");
    String password = field(request, "password");
    if (user.isEmpty() && password.isEmpty()) {
      form("", out);
      return;
    }
    if (!password.isEmpty() && matches(engine.settings().users().get(user), password)) {
      loggedIn(user, request, out);
      return;
    }
    out.event("refused", user);
    if (++failures >= MOST_FAILURES) {
      GatewayClient.text(out, "HTTP/1.1 401 Authentication failed\r\nContent-Length: 0\r\n\r\n");
    } else {
      form("Login failed.", out);
    }
  }

  private boolean isElsewhere(GatewayRequest request, GatewayOutput out) {
    if (begun || groupUrl.isEmpty()) {
      return false;
    }
    begun = request.path().equals("/" + groupUrl.get());
    if (begun) {
      out.event("group", groupUrl.get());
    } else {
      GatewayClient.text(out, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    }
    return !begun;
  }

  /** A client that has a browser: sent there first, let in by what it brings. */
  private boolean byBrowser(GatewayRequest request, GatewayOutput out) {
    IdentityProvider provider = engine.identityProvider();
    if (!provider.takes(request)) {
      return false;
    }
    String token = field(request, "sso-token");
    Optional<String> user = provider.user(token);
    if (user.isPresent()) {
      loggedIn(user.get(), request, out);
      return true;
    }
    if (!token.isEmpty()) {
      out.event("refused", "sso-token");
    }
    String error = token.isEmpty() ? "" : "Login failed.";
    respond(
        HEAD
            + "<config-auth client=\"vpn\" type=\"auth-request\"><version who=\"sg\">0.1</version>"
            + "<opaque is-for=\"sg\"><tunnel-group>adit</tunnel-group></opaque>"
            + provider.order(request, error)
            + "</config-auth>",
        "",
        out);
    return true;
  }

  private boolean byHttp(GatewayRequest request, GatewayOutput out) {
    if (!http.isFor(request)) {
      return false;
    }
    HttpAuthDesk.Answer answer = http.judge(request);
    if (answer.user().isPresent()) {
      out.event("http-auth", answer.by());
      loggedIn(answer.user().get(), request, answer.headers(), out);
      return true;
    }
    if (answer.refused()) {
      out.event("refused", answer.by());
    }
    GatewayClient.text(
        out, "HTTP/1.1 401 Unauthorized\r\n" + answer.headers() + "Content-Length: 0\r\n\r\n");
    return true;
  }

  private void byTwoCertificates(GatewayRequest request, GatewayOutput out) {
    CertificateDesk desk = engine.certificates();
    if (!CertificateDesk.isReply(request)) {
      respond(desk.demand(tls), "", out);
      return;
    }
    Optional<String> user = desk.user(request).filter(engine.settings().users()::containsKey);
    if (user.isPresent() && tls.clientCertificateSent()) {
      loggedIn(user.get(), request, out);
    } else {
      out.event("refused", "certificates");
      respond(
          HEAD
              + "<config-auth client=\"vpn\" type=\"auth-request\"><version who=\"sg\">0.1</version>"
              + "<error id=\"98\">Certificate Validation Failure</error></config-auth>",
          "",
          out);
    }
  }

  static boolean matches(@Nullable String expected, String given) {
    return expected != null
        && MessageDigest.isEqual(
            expected.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
  }

  /** The common name of a certificate that the client showed, if it is a user of ours. */
  private Optional<String> certificateUser() {
    return tls.peerChain().stream()
        .findFirst()
        .flatMap(CertificateDesk::commonName)
        .filter(engine.settings().users()::containsKey);
  }

  private void form(String error, GatewayOutput out) {
    StringBuilder xml = new StringBuilder(HEAD);
    xml.append(
            "<config-auth client=\"vpn\" type=\"auth-request\"><version who=\"sg\">0.1</version>")
        .append("<opaque is-for=\"sg\"><tunnel-group>adit</tunnel-group></opaque>")
        .append("<auth id=\"main\"><title>Login</title>")
        .append("<message>Please enter your username and password.</message>");
    if (!error.isEmpty()) {
      xml.append("<error id=\"13\">").append(error).append("</error>");
    }
    xml.append("<form method=\"post\" action=\"/auth\">")
        .append("<input type=\"text\" name=\"username\" label=\"Username:\"/>")
        .append("<input type=\"password\" name=\"password\" label=\"Password:\"/>");
    if (!engine.settings().groups().isEmpty()) {
      xml.append("<select name=\"group_list\" label=\"Group:\">");
      for (String group : engine.settings().groups()) {
        xml.append("<option value=\"")
            .append(group)
            .append("\">")
            .append(group)
            .append("</option>");
      }
      xml.append("</select>");
    }
    xml.append("</form></auth>")
        .append(engine.hostChecks().isDemanded() ? engine.hostChecks().order() : "")
        .append("</config-auth>");
    respond(xml.toString(), "", out);
  }

  private void loggedIn(String user, GatewayRequest request, GatewayOutput out) {
    loggedIn(user, request, "", out);
  }

  private void loggedIn(String user, GatewayRequest request, String headers, GatewayOutput out) {
    Session session = engine.logIn(user);
    session.strapKey = request.header(StrapKey.PUBLIC_HEADER);
    out.event("login", user);
    respond(
        HEAD
            + "<config-auth client=\"vpn\" type=\"complete\"><version who=\"sg\">0.1</version>"
            + "<auth id=\"success\"><title>SSL VPN Service</title></auth></config-auth>",
        headers + "Set-Cookie: webvpn=" + session.cookie + "; Secure; HttpOnly\r\n",
        out);
  }

  private static void respond(String body, String headers, GatewayOutput out) {
    int length = body.getBytes(StandardCharsets.UTF_8).length;
    GatewayClient.text(
        out,
        "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nX-Transcend-Version: 1\r\n"
            + headers
            + "Content-Length: "
            + length
            + "\r\n\r\n"
            + body);
  }

  /** From XML or a form, by search as ocserv does. */
  private static String field(GatewayRequest request, String name) {
    Matcher xml = Pattern.compile("<" + name + ">([^<]*)</" + name + ">").matcher(request.body());
    if (xml.find()) {
      return xml.group(1)
          .replace("&lt;", "<")
          .replace("&gt;", ">")
          .replace("&quot;", "\"")
          .replace("&amp;", "&");
    }
    Matcher form = Pattern.compile("(?:^|&)" + name + "=([^&]*)").matcher(request.body());
    return form.find() ? URLDecoder.decode(form.group(1), StandardCharsets.UTF_8) : "";
  }

  /** Does what was asked to be done wrong; returns whether something was. */
  private boolean misbehave(GatewayRequest request, GatewayOutput out) {
    if (engine.has(Fault.HTTP_ERROR)) {
      GatewayClient.text(out, "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n");
    } else if (engine.has(Fault.REDIRECT_LOOP)) {
      GatewayClient.text(
          out, "HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n");
    } else if (engine.has(Fault.ENDLESS_HEADER)) {
      GatewayClient.text(
          out, "HTTP/1.1 200 OK\r\n" + ("X-More: " + "x".repeat(990) + "\r\n").repeat(120));
    } else if (engine.has(Fault.HUGE_BODY)) {
      GatewayClient.text(out, "HTTP/1.1 200 OK\r\nContent-Length: 104857600\r\n\r\n<config-auth>");
    } else if (engine.has(Fault.WRONG_CONTENT_LENGTH)) {
      GatewayClient.text(out, "HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n<config-auth>");
      out.finish();
    } else if (engine.has(Fault.HTML_INSTEAD_OF_XML)) {
      respond("<!DOCTYPE html><html><body>Sign in</body></html>", "", out);
    } else if (engine.has(Fault.XML_ENTITIES)) {
      respond(
          "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/hostname\">]>"
              + "<config-auth><auth id=\"main\"><message>&b;</message></auth></config-auth>",
          "",
          out);
    } else {
      return false;
    }
    out.event("fault", request.toString());
    return true;
  }
}
