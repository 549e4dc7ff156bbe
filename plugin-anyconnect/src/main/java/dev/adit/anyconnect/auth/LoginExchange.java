package dev.adit.anyconnect.auth;

import dev.adit.anyconnect.ClientProfile;
import dev.adit.api.auth.AuthContext;
import dev.adit.api.error.AuthenticationException;
import dev.adit.api.error.PeerViolationException;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.http.HttpBody;
import dev.adit.api.http.HttpHeader;
import dev.adit.api.http.HttpRequest;
import dev.adit.api.http.HttpResponse;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Requests of a log-in: their headers, where they go, redirects, and what statuses mean. */
final class LoginExchange {
  private static final int MOST_REDIRECTS = 10;
  private static final int MOST_FIRST_REDIRECTS = 3;
  private static final int MOST_CHALLENGES = 10;

  /** Tells a server that we would do HTTP authentication. */
  private static final String INVITATION = "X-Support-HTTP-Auth";

  /** Says {@code fallback}: the server has forms too. */
  private static final String OTHER_WAYS = "X-HTTP-Auth-Support";

  private static final String FILTER =
      "it may filter on what we say we are (--useragent, --os); \"adit doctor SERVER\" tries what it"
          + " lets in";

  private static final String BASIC =
      "Basic shows the password itself, so it has to be named: --http-auth=basic";

  private static final String BEARER = "the token of Bearer comes by --token-mode=oidc";

  /** The first XML POST met something that the older way may get along with. */
  static final class NotXmlException extends VpnException {
    private static final long serialVersionUID = 1L;

    NotXmlException(String message) {
      super(Kind.PEER_VIOLATION, message);
    }
  }

  private final AuthContext context;
  private final ClientProfile profile;
  private final List<HttpHeader> offers;
  private URI url;
  private boolean first = true;
  private boolean xml;
  private boolean answered;
  private boolean codeGiven;
  private boolean inviting;
  private HttpBody lastAnswer = HttpBody.EMPTY;

  /**
   * Requests of one log-in.
   *
   * @param offers headers of all of them that offer more than forms
   */
  LoginExchange(AuthContext context, ClientProfile profile, boolean xml, List<HttpHeader> offers) {
    this.offers = List.copyOf(offers);
    this.context = context;
    this.profile = profile;
    this.xml = xml;
    this.url = withPath(context.server());
    this.inviting = context.invitesHttpAuthentication();
  }

  /** What the user asked for, on the host that we were sent to. */
  URI accessUrl() {
    return url;
  }

  /** Where the tunnel is opened. */
  URI connectUrl() {
    return url.resolve("/");
  }

  /** Begins again in the older way. */
  void startOver() {
    xml = false;
    url = withPath(context.server());
    context.http().dropConnections();
    context.http().clearCookies();
  }

  /** The action of a form replaces the path; it is like a redirect. */
  void follow(String action) throws VpnException {
    if (!action.isEmpty()) {
      moveTo(resolved(action));
    }
  }

  /**
   * From now on a refusal may be one of what the user said.
   *
   * @param withCode a one-time code is among it
   */
  void answering(boolean withCode) {
    answered = true;
    codeGiven |= withCode;
  }

  /** What one host gave us is not for another. */
  private void moveTo(URI target) {
    if (!sameHost(target, url)) {
      context.http().dropConnections();
      context.http().clearCookies();
    }
    url = target;
  }

  ServerDocument postXml(HttpBody body) throws VpnException, InterruptedException {
    boolean opening = first;
    HttpResponse response = exchange("POST", body);
    lastAnswer = response.body();
    first = false;
    ServerDocument document;
    try {
      document = ServerDocument.parse(response.body().text());
    } catch (PeerViolationException e) {
      if (opening) {
        throw new NotXmlException(e.getMessage());
      }
      throw e;
    }
    if (opening && !document.isLogIn()) {
      throw new NotXmlException("it answers without a form");
    }
    return document;
  }

  /** The bytes of the last XML document that came, which a signature may have to be over. */
  HttpBody lastAnswer() {
    return lastAnswer;
  }

  HttpResponse get() throws VpnException, InterruptedException {
    return exchange("GET", HttpBody.EMPTY);
  }

  HttpResponse postForm(HttpBody body) throws VpnException, InterruptedException {
    return exchange("POST", body);
  }

  /** A request of the host check. */
  HttpResponse getOnce(URI target) throws VpnException, InterruptedException {
    return context
        .http()
        .exchange(new HttpRequest("GET", target, headers(HttpBody.EMPTY), HttpBody.EMPTY));
  }

  URI resolved(String location) throws VpnException {
    try {
      URI target = url.resolve(location);
      if ("https".equalsIgnoreCase(target.getScheme()) && target.getHost() != null) {
        return target;
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    throw new PeerViolationException("redirect", "an https URL", location);
  }

  private HttpResponse exchange(String method, HttpBody body)
      throws VpnException, InterruptedException {
    String verb = method;
    HttpBody content = body;
    int most = first && xml ? MOST_FIRST_REDIRECTS : MOST_REDIRECTS;
    for (int redirects = 0; redirects <= most; redirects++) {
      HttpResponse response = sent(new HttpRequest(verb, url, headers(content), content));
      Optional<String> location = response.header("Location");
      if (response.status() == 200) {
        if (response.body().length() == 0) {
          throw new PeerViolationException("log-in answer", "a document", "nothing");
        }
        return response;
      }
      if (location.isEmpty()) {
        throw failed(response);
      }
      URI target = resolved(location.get());
      if (sameHost(target, url)) {
        if (first && xml) {
          throw new NotXmlException("it redirects to " + target.getPath());
        }
        if (!xml) {
          verb = "GET";
          content = HttpBody.EMPTY;
        }
      }
      moveTo(target);
    }
    if (first && xml) {
      throw new NotXmlException("it redirects more than " + most + " times");
    }
    throw new PeerViolationException("redirects", "at most " + most, "more");
  }

  /** A server that shakes hands and then hangs up may do so because of what we say we are. */
  private HttpResponse sent(HttpRequest request) throws VpnException, InterruptedException {
    try {
      return authorized(request);
    } catch (VpnException e) {
      if (first && e.kind() == Kind.UNREACHABLE && context.http().tls().isPresent()) {
        throw new VpnException(Kind.UNREACHABLE, e.getMessage() + "; " + FILTER, e);
      }
      throw e;
    }
  }

  private HttpResponse authorized(HttpRequest request) throws VpnException, InterruptedException {
    HttpResponse response = context.http().exchange(request);
    for (int round = 0; response.status() == 401 && round < MOST_CHALLENGES; round++) {
      Optional<HttpHeader> proof = context.authorization(request, response);
      if (proof.isEmpty()) {
        return inviting && response.header(OTHER_WAYS).isPresent() ? uninvited(request) : response;
      }
      response = context.http().exchange(request.with(proof.get().name(), proof.get().value()));
    }
    return response;
  }

  /** The server has other ways, and shows them to those who do not offer this one. */
  private HttpResponse uninvited(HttpRequest request) throws VpnException, InterruptedException {
    inviting = false;
    List<HttpHeader> headers =
        request.headers().stream().filter(h -> !h.name().equals(INVITATION)).toList();
    return context
        .http()
        .exchange(new HttpRequest(request.method(), request.uri(), headers, request.body()));
  }

  private VpnException failed(HttpResponse response) {
    int status = response.status();
    String words = status + (response.reason().isEmpty() ? "" : " " + response.reason());
    return switch (status) {
      case 401 ->
          new AuthenticationException(
              "the server refused the log-in (" + words + ")" + why401(response));
      case 403, 405 ->
          new AuthenticationException(
              "the server refused the log-in (" + words + ")" + (answered ? "" : "; " + FILTER));
      default ->
          first && xml
              ? new NotXmlException("it answers " + words)
              : new VpnException(
                  Kind.UNREACHABLE,
                  url.getAuthority()
                      + " answers "
                      + words
                      + "; "
                      + (status == 404 ? "a group may have a path (--usergroup), or " : "")
                      + FILTER);
    };
  }

  private String why401(HttpResponse response) {
    List<String> schemes =
        response.headers("WWW-Authenticate").stream()
            .map(challenge -> challenge.strip().split("[ ,]", 2)[0])
            .filter(scheme -> scheme.matches("[A-Za-z0-9-]{1,40}"))
            .distinct()
            .toList();
    if (!schemes.isEmpty()) {
      return ": it wants HTTP authentication ("
          + String.join(", ", schemes)
          + "), and none of that is allowed or succeeds (--http-auth)"
          + (offers(schemes, "Basic") ? "; " + BASIC : "")
          + (offers(schemes, "Bearer") ? "; " + BEARER : "");
    }
    if (codeGiven) {
      return ": a wrong user name, password or one-time code; a code is good once and for a short"
          + " time: are the seed, its counter and the clock right?";
    }
    return answered
        ? ": a wrong user name, password or certificate"
        : " before it asked anything: it may want a client certificate (--certificate); " + FILTER;
  }

  private static boolean offers(List<String> schemes, String scheme) {
    return schemes.stream().anyMatch(scheme::equalsIgnoreCase);
  }

  private List<HttpHeader> headers(HttpBody body) {
    List<HttpHeader> headers = new ArrayList<>();
    headers.add(new HttpHeader("User-Agent", profile.userAgent()));
    headers.add(new HttpHeader("Accept", "*/*"));
    headers.add(new HttpHeader("Accept-Encoding", "identity"));
    headers.add(new HttpHeader("X-Transcend-Version", "1"));
    if (xml) {
      headers.add(new HttpHeader("X-Aggregate-Auth", "1"));
      headers.addAll(offers);
    }
    if (inviting) {
      headers.add(new HttpHeader(INVITATION, "true"));
    }
    headers.addAll(profile.mobileHeaders());
    if (body.length() > 0) {
      // Lengths are hidden: padding and body together are a multiple of 64.
      int padding = 64 * (1 + body.length() / 64) - body.length();
      headers.add(new HttpHeader("X-Pad", "0".repeat(padding)));
      headers.add(
          new HttpHeader(
              "Content-Type",
              xml ? "application/xml; charset=utf-8" : "application/x-www-form-urlencoded"));
    }
    return headers;
  }

  private static boolean sameHost(URI a, URI b) {
    return a.getHost().equalsIgnoreCase(b.getHost()) && port(a) == port(b);
  }

  private static int port(URI uri) {
    return uri.getPort() > 0 ? uri.getPort() : 443;
  }

  private static URI withPath(URI uri) {
    return uri.getRawPath() == null || uri.getRawPath().isEmpty() ? uri.resolve("/") : uri;
  }
}
