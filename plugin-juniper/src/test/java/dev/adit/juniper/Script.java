package dev.adit.juniper;

import dev.adit.api.OptionValues;
import dev.adit.api.PluginContext;
import dev.adit.api.auth.AuthContext;
import dev.adit.api.auth.AuthField;
import dev.adit.api.auth.AuthForm;
import dev.adit.api.auth.BrowserRequest;
import dev.adit.api.auth.BrowserResult;
import dev.adit.api.auth.ClientIdentity;
import dev.adit.api.auth.FormAnswers;
import dev.adit.api.auth.HostCheckHelper;
import dev.adit.api.auth.HostCheckRepeat;
import dev.adit.api.auth.HostCheckRequest;
import dev.adit.api.auth.HostCheckResult;
import dev.adit.api.auth.LoginSettings;
import dev.adit.api.auth.Notice;
import dev.adit.api.auth.SessionTicket;
import dev.adit.api.error.AuthenticationException;
import dev.adit.api.error.VpnException;
import dev.adit.api.fixture.ScriptedHelper;
import dev.adit.api.http.HttpBody;
import dev.adit.api.http.HttpClient;
import dev.adit.api.http.HttpHeader;
import dev.adit.api.http.HttpRequest;
import dev.adit.api.http.HttpResponse;
import dev.adit.api.secret.SecretText;
import dev.adit.api.tunnel.TlsSession;
import dev.adit.juniper.auth.Login;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Both ends of a log-in: a server, by default one that answers from a list, and a user who knows
 * some answers. What the client does is written down in {@link #log}.
 */
public final class Script implements AuthContext, HttpClient {
  /** Requests as {@code METHOD URL body}. */
  public final List<String> log = new ArrayList<>();

  public final List<HttpRequest> requests = new ArrayList<>();
  public final List<String> sentCookies = new ArrayList<>();
  public final List<AuthForm> forms = new ArrayList<>();
  public final List<Notice> notices = new ArrayList<>();
  public final List<HostCheckRequest> checks = new ArrayList<>();
  public final List<BrowserRequest> browsed = new ArrayList<>();
  public final Map<String, String> knows = new HashMap<>();

  /** Answers used up one after the other, before those of {@link #knows}. */
  public final Map<String, Deque<String>> inTurn = new HashMap<>();

  public Optional<String> authGroup = Optional.empty();
  public Optional<String> userAgent = Optional.empty();

  /** The user's program for host checks. */
  public Optional<ScriptedHelper> helper = Optional.empty();

  public final List<Optional<Duration>> repeats = new ArrayList<>();
  public HostCheckRepeat repetition = () -> {};
  public Optional<String> browserResult = Optional.empty();
  public String start = "https://vpn.test";

  /** The server; answers from the list unless it is replaced. */
  public Function<HttpRequest, HttpResponse> server = this::fromList;

  private final Deque<HttpResponse> answers = new ArrayDeque<>();
  private final Map<String, Map<String, String>> jar = new HashMap<>();

  /** The next answer: status, header lines, body. */
  public Script then(int status, List<String> headers, String body) {
    answers.add(response(status, headers, body));
    return this;
  }

  /** The next answer: 200 and a page. */
  public Script thenPage(String html) {
    return then(200, List.of("Content-Type: text/html"), html);
  }

  /** The next answer: a redirect. */
  public Script thenRedirect(String location) {
    return then(302, List.of("Location: " + location), "");
  }

  /** The next answer: the session, and the landing page. */
  public Script thenSession() {
    return then(
        200,
        List.of(
            "Set-Cookie: DSFirstAccess=1700000000; path=/",
            "Set-Cookie: DSLastAccess=1700000001; path=/",
            "Set-Cookie: DSID=0123456789abcdef0123456789abcdef; path=/; secure"),
        "");
  }

  public static HttpResponse response(int status, List<String> headers, String body) {
    List<HttpHeader> parsed = new ArrayList<>();
    for (String header : headers) {
      int colon = header.indexOf(':');
      parsed.add(new HttpHeader(header.substring(0, colon), header.substring(colon + 1).strip()));
    }
    return new HttpResponse(
        URI.create("https://none.invalid/"), status, "", parsed, HttpBody.of(body));
  }

  public SessionTicket logIn() throws VpnException, InterruptedException {
    return new Login(this).run();
  }

  /** Bodies posted. */
  public List<String> posted() {
    return requests.stream()
        .filter(r -> r.method().equals("POST"))
        .map(r -> r.body().text())
        .toList();
  }

  /** A header of the last request, or empty. */
  public String sent(String name) {
    return requests.get(requests.size() - 1).headers().stream()
        .filter(h -> h.name().equals(name))
        .map(HttpHeader::value)
        .findFirst()
        .orElse("");
  }

  public int unusedAnswers() {
    return answers.size();
  }

  private HttpResponse fromList(HttpRequest request) {
    HttpResponse next = answers.poll();
    if (next == null) {
      throw new AssertionError("one request too many: " + log);
    }
    return next;
  }

  // The server.

  @Override
  public HttpResponse exchange(HttpRequest request) {
    log.add((request.method() + " " + request.uri() + " " + request.body().text()).stripTrailing());
    requests.add(request);
    sentCookies.add(cookieHeader(request.uri()));
    HttpResponse next = server.apply(request);
    for (String cookie : next.headers("Set-Cookie")) {
      int equals = cookie.indexOf('=');
      setCookie(
          request.uri(),
          cookie.substring(0, equals),
          cookie.substring(equals + 1).split(";", 2)[0]);
    }
    return new HttpResponse(request.uri(), next.status(), "", next.headers(), next.body());
  }

  /** What core would send. */
  public String cookieHeader(URI uri) {
    return jar.getOrDefault(uri.getHost(), Map.of()).entrySet().stream()
        .map(c -> c.getKey() + "=" + c.getValue())
        .collect(Collectors.joining("; "));
  }

  @Override
  public void dropConnections() {
    log.add("drop connections");
  }

  @Override
  public Optional<String> cookie(URI uri, String name) {
    return Optional.ofNullable(jar.getOrDefault(uri.getHost(), Map.of()).get(name));
  }

  @Override
  public void setCookie(URI uri, String name, String value) {
    Map<String, String> cookies = jar.computeIfAbsent(uri.getHost(), h -> new LinkedHashMap<>());
    if (value.isEmpty()) {
      cookies.remove(name);
    } else {
      cookies.put(name, value);
    }
  }

  @Override
  public void clearCookies() {
    jar.clear();
  }

  @Override
  public Optional<TlsSession> tls() {
    return Optional.of(new FixedTls());
  }

  // The user.

  @Override
  public PluginContext plugin() {
    return new PluginContext(new SecureRandom(), () -> Instant.ofEpochSecond(1_700_000_000));
  }

  @Override
  public URI server() {
    return URI.create(start);
  }

  @Override
  public LoginSettings settings() {
    return new LoginSettings(
        Optional.empty(),
        authGroup,
        new ClientIdentity("linux-64", userAgent, Optional.empty(), "laptop"),
        OptionValues.NONE);
  }

  @Override
  public HttpClient http() {
    return this;
  }

  @Override
  public FormAnswers ask(AuthForm form) throws VpnException {
    forms.add(form);
    Map<String, SecretText> given = new LinkedHashMap<>();
    for (AuthField field : form.fields()) {
      String turn = inTurn.getOrDefault(field.name(), new ArrayDeque<>()).poll();
      String answer =
          turn != null
              ? turn
              : field.type() == AuthField.Type.HIDDEN ? field.preset() : knows.get(field.name());
      if (answer == null && field.choices().size() == 1) {
        answer = field.choices().get(0).value();
      }
      if (answer == null) {
        throw new AuthenticationException("nobody knows " + field.name());
      }
      given.put(field.name(), SecretText.of(answer));
    }
    return new FormAnswers(given);
  }

  @Override
  public void notice(Notice notice) {
    notices.add(notice);
  }

  @Override
  public BrowserResult browse(BrowserRequest request) throws VpnException {
    browsed.add(request);
    return new BrowserResult(
        SecretText.of(
            browserResult.orElseThrow(() -> new AuthenticationException("there is no browser"))));
  }

  @Override
  public HostCheckResult checkHost(HostCheckRequest request) {
    throw new AssertionError("a helper is started instead");
  }

  @Override
  public HostCheckHelper startHostCheck(HostCheckRequest request) throws VpnException {
    checks.add(request);
    return helper.orElseThrow(
        () -> new VpnException(VpnException.Kind.HOST_CHECK, "no program is named for it"));
  }

  @Override
  public void repeatHostCheck(Optional<Duration> interval, HostCheckRepeat repeat) {
    repeats.add(interval);
    repetition = repeat;
  }

  @Override
  public boolean hasClientCertificate() {
    return false;
  }

  @Override
  public Optional<SecretText> tokenCode() {
    return Optional.empty();
  }
}
