package dev.adit.juniper.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.api.auth.BrowserRequest;
import dev.adit.api.error.AuthenticationException;
import dev.adit.api.error.PeerViolationException;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.juniper.Script;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Chains over another host. */
class SingleSignOnTest {
  private static final String SCRIPTED = "<script src=app.js></script><div id=root></div>";

  private final Script script = new Script();

  @BeforeEach
  void know() {
    script.knows.put("UserName", "joe@vpn.test");
    script.knows.put("Password", "pw");
  }

  @Test
  void plainFormsAreWalked() throws Exception {
    script
        .then(
            302,
            List.of("Location: https://idp.test/adfs/ls?x=1", "Set-Cookie: DSASSERTREF=r1"),
            "")
        .thenPage(
            "<form id=loginForm method=post action='/adfs/ls?x=2'><input type=email name=UserName>"
                + "<input type=password name=Password>"
                + "<input type=hidden name=AuthMethod value=Forms></form>")
        .thenPage(
            "<form name=hiddenform method=POST action='https://vpn.test/dana-na/auth/saml.cgi'>"
                + "<input type=hidden name=SAMLResponse value='PD94+/='>"
                + "<input type=hidden name=RelayState value=''>"
                + "<noscript><input type=submit value=Go></noscript></form>")
        .thenSession();
    assertThat(script.logIn().connectUrl()).isEqualTo(URI.create("https://vpn.test/"));
    assertThat(script.peer.log)
        .containsExactly(
            "GET https://vpn.test/",
            "GET https://idp.test/adfs/ls?x=1",
            "POST https://idp.test/adfs/ls?x=2"
                + " UserName=joe%40vpn.test&Password=pw&AuthMethod=Forms",
            "POST https://vpn.test/dana-na/auth/saml.cgi SAMLResponse=PD94%2B%2F%3D&RelayState=");
    assertThat(script.peer.sentCookies).containsExactly("", "", "", "DSASSERTREF=r1");
    assertThat(script.notices)
        .singleElement()
        .satisfies(n -> assertThat(n.text()).contains("vpn.test", "idp.test"));
  }

  @Test
  void scriptsAreForABrowser() throws Exception {
    script.browser = request -> "00ff";
    script.start = "https://vpn.test/staff";
    script.thenRedirect("https://idp.test/app").thenPage(SCRIPTED);
    assertThat(script.logIn().cookie().reveal()).isEqualTo("DSID=00ff");
    BrowserRequest request = script.browsed.get(0);
    assertThat(request.url()).isEqualTo(URI.create("https://vpn.test/staff"));
    assertThat(request.mode().watch().orElseThrow().tokenCookie()).isEqualTo("DSID");
  }

  @Test
  void unknownFormsElsewhereAreForABrowserToo() throws Exception {
    script.browser = request -> "00ff";
    script.thenRedirect("https://idp.test/").thenPage("<form name=f1><input name=loginfmt></form>");
    assertThat(script.logIn().cookie().reveal()).isEqualTo("DSID=00ff");
    assertThat(script.forms).isEmpty();
  }

  @Test
  void whatTheBrowserBringsIsChecked() {
    script.browser = request -> "a\r\nb";
    script.thenRedirect("https://idp.test/").thenPage(SCRIPTED);
    assertThatThrownBy(script::logIn).isInstanceOf(PeerViolationException.class);
  }

  @Test
  void withoutABrowserItIsSaid() {
    script.thenRedirect("https://idp.test/").thenPage(SCRIPTED);
    assertThatThrownBy(script::logIn).isInstanceOf(AuthenticationException.class);
  }

  /** As where {@code --servercert} names the gateway's key alone. */
  @Test
  void aProviderThatWeDoNotTrustIsForABrowser() throws Exception {
    script.browser = request -> "00ff";
    script.thenRedirect("https://idp.test/app?secret");
    script.peer.thenFails(
        new VpnException(
            Kind.UNTRUSTED_SERVER, "the certificate of idp.test is not trusted.\nAdd"));
    assertThat(script.logIn().cookie().reveal()).isEqualTo("DSID=00ff");
    assertThat(script.notices)
        .extracting(n -> n.text())
        .containsExactly(
            "vpn.test sends the log-in on to idp.test",
            "idp.test is left to a browser: the certificate of idp.test is not trusted.");
  }

  @Test
  void aGatewayThatWeDoNotTrustIsForNobody() {
    script.browser = request -> "00ff";
    script.peer.thenFails(new VpnException(Kind.UNTRUSTED_SERVER, "not trusted"));
    assertThatThrownBy(script::logIn).hasMessage("not trusted");
    assertThat(script.browsed).isEmpty();
  }

  /** Start pages of a role may be anywhere. */
  @Test
  void behindTheSessionNothingLeadsAway() throws Exception {
    script.then(
        302, List.of("Location: https://intranet.test/", "Set-Cookie: DSID=00ff; path=/"), "");
    assertThat(script.logIn().connectUrl()).isEqualTo(URI.create("https://vpn.test/"));
    assertThat(script.peer.log).hasSize(1);
  }

  @Test
  void aClusterMaySendToAnotherOfItsHosts() throws Exception {
    script.thenRedirect("https://vpn2.test:8443/").thenSession();
    assertThat(script.logIn().connectUrl()).isEqualTo(URI.create("https://vpn2.test:8443/"));
  }
}
