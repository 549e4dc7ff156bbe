package dev.adit.juniper.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.juniper.Script;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What ends a log-in, and in which words. */
class RefusalTest {
  private static final String SIGN_IN =
      "<form name=frmLogin method=post action=login.cgi><input name=username>"
          + "<input type=password name=password></form>";

  private final Script script = new Script();

  @BeforeEach
  void know() {
    script.knows.put("username", "joe");
    script.knows.put("password", "s3cret");
  }

  @Test
  void anUnknownFormIsNamedWithItsFields() {
    script.thenPage(
        "<form name=frmGrid method=post><input type=hidden name=key value=s3><input name=cell>"
            + "</form>");
    fails(Kind.AUTHENTICATION, "\"frmGrid\"", "key (hidden), cell", "--cookie", "vpn.test/");
  }

  @Test
  void aFormWithoutNameIsNotGuessed() {
    script.thenPage("<form method=post><input name=username></form>" + SIGN_IN);
    fails(Kind.AUTHENTICATION, "without name and id", "username");
  }

  @Test
  void registrationOfCodesIsForABrowser() {
    script.thenPage("<form name=frmTotpRegister method=post></form>");
    fails(Kind.AUTHENTICATION, "frmTotpRegister", "browser");
  }

  @Test
  void formsThatAreNotPostedAreRefused() {
    script.thenPage(SIGN_IN.replace("method=post", "method=get"));
    fails(Kind.PEER_VIOLATION, "frmLogin", "POST");
  }

  @ParameterizedTest
  @CsvSource({
    "account-locked-out,locked",
    "timed-out,too long",
    "forced-off,ended the session",
    "logout,logged the user out"
  })
  void theQueryIsTurnedIntoWords(String p, String words) {
    script.thenPage(SIGN_IN).thenRedirect("welcome.cgi?p=" + p).thenPage(SIGN_IN);
    fails(Kind.AUTHENTICATION, words, "p=" + p);
    assertThat(script.peer.posted()).hasSize(1);
  }

  @Test
  void anOldEndOfSessionInTheFirstUrlMeansNothing() throws Exception {
    script.thenRedirect("/welcome.cgi?p=timed-out").thenPage(SIGN_IN).thenSession();
    script.logIn();
  }

  @Test
  void hostCheckersRefusalIsNamed() {
    script.thenPage(
        "<p>No antivirus</p><form name=frm method=post action=/dana-na/auth/remediate.cgi>"
            + "<input type=hidden name=signinId value=1></form>");
    fails(Kind.HOST_CHECK, "remediate.cgi", "No antivirus", "--csd-wrapper");
  }

  @Test
  void hostCheckersPageIsNamedToo() {
    script.thenRedirect("/dana-na/auth/remediate.cgi?x=1").thenPage("<p>No</p>");
    fails(Kind.HOST_CHECK, "remediate.cgi");
  }

  @Test
  void pulseAloneIsNamed() {
    script.then(426, List.of("Upgrade: IF-T/TLS 1.0"), "");
    fails(Kind.UNREACHABLE, "Pulse (IF-T/TLS)", "vpn.test");
  }

  @Test
  void aWrongPathIsNamed() {
    script.start = "https://vpn.test/staff";
    script.then(404, List.of(), "");
    fails(Kind.UNREACHABLE, "vpn.test/staff answers 404", "Pulse");
  }

  @Test
  void httpAuthenticationIsNamed() {
    script.then(401, List.of("WWW-Authenticate: Negotiate", "WWW-Authenticate: Basic realm=x"), "");
    fails(Kind.AUTHENTICATION, "Negotiate, Basic");
  }

  @Test
  void emptyPagesAndErrorsAreNamed() {
    script.then(200, List.of(), "");
    fails(Kind.PEER_VIOLATION, "empty page");
    script.then(500, List.of(), "");
    fails(Kind.PEER_VIOLATION, "500");
  }

  @Test
  void aPageWithoutAFormIsQuoted() {
    script.thenPage("<p>Out of\u001b[31m order</p>");
    fails(Kind.PEER_VIOLATION, "Out of [31m order", "DSPREAUTH");
  }

  @Test
  void amongSeveralFramesNoneIsGuessed() {
    script.thenPage("<iframe src=a.cgi></iframe><iframe src='b.cgi?key=secret'></iframe>");
    fails(Kind.PEER_VIOLATION, "the frames vpn.test/a.cgi, vpn.test/b.cgi", "--cookie");
  }

  @Test
  void aLanguageThatNobodyHereReadsIsNoTrouble() throws Exception {
    String page =
        "<title>\u5b89\u5168</title><p>\u5165\u529b\u3057\u3066</p><form name=frmLogin method=post>"
            + "<label for=u>\u540d\u524d</label><input id=u name=username>"
            + "<input type=password name=password placeholder=\u6697\u8a3c></form>";
    script.thenPage(page).thenPage(page);
    assertThatThrownBy(script::logIn)
        .isInstanceOfSatisfying(
            VpnException.class, e -> assertThat(e.kind()).isEqualTo(Kind.AUTHENTICATION))
        .hasMessageContaining("the server shows the same form again, which is how it refuses");
    assertThat(script.forms.get(0).fields())
        .extracting(f -> f.label())
        .containsExactly("\u540d\u524d", "\u6697\u8a3c");
  }

  @Test
  void redirectsAreCounted() {
    for (int i = 0; i < 11; i++) {
      script.thenRedirect("/again");
    }
    fails(Kind.PEER_VIOLATION, "at most 10");
  }

  @ParameterizedTest
  @CsvSource({
    "http://vpn.test/x,http://vpn.test/x",
    "ftp:x,ftp:x",
    "https://u:p@vpn.test/x,https://…@vpn.test/x",
    "https://vpn.test:99999/?secret=1,https://vpn.test:99999/?…"
  })
  void onlyHttpsIsFollowed(String location, String shown) {
    script.thenRedirect(location);
    fails(Kind.PEER_VIOLATION, "redirect: expected an https URL", "\"" + shown + "\"");
  }

  @Test
  void pagesAreCounted() {
    for (int i = 0; i < 33; i++) {
      script.thenPage(
          "<form name=frmLogin method=post><input type=hidden name=a value=" + i + "></form>");
    }
    fails(Kind.PEER_VIOLATION, "at most 32 pages");
  }

  @Test
  void aPageThatAsksNothingIsNotPostedTwice() {
    String page = "<form name=frmLogin method=post><input type=hidden name=a value=1></form>";
    script.thenPage(page).thenPage(page);
    fails(Kind.PEER_VIOLATION, "frmLogin", "same page again");
    assertThat(script.peer.posted()).hasSize(1);
  }

  @Test
  void sizesAreBounded() {
    script.thenPage("x".repeat(2 << 20));
    fails(Kind.PEER_VIOLATION, "at most 1048576 bytes");
    script.thenPage("<form name=frmLogin>" + "<input name=a>".repeat(3000));
    fails(Kind.PEER_VIOLATION, "at most 2000 fields");
    script.thenPage("<form name=frmLogin><select name=realm>" + "<option>a".repeat(3000));
    fails(Kind.PEER_VIOLATION, "2000 fields and choices");
  }

  @Test
  void aSessionThatIsNoCookieIsRefused() {
    script.then(200, List.of("Set-Cookie: DSID=a b"), "");
    fails(Kind.PEER_VIOLATION, "cookie DSID");
  }

  @Test
  void rolesWithoutLinksAreNamed() {
    script.thenPage("<form name=frmSelectRoles><table><tr><td>x</table></form>");
    fails(Kind.PEER_VIOLATION, "TABLE_SelectRole_1");
  }

  private void fails(Kind kind, String... words) {
    assertThatThrownBy(script::logIn)
        .isInstanceOfSatisfying(VpnException.class, e -> assertThat(e.kind()).isEqualTo(kind))
        .hasMessageContainingAll(words)
        .hasMessageNotContaining("s3cret");
  }
}
