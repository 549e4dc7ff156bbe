package dev.adit.anyconnect.sso;

import dev.adit.api.auth.AuthContext;
import dev.adit.api.auth.BrowserRequest;
import dev.adit.api.auth.BrowserRequest.Listener;
import dev.adit.api.auth.BrowserRequest.Verdict;
import dev.adit.api.auth.BrowserRequest.Watch;
import dev.adit.api.auth.BrowserResult;
import dev.adit.api.error.PeerViolationException;
import dev.adit.api.error.VpnException;
import dev.adit.api.http.HttpHeader;
import dev.adit.api.secret.SecretText;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** The part of a log-in that a browser does. */
public final class BrowserLogin {
  /** The port that servers send an external browser to; it is not ours to choose. */
  public static final int PORT = 29786;

  /** Path below which the answer stands. */
  public static final String PREFIX = "/api/sso/";

  /** What we say we can do, as {@code auth-method} of the {@code capabilities}. */
  public static final List<String> METHODS =
      List.of("single-sign-on-v2", "single-sign-on-external-browser");

  private static final Duration LIMIT = Duration.ofMinutes(10);
  private static final int MAX_COOKIE_CHARS = 16384;

  /**
   * What the server says about it.
   *
   * @param url where the browser begins
   * @param external whether it ends at our listener; else a cookie has to be read out
   * @param finalUrl where an embedded browser ends; may be empty
   * @param tokenCookie that cookie's name
   * @param errorCookie cookie with an error text
   */
  public record Order(
      String url, boolean external, String finalUrl, String tokenCookie, String errorCookie) {}

  private final AuthContext context;
  private final SsoKey key;
  private final Optional<StrapKey> bound;

  public BrowserLogin(AuthContext context) {
    this.context = context;
    this.key = SsoKey.fresh(context.plugin().random());
    this.bound =
        context.offersBrowser()
            ? Optional.of(StrapKey.fresh(context.plugin().random()))
            : Optional.empty();
  }

  /** Headers of each request of the log-in. */
  public List<HttpHeader> headers() {
    return bound
        .map(
            strap ->
                List.of(
                    new HttpHeader(StrapKey.PUBLIC_HEADER, strap.header()),
                    new HttpHeader(SsoKey.HEADER, key.header())))
        .orElse(List.of());
  }

  /** The key that the session will be bound to, if the server was told one. */
  public Optional<StrapKey> bound() {
    return bound;
  }

  /** Blocks until the browser has brought the token. */
  public SecretText token(Order order) throws VpnException, InterruptedException {
    URI url = web("sso-v2-login", order.url());
    if (order.external()) {
      Listener listener = new Listener(PORT, PREFIX, this::judge);
      BrowserResult result = context.browse(BrowserRequest.listening(url, listener, LIMIT));
      try (SecretText target = result.value()) {
        return opened(target.reveal());
      }
    }
    if (order.tokenCookie().isEmpty()) {
      throw new PeerViolationException("sso-v2-token-cookie-name", "a cookie's name", "nothing");
    }
    Optional<URI> end =
        order.finalUrl().isEmpty()
            ? Optional.empty()
            : Optional.of(web("sso-v2-login-final", order.finalUrl()));
    Watch watch = new Watch(end, order.tokenCookie(), order.errorCookie());
    SecretText token = context.browse(BrowserRequest.watching(url, watch, LIMIT)).value();
    if (!isCookie(token.reveal())) {
      int length = token.reveal().length();
      token.close();
      throw new PeerViolationException(
          "cookie " + order.tokenCookie() + " of the browser", "a token", length + " characters");
    }
    return token;
  }

  private Verdict judge(String target) {
    try {
      opened(target).close();
      return Verdict.accepted(goOn(target));
    } catch (PeerViolationException e) {
      return Verdict.refused(e.getMessage());
    }
  }

  /** From {@code BLOB?return=URL}: base64 within percent-encoding. */
  private SecretText opened(String target) throws PeerViolationException {
    byte[] blob;
    try {
      String path = target.split("[?]", 2)[0].replace("+", "%2B");
      blob = Base64.getDecoder().decode(URLDecoder.decode(path, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      throw new PeerViolationException("answer of the browser", "base64", "something else");
    }
    byte[] token = key.open(blob);
    try {
      // What openconnect takes.
      for (byte b : token) {
        if (!Character.isLetterOrDigit(b) || b < 0) {
          throw new PeerViolationException(
              "token of the browser", "letters and digits", "other characters");
        }
      }
      char[] text = new char[token.length];
      for (int i = 0; i < text.length; i++) {
        text[i] = (char) token[i];
      }
      return SecretText.owning(text);
    } finally {
      Arrays.fill(token, (byte) 0);
    }
  }

  private static Optional<URI> goOn(String target) {
    int query = target.indexOf('?');
    for (String pair : query < 0 ? new String[0] : target.substring(query + 1).split("&", -1)) {
      if (pair.startsWith("return=")) {
        try {
          return Optional.of(new URI(URLDecoder.decode(pair.substring(7), StandardCharsets.UTF_8)));
        } catch (URISyntaxException | IllegalArgumentException e) {
          return Optional.empty();
        }
      }
    }
    return Optional.empty();
  }

  private static boolean isCookie(String text) {
    return !text.isEmpty()
        && text.length() <= MAX_COOKIE_CHARS
        && text.chars().allMatch(c -> c > ' ' && c < 0x7f);
  }

  private static URI web(String element, String text) throws PeerViolationException {
    try {
      URI uri = new URI(text);
      if ("https".equalsIgnoreCase(uri.getScheme()) && uri.getHost() != null) {
        return uri;
      }
    } catch (URISyntaxException e) {
      // Said below.
    }
    throw new PeerViolationException(element, "an https URL", text);
  }
}
