package dev.adit.juniper.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.api.auth.AuthField;
import dev.adit.api.auth.AuthField.Role;
import dev.adit.api.auth.AuthForm;
import dev.adit.api.auth.Notice;
import dev.adit.api.auth.SessionTicket;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.http.HttpHeader;
import dev.adit.juniper.Script;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The log-in, told as pages. Bodies are as openconnect 9.01 sent them for the like. */
class LoginTest {
  private static final String SIGN_IN =
      """
      <html><head><title>Secure Access</title></head><body>
      <form name="frmLogin" action="login.cgi" method="post"><table>
      <tr><td>Username</td><td><input type="text" name="username"></td></tr>
      <tr><td>Password</td><td><input type="password" name="password"></td></tr>
      <tr><td>Code</td><td><input type="password" name="password#2"></td></tr>
      <tr><td>Realm</td><td><select name="realm">
        <option value="R0v">First</option><option value="R1v" selected>Second</option>
      </select></td></tr></table>
      <input type="hidden" name="tz_offset" value="">
      <input type="submit" name="btnSubmit" value="Sign In">
      <input type="submit" name="btnCancel" value="Cancel">
      <button name="btnOther">Other</button></form></body></html>
      """;

  private static final String GOLDEN =
      "realm=R1v&tz_offset=&username=joe&password=pw&password%232=pw2&btnSubmit=Sign%20In";

  private final Script script = new Script();

  @BeforeEach
  void know() {
    script.knows.put("username", "joe");
    script.knows.put("password", "pw");
    script.knows.put("password#2", "pw2");
    script.knows.put("realm", "R1v");
  }

  @Test
  void theWholeWayToTheSession() throws Exception {
    script
        .thenRedirect("/dana-na/auth/url_default/welcome.cgi")
        .thenPage(SIGN_IN.replace("<table>", "<input type=hidden name=tz_offset value=''><table>"))
        .then(
            302,
            List.of(
                "Location: /dana/home/index.cgi",
                "Set-Cookie: DSID=00ff; path=/; secure",
                "Set-Cookie: DSFirstAccess=17; path=/",
                "Set-Cookie: DSLastAccess=18; path=/"),
            "")
        .then(403, List.of(), "forbidden");
    SessionTicket ticket = script.logIn();
    assertThat(ticket.cookie().reveal()).isEqualTo("DSID=00ff; DSFirst=17; DSLast=18");
    assertThat(ticket.connectUrl()).isEqualTo(URI.create("https://vpn.test/"));
    assertThat(script.peer.log)
        .containsExactly(
            "GET https://vpn.test/",
            "GET https://vpn.test/dana-na/auth/url_default/welcome.cgi",
            "POST https://vpn.test/dana-na/auth/url_default/login.cgi " + GOLDEN,
            "GET https://vpn.test/dana/home/index.cgi");
  }

  @Test
  void fieldsSayWhatTheyMean() throws Exception {
    script.thenPage(SIGN_IN).thenSession();
    script.logIn();
    AuthForm form = script.forms.get(0);
    assertThat(form.id()).isEqualTo("frmLogin");
    assertThat(form.title()).isEqualTo("Secure Access");
    assertThat(form.error()).isEmpty();
    assertThat(form.fields().stream().map(f -> f.name() + " " + f.type() + " " + f.role()))
        .containsExactly(
            "realm SELECT GROUP",
            "username TEXT USERNAME",
            "password PASSWORD PASSWORD",
            "password#2 PASSWORD SECOND_PASSWORD",
            "tz_offset HIDDEN OTHER",
            "btnSubmit HIDDEN OTHER");
    assertThat(form.fields().stream().limit(4).map(AuthField::label))
        .containsExactly("Realm", "Username", "Password", "Code");
    assertThat(form.fields().get(0).preset()).isEqualTo("R1v");
    assertThat(form.fields().get(0).choices())
        .containsExactly(
            new AuthField.Choice("R0v", "First"), new AuthField.Choice("R1v", "Second"));
  }

  @Test
  void headersAreThoseOfRealClients() throws Exception {
    script.thenPage(SIGN_IN).thenSession();
    script.logIn();
    assertThat(script.peer.requests.get(0).headers().stream().map(HttpHeader::name))
        .containsExactly("User-Agent", "NCP-Version");
    assertThat(script.peer.requests.get(1).headers().stream().map(HttpHeader::name))
        .containsExactly("User-Agent", "NCP-Version", "X-Pad", "Content-Type");
    assertThat(script.peer.sent("User-Agent")).isEqualTo("Open AnyConnect VPN Agent v9.01");
    assertThat(script.peer.sent("NCP-Version")).isEqualTo("3");
    assertThat(script.peer.sent("Content-Type")).isEqualTo("application/x-www-form-urlencoded");
  }

  /** A body of 54 bytes and one of 66, as seen; and the edges. */
  @ParameterizedTest
  @CsvSource({"54,10", "66,62", "64,64", "63,1", "128,64"})
  void paddingFillsBlocksOf64(int body, int padding) throws Exception {
    script.userAgent = Optional.of("Mozilla/5.0");
    script.thenPage(
        "<form name=hiddenform method=post><input type=hidden name=a value="
            + "x".repeat(body - 2)
            + "></form>");
    script.thenSession();
    script.logIn();
    assertThat(script.peer.posted().get(0)).hasSize(body);
    assertThat(script.peer.sent("X-Pad")).isEqualTo("0".repeat(padding));
    assertThat(script.peer.sent("User-Agent")).isEqualTo("Mozilla/5.0");
  }

  @Test
  void whatIsTypedIsEscapedAsUtf8() throws Exception {
    script.knows.put("username", "j\u00fcrgen+a b/\u20ac");
    script.thenPage(SIGN_IN).thenSession();
    script.logIn();
    assertThat(script.peer.posted().get(0)).contains("username=j%C3%BCrgen%2Ba%20b%2F%E2%82%AC&");
  }

  @Test
  void theSameAnswersTwiceAreARefusal() {
    script
        .thenPage(SIGN_IN)
        .thenRedirect("welcome.cgi?p=failed")
        .thenPage("<p>Invalid username or password. Please re-enter.</p>" + SIGN_IN);
    assertThatThrownBy(script::logIn)
        .isInstanceOfSatisfying(
            VpnException.class, e -> assertThat(e.kind()).isEqualTo(Kind.AUTHENTICATION))
        .hasMessageContaining("Invalid username or password")
        .hasMessageContaining("p=failed")
        .hasMessageNotContaining("pw");
    assertThat(script.forms.get(1).error()).contains("Invalid username or password");
    assertThat(script.peer.posted()).hasSize(1);
  }

  @Test
  void otherAnswersAreTried() throws Exception {
    script.inTurn.put("password", new ArrayDeque<>(List.of("wrong", "right")));
    script.thenPage(SIGN_IN).thenPage(SIGN_IN).thenSession();
    script.logIn();
    assertThat(script.forms.get(0).error()).isEmpty();
    assertThat(script.forms.get(1).error()).contains("same form again");
    assertThat(script.peer.posted().get(1)).contains("password=right");
  }

  @Test
  void challengesAskForCodes() throws Exception {
    script.inTurn.put("password", new ArrayDeque<>(List.of("pw", "111", "222")));
    script
        .thenPage(SIGN_IN)
        .thenPage(
            "<p>Challenge: 4711</p><form name=frmDefender method=post action=login.cgi>"
                + "<input type=hidden name=key value=k1><input type=password name=password>"
                + "<input type=submit name=btnAction value='Sign In'>"
                + "<input type=submit name=secidactionEnter value=Enter>"
                + "<input type=submit name=btnCancel value=Cancel></form>")
        .thenPage(
            "<form name=frmNextToken method=post action=login.cgi><input type=hidden name=key"
                + " value=k2><input type=password name=password></form>")
        .thenPage(
            "<form name=frmTotpToken method=post action=login.cgi>"
                + "<input type=password name='password#2'>"
                + "<input type=submit name=totpactionEnter value=In></form>")
        .thenSession();
    script.logIn();
    assertThat(script.forms.get(1).message()).isEqualTo("Challenge: 4711");
    assertThat(
            script.forms.stream()
                .skip(1)
                .flatMap(f -> f.fields().stream())
                .filter(f -> f.type() == AuthField.Type.PASSWORD)
                .map(AuthField::role))
        .containsExactly(Role.TOKEN_CODE, Role.TOKEN_CODE, Role.TOKEN_CODE);
    assertThat(script.peer.posted().subList(1, 4))
        .containsExactly(
            "key=k1&password=111&btnAction=Sign%20In&secidactionEnter=Enter",
            "key=k2&password=222", "password%232=pw2&totpactionEnter=In");
  }

  @Test
  void aNewPasswordIsAskedForAndTheDefaultButtonPressed() throws Exception {
    script.knows.putAll(Map.of("oldPassword", "pw", "newPassword", "n", "newPassword2", "n"));
    script
        .thenPage(
            "<p>Your password has expired.<form name=frmChgPasswd method=post action=login.cgi>"
                + "<input type=hidden name=key value=k1><input type=password name=oldPassword>"
                + "<input type=password name=newPassword><input type=password name=newPassword2>"
                + "<input type=submit name=btnA value=Change>"
                + "<input type=submit name=btnCancel value=Cancel></form>")
        .thenSession();
    script.logIn();
    assertThat(script.peer.posted())
        .containsExactly("key=k1&oldPassword=pw&newPassword=n&newPassword2=n&btnA=Change");
    assertThat(script.forms.get(0).message()).contains("Your password has expired");
    assertThat(script.forms.get(0).fields())
        .extracting(AuthField::role)
        .containsExactly(
            Role.OTHER, Role.PASSWORD, Role.NEW_PASSWORD, Role.NEW_PASSWORD, Role.OTHER);
  }

  @Test
  void ofSeveralRoundButtonsTheUserChooses() throws Exception {
    script.knows.putAll(Map.of("username", "joe", "password", "pw", "which", "2"));
    script
        .thenPage(
            "<form name=frmLogin method=post><input name=username><input type=password"
                + " name=password><p><input type=radio name=which value=1> phone</p>"
                + "<p><input type=radio name=which value=2 checked> mail</p></form>")
        .thenSession();
    script.logIn();
    assertThat(script.peer.posted()).containsExactly("username=joe&password=pw&which=2");
    AuthField which = script.forms.get(0).fields().get(2);
    assertThat(which.preset()).isEqualTo("2");
    assertThat(which.choices())
        .containsExactly(new AuthField.Choice("1", "phone"), new AuthField.Choice("2", "mail"));
  }

  @Test
  void theOnlyFrameOfAPageIsThePage() throws Exception {
    script
        .thenPage("<frameset><frame src='about:blank'><frame src='auth/welcome.cgi'></frameset>")
        .thenSession();
    script.logIn();
    assertThat(script.peer.log)
        .containsExactly("GET https://vpn.test/", "GET https://vpn.test/auth/welcome.cgi");
  }

  @Test
  void aSecondPageOfCredentialsIsForTheSecondPassword() throws Exception {
    script.knows.put("password", "pw");
    script
        .thenRedirect("/dana-na/auth/welcome.cgi?p=more%2Dcred")
        .thenPage("<form name=frmLogin method=post><input type=password name=password></form>")
        .thenSession();
    script.logIn();
    assertThat(script.forms.get(0).fields().get(0).role()).isEqualTo(Role.SECOND_PASSWORD);
  }

  @Test
  void anotherSessionIsEndedAsOtherClientsDo() throws Exception {
    script
        .thenPage(
            "<p>You have a session</p><form name=frmConfirmation id=DSIDConfirmForm method=post>"
                + "<input id=DSIDFormDataStr type=hidden name=FormDataStr value=abc>"
                + "<input type=\"checkbox\" , name=\"postfixSID\" value=\"s1\">"
                + "<input type=submit name=btnContinue value='Continue the session'>"
                + "<input type=submit name=btnCancel value=Cancel></form>")
        .thenSession();
    script.logIn();
    assertThat(script.peer.posted())
        .containsExactly("FormDataStr=abc&postfixSID=s1&btnContinue=Continue%20the%20session");
    assertThat(script.notices)
        .singleElement()
        .satisfies(n -> assertThat(n.text()).contains("You have a session"));
  }

  @Test
  void amongSeveralSessionsTheUserChooses() throws Exception {
    script.knows.put("postfixSID", "s2");
    script
        .thenPage(
            "<form name=frmConfirmation method=post><table>"
                + "<tr><td><input type=checkbox name=postfixSID value=s1><td>from 192.0.2.1"
                + "<tr><td><input type=checkbox name=postfixSID value=s2><td>from 192.0.2.2"
                + "</table></form>")
        .thenSession();
    script.logIn();
    assertThat(script.peer.posted()).containsExactly("postfixSID=s2");
    assertThat(script.forms.get(0).fields().get(0).choices())
        .extracting(AuthField.Choice::label)
        .containsExactly("from 192.0.2.1", "from 192.0.2.2");
  }

  @Test
  void aNoticeIsShownAndAccepted() throws Exception {
    script
        .thenPage(
            "<form name=frmLogin action=login.cgi method=POST>"
                + "<textarea name=sn-preauth-text>No\ntrespassing</textarea>"
                + "<input type=submit name=sn-preauth-proceed value=Proceed>"
                + "<input type=submit name=sn-preauth-decline value=Decline></form>")
        .thenSession();
    script.logIn();
    assertThat(script.peer.posted()).containsExactly("sn-preauth-proceed=Proceed");
    assertThat(script.notices).containsExactly(new Notice(Notice.Level.BANNER, "No\ntrespassing"));
  }

  @ParameterizedTest
  @CsvSource({"engineers,engineers", ",staff"})
  void aRoleIsALink(String authGroup, String expected) throws Exception {
    script.authGroup = Optional.ofNullable(authGroup);
    script.knows.put("role", "Staff");
    script
        .thenRedirect("/dana-na/auth/url_1/welcome.cgi")
        .thenPage(
            "<form name=frmSelectRoles><TABLE id=TABLE_SelectRole_1><TR><TD>"
                + "<A href='login.cgi?role=staff&amp;x=1'>Staff</A><TR><TD>"
                + "<A href='login.cgi?role=engineers&amp;x=1'>Engineers</A></TABLE></form>")
        .thenSession();
    script.logIn();
    assertThat(script.peer.log)
        .last()
        .isEqualTo("GET https://vpn.test/dana-na/auth/url_1/login.cgi?role=" + expected + "&x=1");
    assertThat(script.peer.posted()).isEmpty();
  }

  @Test
  void aGroupThatNamedTheRealmDoesNotNameTheRole() throws Exception {
    script.authGroup = Optional.of("Second");
    script.knows.put("role", "A");
    script
        .thenPage(SIGN_IN)
        .thenPage(
            "<form name=frmSelectRoles><table id=TABLE_SelectRole_1><tr><td><a href=/a>A</a>"
                + "<tr><td><a href=/b>B</a></table></form>")
        .thenSession();
    script.logIn();
    assertThat(script.forms.get(1).fields().get(0).role()).isEqualTo(Role.OTHER);
  }
}
