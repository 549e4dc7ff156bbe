package dev.adit.anyconnect.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.anyconnect.sso.SsoKey;
import dev.adit.api.auth.BrowserRequest;
import dev.adit.api.auth.BrowserRequest.Listener;
import dev.adit.api.auth.BrowserRequest.Verdict;
import dev.adit.api.auth.BrowserRequest.Watch;
import dev.adit.api.error.AuthenticationException;
import dev.adit.api.error.PeerViolationException;
import dev.adit.api.error.VpnException;
import dev.adit.api.http.HttpHeader;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Log-ins of which a browser does a part. */
class BrowserLoginTest {
  private static final String FORM =
      "<form action='/auth'><input type='sso' name='sso-token'/>"
          + "<input type='hidden' name='csrf' value='7&amp;'/></form>";
  private static final String EMBEDDED =
      "<opaque a='1'/><auth id='main'><sso-v2-login>https://idp.test/?a=1&b=2</sso-v2-login>"
          + "<sso-v2-login-final>https://vpn.test/done</sso-v2-login-final>"
          + "<sso-v2-token-cookie-name>acSamlv2Token</sso-v2-token-cookie-name>"
          + "<sso-v2-error-cookie-name>acSamlv2Error</sso-v2-error-cookie-name>"
          + FORM
          + "</auth>";
  private static final String EXTERNAL =
      EMBEDDED.replace("<form", "<sso-v2-browser-mode>external</sso-v2-browser-mode><form");

  private final Script script = new Script();
  private final SecureRandom random = new SecureRandom();

  @Test
  void theTokenCookieGoesIntoTheForm() throws Exception {
    script.browser = request -> "T0ken==";
    script.thenRequest(EMBEDDED).thenSuccess();
    assertThat(script.logIn().cookie().reveal()).endsWith("webvpn=c2VjcmV0");
    assertThat(script.posted().get(1))
        .isEqualTo(
            "<opaque a=\"1\"/><auth><csrf>7&amp;</csrf><sso-token>T0ken==</sso-token></auth>"
                + "</config-auth>");
    BrowserRequest request = script.browsed.get(0);
    assertThat(request.url()).isEqualTo(URI.create("https://idp.test/?a=1&b=2"));
    assertThat(request.mode().watch())
        .contains(
            new Watch(
                Optional.of(URI.create("https://vpn.test/done")),
                "acSamlv2Token",
                "acSamlv2Error"));
  }

  @Test
  void anExternalBrowserBringsASealedToken() throws Exception {
    script.browser = request -> target(publicKey(), "T0ken") + "?return=https%3A%2F%2Fvpn.test%2F";
    script.thenRequest(EXTERNAL).thenSuccess();
    script.logIn();
    assertThat(script.posted().get(1)).contains("<sso-token>T0ken</sso-token>");
    Listener listener = script.browsed.get(0).mode().listener().orElseThrow();
    assertThat(listener.port()).isEqualTo(29786);
    assertThat(listener.pathPrefix()).isEqualTo("/api/sso/");
  }

  @Test
  void theListenerIsToldWhatIsTheAnswer() throws Exception {
    script.browser =
        request -> {
          Listener listener = request.mode().listener().orElseThrow();
          String good = target(publicKey(), "T0ken");
          String other = SsoKey.fresh(random).header();
          assertThat(listener.judge().judge(target(other, "T0ken")).refusal())
              .hasValueSatisfying(why -> assertThat(why).contains("another"));
          assertThat(listener.judge().judge("%%%").refusal()).isPresent();
          assertThat(listener.judge().judge("AAEA").refusal()).isPresent();
          assertThat(listener.judge().judge(target(publicKey(), "a b")).refusal()).isPresent();
          assertThat(listener.judge().judge(good)).isEqualTo(Verdict.accepted(Optional.empty()));
          assertThat(listener.judge().judge(good + "?x=1&return=https%3A%2F%2Fa.test%2F").goOn())
              .contains(URI.create("https://a.test/"));
          return good;
        };
    script.thenRequest(EXTERNAL).thenSuccess();
    script.logIn();
  }

  @Test
  void aTokenThatIsNotTakenEndsTheLogIn() {
    script.browser = request -> "T0ken";
    script.thenRequest(EMBEDDED);
    script.thenRequest(EMBEDDED.replace("<sso-v2-login>", "<error>Expired.</error><sso-v2-login>"));
    assertThatThrownBy(script::logIn)
        .isInstanceOf(AuthenticationException.class)
        .hasMessageContaining("Expired.");
    assertThat(script.browsed).hasSize(1);
  }

  @Test
  void whatTheBrowserIsRefusedIsToldAsItIs() {
    script.browser =
        request -> {
          throw new AuthenticationException("time ran out");
        };
    script.thenRequest(EXTERNAL);
    assertThatThrownBy(script::logIn).hasMessage("time ran out");
  }

  @ParameterizedTest
  @CsvSource({"'a b'", "'a\u0001'", "''"})
  void anEmbeddedTokenIsVisibleText(String token) {
    script.browser = request -> token;
    script.thenRequest(EMBEDDED);
    assertThatThrownBy(script::logIn)
        .isInstanceOf(PeerViolationException.class)
        .hasMessageContaining("acSamlv2Token");
  }

  @ParameterizedTest
  @CsvSource({
    "https://idp.test/?a=1&b=2, javascript:alert(1), sso-v2-login",
    "https://idp.test/?a=1&b=2, file:///etc/passwd, sso-v2-login",
    "https://vpn.test/done, http://vpn.test/, sso-v2-login-final",
    ">acSamlv2Token<, '><', sso-v2-token-cookie-name",
  })
  void onlyWebPagesAreOpened(String part, String instead, String named) {
    script.thenRequest(EMBEDDED.replace(part, instead));
    assertThatThrownBy(script::logIn)
        .isInstanceOf(PeerViolationException.class)
        .hasMessageContaining(named);
    assertThat(script.browsed).isEmpty();
  }

  @Test
  void whatIsOfferedIsInEveryDocumentUnlessForbidden() throws Exception {
    script.thenSuccess();
    script.logIn();
    assertThat(script.log.get(0)).contains("</device-id>" + Script.CAPABILITIES);
    assertThat(publicKey()).hasSize(124);

    Script forbidden = new Script();
    forbidden.offersBrowser = false;
    forbidden.thenSuccess();
    forbidden.logIn();
    assertThat(forbidden.log.get(0)).doesNotContain("capabilities");
    assertThat(forbidden.lastHeaders()).extracting(HttpHeader::name).doesNotContain(SsoKey.HEADER);
  }

  private String publicKey() {
    return script.lastHeaders().stream()
        .filter(h -> h.name().equals(SsoKey.HEADER))
        .findFirst()
        .orElseThrow()
        .value();
  }

  private String target(String key, String token) throws VpnException {
    byte[] blob =
        SsoKey.seal(
            Base64.getDecoder().decode(key), token.getBytes(StandardCharsets.US_ASCII), random);
    return URLEncoder.encode(Base64.getEncoder().encodeToString(blob), StandardCharsets.UTF_8);
  }
}
