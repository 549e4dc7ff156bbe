package dev.adit.anyconnect.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.api.auth.Notice;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.http.HttpHeader;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The log-in by GET and urlencoded POST, wanted or fallen back to. */
class OlderLoginTest {
  private static final String FORM =
      """
      <auth id="main"><title>SSL VPN Service</title><message>Please enter.</message>
      <form method="post" action="/+webvpn+/index.html">
      <input type="text" name="username" label="Username:"/>
      <input type="password" name="password" label="Password:"/>
      <input type="password" name="answer"/><input type="hidden" name="h" value="*~"/>
      <select name="group_list"><option value="g1">One</option><option value="g2">Two</option>
      </select></form></auth>
      """;

  private final Script script = new Script();

  @BeforeEach
  void know() {
    script.knows.put("username", "a b/&#");
    script.knows.put("password", "é+%");
    script.knows.put("answer", "");
    script.knows.put("group_list", "g2");
  }

  @Test
  void theOldAsa() throws Exception {
    script.options.put("no-xmlpost", "true");
    script.start = "https://vpn.test/group";
    script.then("302 Found", List.of("Location: /+webvpn+/index.html"), "");
    script.then(FORM);
    script.then(
        "200 OK", List.of("Set-Cookie: webvpn=c2VjcmV0; path=/; secure"), "<auth id=\"success\"/>");
    assertThat(script.logIn().cookie().reveal()).endsWith("webvpn=c2VjcmV0");
    assertThat(script.log)
        .containsExactly(
            "GET https://vpn.test/group",
            "GET https://vpn.test/+webvpn+/index.html",
            "POST https://vpn.test/+webvpn+/index.html group_list=g2&username=a%20b%2f%26%23"
                + "&password=%c3%a9%2b%25&answer=&h=%2a~");
    assertThat(script.lastHeaders().stream().map(HttpHeader::name))
        .containsExactly(
            "User-Agent",
            "Accept",
            "Accept-Encoding",
            "X-Transcend-Version",
            "X-Pad",
            "Content-Type");
    assertThat(script.lastHeaders().get(5).value()).isEqualTo("application/x-www-form-urlencoded");
  }

  @ParameterizedTest
  @CsvSource({
    "302 Found, Location: /webvpn.html, '', redirects to /webvpn.html",
    "404 Not Found, X: y, '', answers 404 Not Found",
    "500 Oops, X: y, '', answers 500 Oops",
    "200 OK, X: y, <html>hello</html>, a web page (HTML)",
    "200 OK, X: y, hello, broken XML",
    "200 OK, X: y, <config-auth/>, without a form",
  })
  void isFallenBackToWithTheReason(String status, String header, String body, String reason)
      throws Exception {
    script.start = "https://vpn.test/group";
    script.then(status, List.of(header), body);
    script.then(FORM);
    script.thenSuccess();
    script.logIn();
    assertThat(script.log.subList(1, 4))
        .containsExactly("drop connections", "clear cookies", "GET https://vpn.test/group");
    assertThat(script.notices).hasSize(1);
    assertThat(script.notices.get(0).level()).isEqualTo(Notice.Level.INFO);
    assertThat(script.notices.get(0).text()).contains(reason).contains("trying forms");
  }

  @Test
  void isFallenBackToAfterThreeRedirects() throws Exception {
    for (int i = 0; i < 4; i++) {
      script.then("302 Found", List.of("Location: https://n" + i + ".test/"), "");
    }
    script.then(FORM);
    script.thenSuccess();
    script.logIn();
    assertThat(script.log).contains("GET https://vpn.test/");
  }

  @Test
  void whereNeitherWayLeadsAnywhereTheHintIsGiven() {
    script.then("<html>one</html>");
    script.then("<html>two</html>");
    assertThatThrownBy(script::logIn)
        .isInstanceOfSatisfying(
            VpnException.class, e -> assertThat(e.kind()).isEqualTo(Kind.PEER_VIOLATION))
        .hasMessageContaining("vpn.test does not answer like an AnyConnect gateway")
        .hasMessageContaining("a web page (HTML)")
        .hasMessageContaining("--useragent");
    script.then("404 Not Found", List.of(), "");
    script.then("404 Not Found", List.of(), "");
    assertThatThrownBy(script::logIn)
        .isInstanceOfSatisfying(
            VpnException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNREACHABLE))
        .hasMessageContaining("--useragent");
  }

  @Test
  void entitiesAreRefusedInBothWays() {
    String bomb = "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/hostname'>]><auth>&b;</auth>";
    script.then(bomb);
    script.then(bomb);
    assertThatThrownBy(script::logIn)
        .isInstanceOf(VpnException.class)
        .hasMessageContaining("which may hide entities");
  }

  @Test
  void aRedirectThatNeverEndsIsLeft() {
    script.options.put("no-xmlpost", "true");
    for (int i = 0; i < 20; i++) {
      script.then("302 Found", List.of("Location: /again"), "");
    }
    assertThatThrownBy(script::logIn)
        .isInstanceOf(VpnException.class)
        .hasMessageContaining("redirects");
    assertThat(script.peer.unused()).isEqualTo(9);
  }
}
