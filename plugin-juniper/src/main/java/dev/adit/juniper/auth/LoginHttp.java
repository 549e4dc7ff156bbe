package dev.adit.juniper.auth;

import dev.adit.api.auth.AuthContext;
import dev.adit.api.error.AuthenticationException;
import dev.adit.api.error.PeerViolationException;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.http.HttpBody;
import dev.adit.api.http.HttpHeader;
import dev.adit.api.http.HttpRequest;
import dev.adit.api.http.HttpResponse;
import dev.adit.juniper.PulseOnly;
import dev.adit.juniper.SessionCookies;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Requests of a log-in: headers as openconnect 9.01 sends them, redirects, and what statuses mean.
 * Cookies stay with the host that set them, in core's jar.
 */
final class LoginHttp {
  private static final int MOST_REDIRECTS = 10;
  private static final String DEFAULT_AGENT = "Open AnyConnect VPN Agent v9.01";

  private final AuthContext context;
  private boolean answered;
  private URI current;

  LoginHttp(AuthContext context) {
    this.context = context;
    this.current = context.server();
  }

  /** What was asked for last. */
  URI current() {
    return current;
  }

  HttpResponse get(URI url) throws VpnException, InterruptedException {
    return follow(HttpRequest.get(url, headers(context, HttpBody.EMPTY)));
  }

  /** From now on a refusal may be one of what the user said. */
  HttpResponse post(URI url, HttpBody body) throws VpnException, InterruptedException {
    answered = true;
    return follow(HttpRequest.post(url, headers(context, body), body));
  }

  /** The session secret, if that host has given one: then the log-in is over. */
  Optional<String> session(URI url) {
    return context.http().cookie(url, SessionCookies.DSID);
  }

  /** Headers of every request, and those of a POST. */
  static List<HttpHeader> headers(AuthContext context, HttpBody body) {
    List<HttpHeader> headers = new ArrayList<>();
    headers.add(
        new HttpHeader(
            "User-Agent", context.settings().identity().userAgent().orElse(DEFAULT_AGENT)));
    headers.add(new HttpHeader("NCP-Version", "3"));
    if (body.length() > 0) {
      // Lengths are hidden: padding and body together are a multiple of 64.
      int padding = 64 * (1 + body.length() / 64) - body.length();
      headers.add(new HttpHeader("X-Pad", "0".repeat(padding)));
      headers.add(new HttpHeader("Content-Type", "application/x-www-form-urlencoded"));
    }
    return headers;
  }

  /**
   * Goes where any answer but 200 with a {@code Location} leads. Once a session is there, nothing
   * that comes after matters: the landing page may be forbidden, or on another host.
   */
  private HttpResponse follow(HttpRequest first) throws VpnException, InterruptedException {
    HttpRequest request = first;
    for (int redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
      current = request.uri();
      HttpResponse response = context.http().exchange(request);
      boolean loggedIn = session(request.uri()).isPresent();
      if (PulseOnly.isOffered(response) && !loggedIn) {
        throw PulseOnly.at(request.uri().getHost());
      }
      Optional<String> location = response.header("Location");
      if (response.status() == 200 || location.isEmpty()) {
        if (loggedIn || response.status() == 200 && response.body().length() > 0) {
          return response;
        }
        throw failed(response);
      }
      URI target;
      try {
        target = Urls.resolve(request.uri(), location.get(), "redirect");
      } catch (PeerViolationException e) {
        if (loggedIn) {
          return response;
        }
        throw e;
      }
      if (loggedIn && (redirects == MOST_REDIRECTS || !Urls.sameHost(target, request.uri()))) {
        return response;
      }
      request = HttpRequest.get(target, headers(context, HttpBody.EMPTY));
    }
    throw new PeerViolationException(
        "redirects of " + Urls.shown(first.uri()), "at most " + MOST_REDIRECTS, "more");
  }

  private VpnException failed(HttpResponse response) {
    int status = response.status();
    String what =
        Urls.shown(response.uri())
            + (status == 200 ? " answers with an empty page" : " answers " + status);
    if (status == 401) {
      return new AuthenticationException(
          what + ": it wants HTTP authentication" + schemes(response));
    }
    if (answered && status == 403) {
      return new AuthenticationException(what + ": the server refused the log-in");
    }
    if (!answered && status / 100 == 4) {
      return new VpnException(
          Kind.UNREACHABLE,
          what
              + " before it asked anything: is the path of the sign-in page right? A server that"
              + " speaks Pulse alone answers so too; others filter on --useragent");
    }
    return new PeerViolationException("log-in", "a page or a redirect", what);
  }

  private static String schemes(HttpResponse response) {
    List<String> schemes =
        response.headers("WWW-Authenticate").stream()
            .map(h -> h.strip().split("[ ,]", 2)[0])
            .filter(s -> s.matches("[A-Za-z0-9-]{1,40}"))
            .distinct()
            .toList();
    return (schemes.isEmpty() ? "" : " (" + String.join(", ", schemes) + ")")
        + ", which this plugin cannot do; another sign-in page of the server may do without";
  }
}
