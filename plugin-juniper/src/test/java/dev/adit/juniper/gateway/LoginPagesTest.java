package dev.adit.juniper.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.api.OptionValues;
import dev.adit.api.auth.SessionTicket;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.fixture.ScriptedHelper;
import dev.adit.api.fixture.ScriptedServer;
import dev.adit.api.gateway.AddressPool;
import dev.adit.api.gateway.GatewaySettings;
import dev.adit.api.http.HttpBody;
import dev.adit.api.http.HttpHeader;
import dev.adit.api.http.HttpRequest;
import dev.adit.api.http.HttpResponse;
import dev.adit.api.secret.SecretText;
import dev.adit.api.tunnel.TunnelConfig;
import dev.adit.juniper.JuniperProtocol;
import dev.adit.juniper.Script;
import dev.adit.juniper.SessionCookies;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Our client against our gateway, in memory, option by option and fault by fault. */
class LoginPagesTest {
  private final Script user = new Script();
  private final Map<String, String> options = new HashMap<>();
  private final Set<Fault> faults = EnumSet.noneOf(Fault.class);
  private final List<String> events = new ArrayList<>();
  private final List<Session> dropped = new ArrayList<>();
  private final Sessions sessions = new Sessions(user.plugin(), dropped::add);

  @BeforeEach
  void know() {
    user.knows.put("username", "joe");
    user.knows.put("password", "p&w=\u00fc#");
    user.knows.put("password#2", "pw2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "soup=true",
        "landing=403",
        "second-password=pw2",
        "totp=pw2",
        "host-check=checked",
        "host-check=checked second-password=pw2 landing=403",
        "new-password=true",
        "new-password=true soup=true totp=pw2",
        "pre-notice=Stay<out>",
        "post-notice=Be&good",
        "confirm=true",
        "sso=idp.test sso-plain=true",
        "sso=idp.test sso-plain=true host-check=checked confirm=true totp=pw2",
        "realms=A,B",
        "realms=A,B roles=staff,r&d confirm=true totp=pw2 pre-notice=x post-notice=y soup=true"
            + " host-check=checked second-password=pw2"
      })
  void eachOptionIsLoggedInTo(String given) throws Exception {
    for (String option : given.split(" ", 0)) {
      String[] pair = option.split("=", 2);
      options.put(pair[0], pair[pair.length - 1]);
    }
    user.knows.put("realm", "B");
    user.knows.put("UserName", "joe");
    user.knows.put("Password", "p&w=\u00fc#");
    user.knows.put("role", "r&d");
    user.knows.put("oldPassword", "p&w=\u00fc#");
    user.knows.put("newPassword", "better");
    user.knows.put("confirmPassword", "better");
    user.helper = Optional.of(ScriptedHelper.saying("200", "3", "checked", "", ""));
    sessions.open("joe", "Users", "");
    sessions.open("joe", "Users", "");
    user.knows.put("postfixSID", sessions.of("joe").get(0).label());
    Session session = logIn();
    assertThat(session.user).isEqualTo("joe");
    assertThat(session.realm).isEqualTo(options.containsKey("realms") ? "B" : "Users");
    assertThat(session.role).isEqualTo(options.containsKey("roles") ? "r&d" : "");
    assertThat(dropped).hasSize(options.containsKey("confirm") ? 1 : 0);
    assertThat(user.checks).hasSize(options.containsKey("host-check") ? 1 : 0);
    assertThat(events).last().isEqualTo("login joe");
  }

  @Test
  void codesAreAskedOneAfterTheOther() throws Exception {
    options.putAll(Map.of("token", "111", "next-token", "222"));
    user.inTurn.put("password", new ArrayDeque<>(List.of("p&w=\u00fc#", "111", "222")));
    assertThat(logIn().user).isEqualTo("joe");
    assertThat(user.forms)
        .extracting(f -> f.id())
        .containsExactly("frmLogin", "frmDefender", "frmNextToken");
  }

  @Test
  void aNewPasswordThatIsNotConfirmedIsRefused() {
    options.put("new-password", "true");
    user.knows.putAll(
        Map.of("oldPassword", "p&w=\u00fc#", "newPassword", "a", "confirmPassword", "b"));
    refused(Kind.AUTHENTICATION, "Invalid username or password");
  }

  @ParameterizedTest
  @CsvSource({"password,wrong", "password#2,wrong", "username,jim"})
  void wrongCredentialsAreRefused(String field, String value) {
    options.put("second-password", "pw2");
    user.knows.put(field, value);
    refused(Kind.AUTHENTICATION, "Invalid username or password");
    assertThat(events).hasSize(1).first().asString().startsWith("refused");
    assertThat(sessions.of("joe")).isEmpty();
  }

  @Test
  void aWrongCodeBeginsAnew() {
    options.put("totp", "000");
    refused(Kind.AUTHENTICATION, "Invalid username or password");
  }

  @ParameterizedTest
  @CsvSource({
    "UNKNOWN_PAGE,AUTHENTICATION,frmGrid",
    "PAGE_LOOP,PEER_VIOLATION,same page again",
    "REDIRECT_LOOP,PEER_VIOLATION,at most 10",
    "HOST_CHECK,HOST_CHECK,remediate.cgi",
    "LOCKED_OUT,AUTHENTICATION,locked",
    "PULSE_ONLY,UNREACHABLE,Pulse",
    "HUGE_PAGE,PEER_VIOLATION,1048576",
    "EMPTY_PAGE,PEER_VIOLATION,empty page",
    "HTTP_ERROR,PEER_VIOLATION,500"
  })
  void faultsAreNamed(Fault fault, Kind kind, String words) {
    faults.add(fault);
    refused(kind, words);
  }

  @Test
  void aWrongSessionShowsOnlyLater() throws Exception {
    faults.add(Fault.WRONG_DSID);
    user.peer.answerer = this::answer;
    try (SessionCookies cookies = SessionCookies.parse(user.logIn().cookie())) {
      assertThat(sessions.find(cookies.dsid().reveal())).isEmpty();
    }
  }

  /** As a browser does it, which runs scripts. */
  @Test
  void theIdentityProviderLeadsABrowserBack() throws Exception {
    options.put("sso", "idp.test");
    user.peer.answerer = this::answer;
    assertThat(location(get("https://vpn.test:8443/")))
        .isEqualTo("/dana-na/auth/url_default/welcome.cgi");
    String provider = location(get("https://vpn.test:8443/dana-na/auth/url_default/welcome.cgi"));
    assertThat(provider).startsWith("https://idp.test:8443/sso?SAMLRequest=");
    String id = provider.substring(provider.indexOf('=') + 1);
    assertThat(get(provider).body().text()).contains("name=user", id);
    String sso = "https://idp.test:8443/sso";
    assertThat(post(sso, "user=joe&password=no&RelayState=" + id).body().text())
        .contains("Wrong user name or password.");
    String back = post(sso, "user=joe&password=p%26w%3D%C3%BC%23&RelayState=" + id).body().text();
    String consumer = "https://vpn.test:8443/dana-na/auth/saml-consumer.cgi";
    assertThat(back).contains("name=hiddenform", "action=\"" + consumer + "\"", "submit.call");
    String assertion = back.replaceAll("(?s).*SAMLResponse value=([0-9a-f]+).*", "$1");
    String brought = "SAMLResponse=" + assertion + "&RelayState=" + id;
    assertThat(location(post(consumer, brought))).isEqualTo("/dana/home/index.cgi");
    URI gateway = URI.create("https://vpn.test:8443/");
    assertThat(sessions.find(user.peer.cookie(gateway, "DSID").orElseThrow())).isPresent();
    assertThat(location(post(consumer, brought))).contains("p=failed");
    assertThat(events).contains("sso joe", "login joe", "refused sso");
  }

  @Test
  void anAssertionThatIsMadeUpIsRefused() throws Exception {
    options.put("sso", "idp.test");
    user.peer.answerer = this::answer;
    String provider = location(get("https://vpn.test/dana-na/auth/url_default/welcome.cgi"));
    String id = provider.substring(provider.indexOf('=') + 1);
    String consumer = "https://vpn.test/dana-na/auth/saml-consumer.cgi";
    for (String assertion : List.of("", "00", id)) {
      assertThat(location(post(consumer, "SAMLResponse=" + assertion + "&RelayState=" + id)))
          .contains("p=failed");
    }
    assertThat(sessions.of("joe")).isEmpty();
  }

  @Test
  void whomTheIdentityProviderRefusesIsToldItsWords() {
    options.putAll(Map.of("sso", "idp.test", "sso-plain", "true"));
    faults.add(Fault.SSO_REFUSED);
    user.knows.putAll(Map.of("UserName", "joe", "Password", "p&w=\u00fc#"));
    refused(Kind.AUTHENTICATION, "there is no browser");
    assertThat(user.notices).last().asString().contains("idp.test", "Access denied");
  }

  private HttpResponse get(String url) throws VpnException {
    return user.peer.exchange(HttpRequest.get(URI.create(url), List.of()));
  }

  private HttpResponse post(String url, String body) throws VpnException {
    return user.peer.exchange(HttpRequest.post(URI.create(url), List.of(), HttpBody.of(body)));
  }

  private static String location(HttpResponse response) {
    return response.header("Location").orElseThrow();
  }

  @Test
  void aHostCheckThatIsNotPassedIsRefused() {
    options.put("host-check", "checked");
    user.helper = Optional.of(ScriptedHelper.saying("200", "3", "forged", "", ""));
    refused(Kind.HOST_CHECK, "unsatisfactory");
  }

  @Test
  void loggingOutEndsTheSession() throws Exception {
    user.peer.answerer = this::answer;
    SessionTicket ticket = user.logIn();
    user.peer.clearCookies();
    new JuniperProtocol().logOut(user, ticket);
    assertThat(dropped).extracting(s -> s.user).containsExactly("joe");
    assertThat(sessions.of("joe")).isEmpty();
    assertThat(events).containsExactly("login joe", "logout joe");
  }

  @Test
  void theUpgradeIsTakenWithoutTheBodyThatItAnnounces() {
    ByteArrayOutputStream pending = new ByteArrayOutputStream();
    pending.writeBytes(
        ("POST /dana/js?prot=1&svc=4 HTTP/1.1\r\nHost: a\r\nCookie: x=1; DSID=00ff\r\n"
                + "Content-Length: 256\r\n\r\nrest")
            .getBytes(StandardCharsets.US_ASCII));
    GatewayRequest request = GatewayRequest.take(pending).orElseThrow();
    assertThat(request.isUpgrade()).isTrue();
    assertThat(request.parameter("svc")).isEqualTo("4");
    assertThat(request.cookie("DSID")).contains("00ff");
    assertThat(pending.toString(StandardCharsets.US_ASCII)).isEqualTo("rest");
  }

  private Session logIn() throws VpnException, InterruptedException {
    user.peer.answerer = this::answer;
    try (SessionCookies cookies = SessionCookies.parse(user.logIn().cookie())) {
      SecretText dsid = cookies.dsid();
      return sessions.find(dsid.reveal()).orElseThrow();
    }
  }

  private void refused(Kind kind, String words) {
    user.peer.answerer = this::answer;
    assertThatThrownBy(user::logIn)
        .isInstanceOfSatisfying(VpnException.class, e -> assertThat(e.kind()).isEqualTo(kind))
        .hasMessageContaining(words)
        .hasMessageNotContaining("p&w");
  }

  private @Nullable LoginPages pages;

  /** Over the wire and back, so that both forms of a message are tested. */
  private HttpResponse answer(HttpRequest request) {
    if (pages == null) {
      pages = new LoginPages(LoginOptions.of(settings()), sessions, faults::contains);
    }
    StringBuilder head = new StringBuilder(request.method() + " " + request.uri().getRawPath());
    Optional.ofNullable(request.uri().getRawQuery()).ifPresent(q -> head.append('?').append(q));
    head.append(" HTTP/1.1\r\nHost: ").append(request.uri().getAuthority()).append("\r\n");
    for (HttpHeader header : request.headers()) {
      head.append(header.name()).append(": ").append(header.value()).append("\r\n");
    }
    head.append("Cookie: ").append(user.peer.cookieHeader(request.uri())).append("\r\n");
    head.append("Content-Length: ").append(request.body().length()).append("\r\n\r\n");
    ByteArrayOutputStream pending = new ByteArrayOutputStream();
    pending.writeBytes(head.toString().getBytes(StandardCharsets.US_ASCII));
    assertThat(GatewayRequest.take(pending).isPresent()).isEqualTo(request.body().length() == 0);
    if (request.body().length() == 0) {
      pending.writeBytes(head.toString().getBytes(StandardCharsets.US_ASCII));
    }
    pending.writeBytes(request.body().expose());
    GatewayReply reply = pages.answer(GatewayRequest.take(pending).orElseThrow());
    if (!reply.event().isEmpty() && !reply.event().equals("fault")) {
      events.add(reply.event() + " " + reply.detail());
    }
    assertThat(new String(reply.toBytes(), StandardCharsets.UTF_8))
        .startsWith("HTTP/1.1 " + reply.status() + "\r\n")
        .endsWith("\r\n\r\n" + reply.body());
    return ScriptedServer.response(reply.status(), reply.headers(), reply.body());
  }

  private GatewaySettings settings() {
    AddressPool none =
        new AddressPool() {
          @Override
          public Lease lease(String key) {
            return new Lease(Optional.empty(), Optional.empty());
          }

          @Override
          public void release(String key) {}
        };
    TunnelConfig template = TunnelConfig.builder(1400).build();
    return new GatewaySettings(
        user.plugin(),
        Map.of("joe", "p&w=\u00fc#"),
        template,
        none,
        0,
        List.of(),
        new OptionValues(options));
  }
}
