package dev.adit.anyconnect.gateway;

import dev.adit.anyconnect.sso.BrowserLogin;
import dev.adit.anyconnect.sso.SsoKey;
import dev.adit.api.error.PeerViolationException;
import dev.adit.api.gateway.GatewayOutput;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A small identity provider on the gateway itself, on with {@code --option sso=external} or {@code
 * sso=embedded}: a page with a form, and the way back to the client. One thread, the engine's.
 *
 * <pre>
 * client    POST /   init, public key             auth-request: sso-v2-login, sso-v2-browser-mode, ...
 * browser   GET  /+CSCOE+/saml/sp/login?id=N      the page
 *           POST the same                         external: 303 to the client's listener
 *                                                 embedded: Set-Cookie acSamlv2Token, 303 to the end
 *           GET  /+CSCOE+/saml_ac_login.html      "You are logged in"
 * client    POST /auth   sso-token                complete, or the refusal
 * </pre>
 */
final class IdentityProvider {
  static final String OPTION = "sso";
  static final String TOKEN_COOKIE = "acSamlv2Token";
  static final String ERROR_COOKIE = "acSamlv2Error";
  private static final String LOGIN = "/+CSCOE+/saml/sp/login";
  private static final String END = "/+CSCOE+/saml_ac_login.html";
  private static final int MOST_ATTEMPTS = 256;
  private static final int ID_BYTES = 16;

  /** A log-in under way, from the first document to the token. */
  private static final class Attempt {
    final byte[] clientKey;
    final String host;
    @Nullable String user;
    String token = "";

    Attempt(byte[] clientKey, String host) {
      this.clientKey = clientKey;
      this.host = host;
    }
  }

  private final AnyConnectGatewayEngine engine;
  private final Map<String, Attempt> attempts = new LinkedHashMap<>();

  IdentityProvider(AnyConnectGatewayEngine engine) {
    this.engine = engine;
  }

  private Optional<String> mode() {
    return engine.settings().options().text(OPTION);
  }

  /** Whether this client logs in by browser: both sides must want it. */
  boolean takes(GatewayRequest request) {
    boolean external = mode().filter("external"::equals).isPresent();
    String method = external ? BrowserLogin.METHODS.get(1) : BrowserLogin.METHODS.get(0);
    return mode().isPresent()
        && request.body().contains("<auth-method>" + method + "</auth-method>")
        && (!external || clientKey(request).length > 0);
  }

  /** The {@code auth} element that sends the client to the browser. */
  String order(GatewayRequest request, String error) {
    String id = random();
    String host = request.header("host").orElse("vpn.test");
    attempts.put(id, new Attempt(clientKey(request), host));
    if (attempts.size() > MOST_ATTEMPTS) {
      attempts.remove(attempts.keySet().iterator().next());
    }
    String base = "https://" + host;
    return "<auth id=\"main\"><title>Login</title>"
        + "<message>Please complete the authentication process in the browser.</message>"
        + (error.isEmpty() ? "" : "<error id=\"13\">" + error + "</error>")
        + "<sso-v2-login>"
        + base
        + LOGIN
        + "?id="
        + id
        + "</sso-v2-login>"
        + "<sso-v2-login-final>"
        + base
        + END
        + "</sso-v2-login-final>"
        + "<sso-v2-token-cookie-name>"
        + TOKEN_COOKIE
        + "</sso-v2-token-cookie-name>"
        + "<sso-v2-error-cookie-name>"
        + ERROR_COOKIE
        + "</sso-v2-error-cookie-name>"
        + (mode().filter("external"::equals).isPresent()
            ? "<sso-v2-browser-mode>external</sso-v2-browser-mode>"
            : "")
        + "<form method=\"post\" action=\"/auth\">"
        + "<input type=\"sso\" name=\"sso-token\"/></form></auth>";
  }

  /** The user whom a token stands for; it is good once. */
  Optional<String> user(String token) {
    for (Map.Entry<String, Attempt> entry : attempts.entrySet()) {
      Attempt attempt = entry.getValue();
      if (attempt.user != null && GatewayLogin.matches(attempt.token, token)) {
        attempts.remove(entry.getKey());
        return Optional.of(attempt.user);
      }
    }
    return Optional.empty();
  }

  /** Answers a browser; false if the request is none of one. */
  boolean answer(GatewayRequest request, GatewayOutput out) {
    String path = request.path();
    if (mode().isEmpty() || !path.startsWith("/+CSCOE+/saml") && !path.equals("/favicon.ico")) {
      return false;
    }
    Matcher id = Pattern.compile(Pattern.quote(LOGIN) + "[?]id=([A-Za-z0-9]+)").matcher(path);
    Attempt attempt = id.matches() ? attempts.get(id.group(1)) : null;
    if (path.startsWith(END)) {
      page(out, "200 OK", "", "<h1>You are logged in</h1><p>This page can be closed.</p>");
    } else if (attempt == null) {
      page(out, "404 Not Found", "", "<h1>No such log-in</h1>");
    } else if (request.method().equals("POST")) {
      signIn(attempt, request, out);
    } else {
      out.event("sso-page", "");
      page(out, "200 OK", "", form(""));
    }
    return true;
  }

  private void signIn(Attempt attempt, GatewayRequest request, GatewayOutput out) {
    String user = value(request.body(), "user");
    boolean right =
        GatewayLogin.matches(
            engine.settings().users().get(user), value(request.body(), "password"));
    if (engine.has(Fault.SSO_REFUSED)) {
      out.event("sso-refused", user);
      String cookie = "Set-Cookie: " + ERROR_COOKIE + "=refused; Path=/; Secure\r\n";
      page(out, "303 See Other", cookie + location("https://" + attempt.host + END), "");
    } else if (!right) {
      out.event("sso-wrong-password", user);
      page(out, "200 OK", "", form("Wrong user name or password."));
    } else {
      out.event("sso", user);
      attempt.user = user;
      attempt.token = random();
      String token = engine.has(Fault.SSO_UNKNOWN_TOKEN) ? random() : attempt.token;
      String end = "https://" + attempt.host + END;
      boolean external = mode().filter("external"::equals).isPresent();
      page(
          out,
          "303 See Other",
          external
              ? location(listener(attempt, token, end))
              : "Set-Cookie: "
                  + TOKEN_COOKIE
                  + "="
                  + token
                  + "; Path=/; Secure\r\n"
                  + location(end),
          "");
    }
  }

  /** Where the client listens, with the token that only it can read. */
  private String listener(Attempt attempt, String token, String end) {
    try {
      byte[] key =
          engine.has(Fault.SSO_WRONG_KEY)
              ? Base64.getDecoder()
                  .decode(SsoKey.fresh(engine.settings().plugin().random()).header())
              : attempt.clientKey;
      byte[] blob =
          SsoKey.seal(
              key, token.getBytes(StandardCharsets.US_ASCII), engine.settings().plugin().random());
      return "http://localhost:"
          + BrowserLogin.PORT
          + BrowserLogin.PREFIX
          + encoded(Base64.getEncoder().encodeToString(blob))
          + "?return="
          + encoded(end);
    } catch (PeerViolationException e) {
      return end;
    }
  }

  private static byte[] clientKey(GatewayRequest request) {
    try {
      String header = SsoKey.HEADER.toLowerCase(Locale.ROOT);
      return Base64.getDecoder().decode(request.header(header).orElse(""));
    } catch (IllegalArgumentException e) {
      return new byte[0];
    }
  }

  private String random() {
    byte[] bytes = new byte[ID_BYTES];
    engine.settings().plugin().random().nextBytes(bytes);
    StringBuilder out = new StringBuilder();
    for (byte b : bytes) {
      out.append(String.format("%02x", b));
    }
    Arrays.fill(bytes, (byte) 0);
    return out.toString();
  }

  private static String value(String body, String name) {
    Matcher pair = Pattern.compile("(?:^|&)" + name + "=([^&]*)").matcher(body);
    try {
      return pair.find() ? URLDecoder.decode(pair.group(1), StandardCharsets.UTF_8) : "";
    } catch (IllegalArgumentException e) {
      return "";
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static String location(String url) {
    return "Location: " + url + "\r\n";
  }

  private static String form(String error) {
    return "<h1>Sign in</h1>"
        + (error.isEmpty() ? "" : "<p role=\"alert\">" + error + "</p>")
        + "<form method=\"post\"><p><label>User name<br><input name=\"user\" autofocus></label></p>"
        + "<p><label>Password<br><input type=\"password\" name=\"password\"></label></p>"
        + "<p><button id=\"go\">Sign in</button></p></form>";
  }

  private static void page(GatewayOutput out, String status, String headers, String body) {
    String html =
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">"
            + "<title>adit gateway</title><style>body{font-family:sans-serif;max-width:24em;"
            + "margin:4em auto}</style></head><body>"
            + body
            + "</body></html>\n";
    GatewayClient.text(
        out,
        "HTTP/1.1 "
            + status
            + "\r\nContent-Type: text/html; charset=utf-8\r\nCache-Control: no-store\r\n"
            + headers
            + "Content-Length: "
            + html.getBytes(StandardCharsets.UTF_8).length
            + "\r\n\r\n"
            + html);
  }
}
