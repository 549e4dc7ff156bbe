package dev.adit.anyconnect.auth;

import static org.assertj.core.api.Assertions.assertThat;

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
import dev.adit.api.auth.SigningCertificate;
import dev.adit.api.error.AuthenticationException;
import dev.adit.api.error.VpnException;
import dev.adit.api.http.HttpBody;
import dev.adit.api.http.HttpClient;
import dev.adit.api.http.HttpHeader;
import dev.adit.api.http.HttpRequest;
import dev.adit.api.http.HttpResponse;
import dev.adit.api.secret.SecretBytes;
import dev.adit.api.secret.SecretText;
import dev.adit.api.tunnel.TlsSession;
import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
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

/**
 * Both ends of a log-in: a server that answers one request after the other from a list, and a user
 * who knows some answers. What the client does is written down in {@link #log}.
 */
final class Script implements AuthContext, HttpClient {
  /** An answer that picks the last choice, whatever it is. */
  static final String LAST_CHOICE = "(last)";

  /** Self-signed, EC P-256, CN=vpn.test; made for these tests alone. */
  private static final String CERTIFICATE =
      """
      -----BEGIN CERTIFICATE-----
      MIIBfDCCASOgAwIBAgIUIXHl0767dZUW05d1aAGbmA8f3hEwCgYIKoZIzj0EAwIw
      EzERMA8GA1UEAwwIdnBuLnRlc3QwIBcNMjYxMTI0MTAxNzMwWhgPMjEyNjEwMzEx
      MDE3MzBaMBMxETAPBgNVBAMMCHZwbi50ZXN0MFkwEwYHKoZIzj0CAQYIKoZIzj0D
      AQcDQgAEWJ8nX8HrhCIzawVRcBDrhCerZPT+wa7W+gTB5g+ZuyAn6TdAMQPcAr21
      SZoow6lEpysAqq6Awzeb/IT1WVSeraNTMFEwHQYDVR0OBBYEFLxtx/6hvWQejfqO
      uq8taXp6nBQpMB8GA1UdIwQYMBaAFLxtx/6hvWQejfqOuq8taXp6nBQpMA8GA1Ud
      EwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDRwAwRAIgZNRnNkjMuujJUG32964bZfPj
      gmOpJk/cSEHYXuWQqHUCIEZZ/iq3DrV5zQSL7iS3u51oAtsZi7Gh2hJwAznKLs4O
      -----END CERTIFICATE-----
      """;

  /** What a log-in with a browser offers. */
  static final String CAPABILITIES =
      "<capabilities><auth-method>single-sign-on-v2</auth-method>"
          + "<auth-method>single-sign-on-external-browser</auth-method></capabilities>";

  /** Requests as {@code METHOD URL [headers] body}, and what else is done to connections. */
  final List<String> log = new ArrayList<>();

  final List<AuthForm> forms = new ArrayList<>();
  final List<Notice> notices = new ArrayList<>();
  final List<HostCheckRequest> checks = new ArrayList<>();
  final List<HostCheckRepeat> repeats = new ArrayList<>();
  final List<BrowserRequest> browsed = new ArrayList<>();
  final Map<String, String> knows = new HashMap<>();
  final Map<String, String> options = new HashMap<>();
  Optional<String> authGroup = Optional.empty();
  boolean certificate;
  boolean invitesHttp;
  final Deque<String> proofs = new ArrayDeque<>();
  Optional<SigningCertificate> second = Optional.empty();
  boolean offersBrowser = true;
  Browser browser =
      request -> {
        throw new AssertionError("no browser is expected");
      };
  boolean hostChecker;
  String os = "linux-64";
  String server = "https://vpn.test";
  List<HttpHeader> lastHeaders = List.of();
  int pauses;

  private final Deque<HttpResponse> answers = new ArrayDeque<>();
  private final Map<String, Map<String, String>> jar = new HashMap<>();
  private final URI none = URI.create("https://none.invalid/");

  /** What a browser would bring. */
  interface Browser {
    String browse(BrowserRequest request) throws VpnException;
  }

  /** The next answer: a status with its reason, header lines, a body. */
  Script then(String status, List<String> headers, String body) {
    List<HttpHeader> parsed = new ArrayList<>();
    for (String header : headers) {
      int colon = header.indexOf(':');
      parsed.add(new HttpHeader(header.substring(0, colon), header.substring(colon + 1).strip()));
    }
    answers.add(
        new HttpResponse(
            none,
            Integer.parseInt(status.substring(0, 3)),
            status.substring(3).strip(),
            parsed,
            HttpBody.of(body)));
    return this;
  }

  /** The next answer: 200 and a document. */
  Script then(String document) {
    return then("200 OK", List.of(), document);
  }

  /** The next answer: 200 and an auth-request with this inside. */
  Script thenRequest(String inside) {
    return then(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            + "<config-auth client=\"vpn\" type=\"auth-request\"><version who=\"sg\">0.1(1)</version>"
            + inside
            + "</config-auth>");
  }

  /** The next answer: the end, with the session in a cookie. */
  Script thenSuccess() {
    return then(
        "200 OK",
        List.of("Set-Cookie: webvpncontext=c3Rhcg==", "Set-Cookie: webvpn=c2VjcmV0"),
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <config-auth client="vpn" type="complete"><version who="sg">0.1(1)</version>\
        <auth id="success"><title>SSL VPN Service</title><banner>Hello % world</banner></auth>\
        </config-auth>
        """);
  }

  SessionTicket logIn() throws VpnException, InterruptedException {
    return new Login(this, () -> pauses++).run();
  }

  /** Bodies posted, the head that all documents share cut off. */
  List<String> posted() {
    return log.stream()
        .filter(l -> l.startsWith("POST "))
        .map(l -> l.substring(l.indexOf(' ', 5) + 1))
        .map(b -> b.contains("</device-id>") ? b.substring(b.indexOf("</device-id>") + 12) : b)
        .map(b -> b.replace(CAPABILITIES, ""))
        .toList();
  }

  int unusedAnswers() {
    return answers.size();
  }

  // The server.

  @Override
  public HttpResponse exchange(HttpRequest request) {
    log.add((request.method() + " " + request.uri() + " " + request.body().text()).stripTrailing());
    lastHeaders = request.headers();
    HttpResponse next = answers.poll();
    if (next == null) {
      throw new AssertionError("one request too many: " + log);
    }
    for (String cookie : next.headers("Set-Cookie")) {
      int equals = cookie.indexOf('=');
      setCookie(
          request.uri(),
          cookie.substring(0, equals),
          cookie.substring(equals + 1).split(";", 2)[0]);
    }
    return new HttpResponse(
        request.uri(), next.status(), next.reason(), next.headers(), next.body());
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
    log.add("clear cookies");
    jar.clear();
  }

  @Override
  public Optional<TlsSession> tls() {
    return Optional.of(new Connection());
  }

  // The user.

  @Override
  public PluginContext plugin() {
    return new PluginContext(new SecureRandom(), () -> Instant.EPOCH);
  }

  @Override
  public URI server() {
    return URI.create(server);
  }

  @Override
  public LoginSettings settings() {
    return new LoginSettings(
        Optional.empty(),
        authGroup,
        new ClientIdentity(os, Optional.empty(), Optional.empty(), "laptop"),
        new OptionValues(options));
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
      String answer =
          field.type() == AuthField.Type.HIDDEN ? field.preset() : knows.get(field.name());
      if (LAST_CHOICE.equals(answer)) {
        answer = field.choices().get(field.choices().size() - 1).value();
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
  public boolean offersBrowser() {
    return offersBrowser;
  }

  @Override
  public BrowserResult browse(BrowserRequest request) throws VpnException {
    browsed.add(request);
    return new BrowserResult(SecretText.of(browser.browse(request)));
  }

  @Override
  public HostCheckResult checkHost(HostCheckRequest request) throws VpnException {
    if (!hostChecker) {
      throw new VpnException(VpnException.Kind.HOST_CHECK, "no program is named for it");
    }
    checks.add(request);
    return new HostCheckResult(0, "");
  }

  @Override
  public HostCheckHelper startHostCheck(HostCheckRequest request) {
    throw new AssertionError("no helper is expected");
  }

  @Override
  public void repeatHostCheck(Optional<Duration> interval, HostCheckRepeat repeat) {
    assertThat(interval).as("the server asks for none").isEmpty();
    repeats.add(repeat);
  }

  @Override
  public boolean hasClientCertificate() {
    return certificate;
  }

  @Override
  public boolean invitesHttpAuthentication() {
    return invitesHttp;
  }

  @Override
  public Optional<HttpHeader> authorization(HttpRequest request, HttpResponse refusal) {
    return Optional.ofNullable(proofs.poll()).map(p -> new HttpHeader("Authorization", p));
  }

  @Override
  public Optional<SigningCertificate> secondCertificate() {
    return second;
  }

  @Override
  public Optional<SecretText> tokenCode() {
    return Optional.empty();
  }

  private static final class Connection implements TlsSession {
    @Override
    public String version() {
      return "TLSv1.3";
    }

    @Override
    public String cipherSuite() {
      return "TLS_AES_256_GCM_SHA384";
    }

    @Override
    public List<X509Certificate> peerChain() {
      try {
        return List.of(
            (X509Certificate)
                CertificateFactory.getInstance("X.509")
                    .generateCertificate(
                        new ByteArrayInputStream(CERTIFICATE.getBytes(StandardCharsets.US_ASCII))));
      } catch (CertificateException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public boolean clientCertificateSent() {
      return false;
    }

    @Override
    public InetSocketAddress peerAddress() {
      return new InetSocketAddress(InetAddress.getLoopbackAddress(), 443);
    }

    @Override
    public SecretBytes exported(String label) {
      throw new AssertionError("the log-in exports nothing");
    }

    @Override
    public Optional<byte[]> tlsUnique() {
      return Optional.empty();
    }
  }
}
