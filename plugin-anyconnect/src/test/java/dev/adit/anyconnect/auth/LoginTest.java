package dev.adit.anyconnect.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.api.auth.AuthField;
import dev.adit.api.auth.Notice;
import dev.adit.api.auth.SessionTicket;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.http.HttpHeader;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The log-in by XML, told as exchanges. Those of ocserv are as version 1.1.6 sent them. */
class LoginTest {
  private static final String INIT =
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <config-auth client="vpn" type="init" aggregate-auth-version="2">\
      <version who="vpn">v9.01</version><device-id>linux-64</device-id>\
      <capabilities><auth-method>single-sign-on-v2</auth-method>\
      <auth-method>single-sign-on-external-browser</auth-method></capabilities>\
      <group-access>https://vpn.test/</group-access></config-auth>""";
  private static final String USERNAME =
      "<form method=\"post\" action=\"/auth\">"
          + "<input type=\"text\" name=\"username\" label=\"Username:\" /></form>";
  private static final String PASSWORD =
      "<form method=\"post\" action=\"/auth\">"
          + "<input type=\"password\" name=\"password\" label=\"Password:\" /></form>";
  private static final String GROUPS =
      "<form method=\"post\" action=\"/auth\">"
          + "<input type=\"text\" name=\"username\" label=\"Username:\" />"
          + "<select name=\"group_list\" label=\"Group:\"><option value=\"g1\">Group One</option>"
          + "<option value=\"g2\">Two</option><option value=\"x\">Twofold</option></select></form>";

  private final Script script = new Script();

  @BeforeEach
  void know() {
    script.knows.put("username", "test & <co>");
    script.knows.put("password", "s3cret");
    script.knows.put("group_list", "g2");
  }

  @Test
  void ocservAsksTheNameAndThenThePassword() throws Exception {
    script.thenRequest(
        "<auth id=\"main\"><message>Please enter your username.</message>" + USERNAME + "</auth>");
    script.thenRequest(
        "<auth id=\"main\"><message>Please enter your password.</message>" + PASSWORD + "</auth>");
    script.thenSuccess();
    SessionTicket ticket = script.logIn();
    assertThat(ticket.cookie().reveal()).endsWith("webvpn=c2VjcmV0");
    assertThat(ticket.connectUrl()).isEqualTo(URI.create("https://vpn.test/"));
    assertThat(ticket.banner()).contains("Hello % world");
    assertThat(script.log)
        .containsExactly(
            "POST https://vpn.test/ " + INIT,
            "POST https://vpn.test/auth "
                + reply("<auth><username>test &amp; &lt;co&gt;</username></auth>"),
            "POST https://vpn.test/auth " + reply("<auth><password>s3cret</password></auth>"));
    assertThat(script.forms.get(0).message()).isEqualTo("Please enter your username.");
    assertThat(script.forms.get(0).id()).isEqualTo("main");
  }

  @Test
  void headersComeInTheOrderOfRealClients() throws Exception {
    script.thenSuccess();
    script.logIn();
    assertThat(script.lastHeaders().stream().map(HttpHeader::name))
        .containsExactly(
            "User-Agent",
            "Accept",
            "Accept-Encoding",
            "X-Transcend-Version",
            "X-Aggregate-Auth",
            "X-AnyConnect-STRAP-Pubkey",
            "X-AnyConnect-STRAP-DH-Pubkey",
            "X-Pad",
            "Content-Type");
    int pad = header("X-Pad").length();
    assertThat(header("X-Pad")).matches("0{1,64}");
    assertThat((INIT.length() + pad) % 64).isZero();
    assertThat(header("User-Agent")).isEqualTo("Open AnyConnect VPN Agent v9.01");
    assertThat(header("Content-Type")).isEqualTo("application/xml; charset=utf-8");
  }

  @Test
  void aTelephoneSaysMore() throws Exception {
    script.os = "android";
    script.thenSuccess();
    script.logIn();
    assertThat(script.log.get(0))
        .contains(
            "<device-id platform-version=\"1.0\" device-type=\"android\" unique-id=\""
                + "A".repeat(40)
                + "\">android</device-id>");
    assertThat(header("X-AnyConnect-Identifier-Platform")).isEqualTo("android");
  }

  @Test
  void opaqueIsCarriedAlongUntilAnotherComes() throws Exception {
    String first = "<opaque is-for=\"sg\"><tunnel-group>A &amp; B</tunnel-group><x/></opaque>";
    script.thenRequest(first + "<auth id=\"main\">" + USERNAME + "</auth>");
    script.thenRequest("<auth id=\"main\">" + PASSWORD + "</auth>");
    script.thenRequest("<opaque is-for=\"sg\">2</opaque><auth id=\"main\">" + PASSWORD + "</auth>");
    script.thenSuccess();
    script.logIn();
    assertThat(script.posted().get(0)).doesNotContain("opaque");
    assertThat(script.posted().get(1)).startsWith(first + "<auth>");
    assertThat(script.posted().get(2)).startsWith(first + "<auth>");
    assertThat(script.posted().get(3)).startsWith("<opaque is-for=\"sg\">2</opaque><auth>");
  }

  @Test
  void theSessionTokenDoesWithoutACookie() throws Exception {
    script.then(
        "<config-auth><session-id>7</session-id><session-token>AB@12@+/=</session-token>"
            + "<auth id=\"success\"/></config-auth>");
    assertThat(script.logIn().cookie().reveal()).endsWith("webvpn=AB@12@+/=");
  }

  @Test
  void successWithoutASessionIsNamed() {
    script.then("<config-auth><auth id=\"success\"/></config-auth>");
    fails(Kind.PEER_VIOLATION, "a session cookie at its end");
  }

  @Test
  void aTokenThatIsNoHeaderValueIsRefused() {
    script.then(
        "<config-auth><session-token>a&#13;&#10;X: y</session-token><auth id=\"success\"/>"
            + "</config-auth>");
    fails(Kind.PEER_VIOLATION, "session cookie");
  }

  @Test
  void somePasswordsAreSentUnderOtherNames() throws Exception {
    script.thenRequest(
        "<auth id=\"challenge\"><message>Code?</message><form>"
            + "<input type=\"hidden\" name=\"ctx\" value=\"4&lt;2\"/>"
            + "<input type=\"password\" name=\"answer\"/>"
            + "<input type=\"password\" name=\"verify_pin\"/>"
            + "<input type=\"submit\" name=\"Login\" value=\"Login\"/></form></auth>");
    script.thenSuccess();
    script.knows.put("answer", "123456");
    script.knows.put("verify_pin", "1");
    script.logIn();
    assertThat(script.posted().get(1))
        .isEqualTo("<auth><ctx>4&lt;2</ctx><password>123456</password></auth></config-auth>");
    assertThat(script.forms.get(0).fields().get(1).role()).isEqualTo(AuthField.Role.TOKEN_CODE);
    assertThat(script.log.get(1))
        .as("no action keeps the path")
        .startsWith("POST https://vpn.test/ ");
  }

  /** ocserv with {@code plain[passwd=F,otp=G]}. */
  @Test
  void aPasswordAskedAgainWithoutAnErrorIsACode() throws Exception {
    String failed = "<message>Login failed.&#10;Please enter your password.</message>";
    String code = "<message>Please enter your OTP password.</message>";
    script.thenRequest("<auth id=\"main\">" + PASSWORD + "</auth>");
    script.thenRequest("<auth id=\"main\">" + failed + PASSWORD + "</auth>");
    script.thenRequest("<auth id=\"main\">" + code + PASSWORD + "</auth>");
    script.thenSuccess();
    script.logIn();
    assertThat(script.forms.stream().map(f -> f.fields().get(0).role()))
        .containsExactly(
            AuthField.Role.PASSWORD, AuthField.Role.PASSWORD, AuthField.Role.TOKEN_CODE);
  }

  @Test
  void anotherGroupThanTheOneShownIsAskedForFirst() throws Exception {
    script.thenRequest("<auth id=\"main\">" + GROUPS + "</auth>");
    script.thenRequest("<auth id=\"main\">" + GROUPS + "</auth>");
    script.thenRequest("<auth id=\"main\">" + PASSWORD + "</auth>");
    script.thenSuccess();
    script.logIn();
    assertThat(script.posted().get(1))
        .isEqualTo(
            "<group-access>https://vpn.test/</group-access><group-select>g2</group-select>"
                + "</config-auth>");
    assertThat(script.posted().get(2))
        .contains("</auth><group-select>g2</group-select></config-auth>");
    assertThat(script.forms.stream().map(f -> f.fields().get(0).name()))
        .as("the group is asked once")
        .containsExactly("group_list", "username", "password");
  }

  @ParameterizedTest
  @CsvSource({"g1, g1", "group one, g1", "GROUP, g1", "Two, g2", "twof, x"})
  void theGroupIsGivenByValueThenByLabel(String wanted, String value) throws Exception {
    script.authGroup = Optional.of(wanted);
    script.thenRequest("<auth id=\"main\">" + GROUPS + "</auth>");
    if (!value.equals("g1")) {
      script.thenRequest("<auth id=\"main\">" + GROUPS + "</auth>");
    }
    script.thenSuccess();
    script.logIn();
    assertThat(script.posted().get(script.posted().size() - 1))
        .contains("<group-select>" + value + "</group-select>");
    assertThat(script.forms).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"g9", "Tw"})
  void aGroupThatIsNotThereOrNotOneIsNamed(String wanted) {
    script.authGroup = Optional.of(wanted);
    script.thenRequest("<auth id=\"main\">" + GROUPS + "</auth>");
    fails(Kind.AUTHENTICATION, "--authgroup " + wanted + ": the server knows Group One, Two");
  }

  @Test
  void aServerThatChangesItsMindAboutGroupsForEverIsLeft() {
    script.inTurn.put("group_list", new ArrayDeque<>());
    for (int i = 0; i < 12; i++) {
      script.inTurn.get("group_list").add("b" + i);
      script.thenRequest(
          "<auth id=\"main\"><form><select name=\"group_list\"><option>a%d</option>".formatted(i)
              + "<option>b%d</option></select></form></auth>".formatted(i));
    }
    fails(Kind.PEER_VIOLATION, "keeps asking for the group");
    assertThat(script.posted()).hasSize(6);
  }

  @Test
  void wordsOfTheServerAreShown() throws Exception {
    script.thenRequest(
        "<auth id=\"main\"><title>T</title><banner>Private property</banner>"
            + "<message>Hi</message>"
            + USERNAME
            + "</auth>");
    script.thenRequest(
        "<auth id=\"main\"><banner>Private property</banner>"
            + "<message>Login failed.&#10;Please enter your password.</message>"
            + PASSWORD
            + "</auth>");
    script.thenRequest(
        "<auth id=\"main\"><error id=\"91\" param1=\"2\" param2=\"\">%s tries%s</error>"
            + PASSWORD
            + "</auth>");
    script.thenSuccess();
    script.logIn();
    assertThat(script.notices).containsExactly(new Notice(Notice.Level.BANNER, "Private property"));
    assertThat(script.forms.get(0).title()).isEqualTo("T");
    assertThat(script.forms.get(0).error()).isEmpty();
    assertThat(script.forms.get(1).error()).isEqualTo("Login failed.\nPlease enter your password.");
    assertThat(script.forms.get(2).error()).isEqualTo("2 tries");
  }

  @Test
  void anEmptyReplyIsSentWhereNothingIsAsked() throws Exception {
    script.thenRequest("<auth id=\"main\"><authentication-complete/></auth>");
    script.thenSuccess();
    script.logIn();
    assertThat(script.posted().get(1)).isEqualTo("<auth></auth></config-auth>");
  }

  @Test
  void formsThatAskNothingDoNotGoOnForEver() {
    for (int i = 0; i < 5; i++) {
      script.thenRequest(
          "<auth id=\"main\"><error>Go away</error><form>"
              + "<input type=\"hidden\" name=\"a\" value=\"b\"/></form></auth>");
    }
    fails(Kind.AUTHENTICATION, "Go away");
    assertThat(script.posted()).hasSize(4);
  }

  @Test
  void stepsAreBounded() {
    for (int i = 0; i < 50; i++) {
      script.thenRequest("<auth id=\"main\">" + PASSWORD + "</auth>");
    }
    fails(Kind.PEER_VIOLATION, "did not end after 40 steps");
  }

  @ParameterizedTest
  @CsvSource({
    "<auth id='main'><error>No licence for %s</error></auth>, No licence for %s",
    "<auth id='main'><message>Certificate Validation Failure</message></auth>, --certificate",
    "<error id='4'>VPN is not allowed here</error>, VPN is not allowed here",
    "<auth id='main'/>, without a reason",
    "<auth id='main'><error>Bye</error><form action='/'/></auth>, Bye",
  })
  void aRefusalIsToldInTheServersWords(String inside, String words) {
    script.thenRequest(inside);
    fails(Kind.AUTHENTICATION, words);
  }

  @Test
  void aThirdWrongPasswordIsA401() {
    script.thenRequest("<auth id=\"main\">" + PASSWORD + "</auth>");
    script.then("401 Authentication failed", List.of(), "");
    assertThat(fails(Kind.AUTHENTICATION, "401 Authentication failed"))
        .contains("a wrong user name, password or certificate")
        .doesNotContain("s3cret");
  }

  @ParameterizedTest
  @CsvSource({
    "401 No certificate, X: y, AUTHENTICATION, --certificate",
    "401 Unauthorized, WWW-Authenticate: Negotiate, AUTHENTICATION, HTTP authentication (Negotiate)",
    "403 Forbidden, X: y, AUTHENTICATION, --useragent",
    "405 Not Allowed, X: y, AUTHENTICATION, --useragent",
  })
  void refusalsBeforeAnythingWasAskedSayWhatMayHelp(
      String status, String header, Kind kind, String words) {
    script.then(status, List.of(header), "");
    fails(kind, words);
  }

  @Test
  void errorsInTheMiddleAreNoReasonToStartOver() {
    script.thenRequest("<auth id=\"main\">" + USERNAME + "</auth>");
    script.then("500 Internal Server Error", List.of(), "oops");
    fails(Kind.UNREACHABLE, "vpn.test answers 500 Internal Server Error");
    script.thenRequest("<auth id=\"main\">" + USERNAME + "</auth>");
    script.then("<html>busy</html>");
    fails(Kind.PEER_VIOLATION, "a web page (HTML)");
    script.thenRequest("<auth id=\"main\">" + USERNAME + "</auth>");
    script.then("");
    fails(Kind.PEER_VIOLATION, "expected a document, got nothing");
  }

  @Test
  void aRedirectElsewhereTakesTheSameWordsAndNoCookies() throws Exception {
    script.then("302 Found", List.of("Location: https://node2.test:8443/x", "Set-Cookie: a=b"), "");
    script.thenRequest("<auth id=\"main\">" + PASSWORD + "</auth>");
    script.thenSuccess();
    SessionTicket ticket = script.logIn();
    assertThat(script.log.subList(0, 4))
        .containsExactly(
            "POST https://vpn.test/ " + INIT,
            "drop connections",
            "clear cookies",
            "POST https://node2.test:8443/x " + INIT);
    assertThat(script.log.get(4)).startsWith("POST https://node2.test:8443/auth ");
    assertThat(ticket.connectUrl()).isEqualTo(URI.create("https://node2.test:8443/"));
  }

  @Test
  void laterRedirectsOnTheSameHostAreFollowed() throws Exception {
    script.thenRequest("<auth id=\"main\">" + PASSWORD + "</auth>");
    script.then("307 Temporary", List.of("Location: /other?a=b"), "");
    script.thenSuccess();
    script.logIn();
    assertThat(script.log.get(2)).startsWith("POST https://vpn.test/other?a=b <?xml");
  }

  @Test
  void aFormThatIsAnsweredElsewhereIsLikeARedirect() throws Exception {
    script.thenRequest(
        "<auth id=\"main\">" + PASSWORD.replace("/auth", "https://two.test/auth") + "</auth>");
    script.thenSuccess();
    script.logIn();
    assertThat(script.log.get(1)).isEqualTo("drop connections");
    assertThat(script.log.get(2)).isEqualTo("clear cookies");
    assertThat(script.log.get(3)).startsWith("POST https://two.test/auth ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"http://vpn.test/", "ftp://x/", "https:///", "https://a b/", "javascript:1"})
  void redirectsGoToHttpsOnly(String location) {
    script.then("302 Found", List.of("Location: " + location), "");
    fails(Kind.PEER_VIOLATION, "redirect: expected an https URL");
  }

  @Test
  void redirectsAreBounded() {
    script.thenRequest("<auth id=\"main\">" + PASSWORD + "</auth>");
    for (int i = 0; i < 20; i++) {
      script.then("302 Found", List.of("Location: https://n" + i + ".test/"), "");
    }
    fails(Kind.PEER_VIOLATION, "redirects: expected at most 10");
  }

  @Test
  void aCertificateIsShownOnAFreshConnectionAndThenDeclined() throws Exception {
    script.certificate = true;
    script.thenRequest("<client-cert-request/>");
    script.thenRequest("<client-cert-request/>");
    script.thenRequest("<auth id=\"main\">" + PASSWORD + "</auth>");
    script.thenSuccess();
    script.logIn();
    assertThat(script.log.subList(0, 4))
        .containsExactly(
            "POST https://vpn.test/ " + INIT,
            "drop connections",
            "POST https://vpn.test/ " + INIT,
            "POST https://vpn.test/ "
                + INIT.replace("</group-access>", "</group-access><client-cert-fail/>"));
  }

  @Test
  void withoutACertificateThatIsSaidAtOnce() {
    script.thenRequest("<client-cert-request/>");
    script.thenRequest("<client-cert-request/>");
    fails(Kind.AUTHENTICATION, "the server wants a client certificate: --certificate FILE");
    assertThat(script.posted().get(1)).contains("<client-cert-fail/>");
  }

  @ParameterizedTest
  @CsvSource({
    "<multiple-client-cert-request><hash-algorithm>sha256</hash-algorithm>"
        + "</multiple-client-cert-request><random>00</random>, two certificates",
    "<auth id='main'><form method='get'><input type='text' name='username'/></form></auth>, POST",
  })
  void whatThisVersionCannotDoIsNamed(String inside, String words) {
    script.thenRequest(inside);
    assertThatThrownBy(script::logIn).isInstanceOf(VpnException.class).hasMessageContaining(words);
  }

  private String fails(Kind kind, String words) {
    VpnException[] caught = new VpnException[1];
    assertThatThrownBy(script::logIn)
        .isInstanceOfSatisfying(
            VpnException.class,
            e -> {
              caught[0] = e;
              assertThat(e.kind()).isEqualTo(kind);
            })
        .hasMessageContaining(words);
    return caught[0].getMessage();
  }

  private String header(String name) {
    return script.lastHeaders().stream()
        .filter(h -> h.name().equals(name))
        .map(HttpHeader::value)
        .findFirst()
        .orElseThrow();
  }

  private static String reply(String inside) {
    return INIT.replace("type=\"init\"", "type=\"auth-reply\"")
        .replaceAll("<group-access>.*</group-access>", inside);
  }
}
