package dev.adit.juniper.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.api.auth.AuthField.Choice;
import dev.adit.api.error.VpnException;
import dev.adit.api.fixture.ScriptedServer;
import dev.adit.api.http.HttpBody;
import dev.adit.api.http.HttpHeader;
import dev.adit.api.http.HttpResponse;
import dev.adit.juniper.Script;
import dev.adit.juniper.auth.FormInput.Use;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages as servers write them. */
class PageTest {
  private static final URI URL = URI.create("https://vpn.test/dana-na/auth/url_7/welcome.cgi?p=x");

  @Test
  void tagSoupIsReadAsABrowserReadsIt() throws Exception {
    PageForm form =
        form(
            """
            <HTML><!-- <form name="comment"> --><SCRIPT>w('<form name="script">')</SCRIPT>
            <TABLE><FORM NAME=frmLogin , ACTION=login.cgi METHOD=Post>
            <TR><TD>User&nbsp;name<TD><INPUT TYPE=Text NAME=username VALUE="a&amp;b">
            <TR><TD><INPUT TYPE="checkbox" , name="postfixSID" VALUE=s&lt;1>
            <INPUT TYPE=HIDDEN NAME=tz_offset>
            </FORM></TABLE><form name="second"><input name=other></form>
            """);
    assertThat(form.kind()).contains(FormKind.LOGIN);
    assertThat(form.isPost()).isTrue();
    assertThat(form.action())
        .isEqualTo(URI.create("https://vpn.test/dana-na/auth/url_7/login.cgi"));
    assertThat(form.inputs().stream().map(i -> i.name() + " " + i.use() + " " + i.value()))
        .containsExactly("username TEXT a&b", "postfixSID SENT_AS_IS s<1", "tz_offset SENT_AS_IS ");
    assertThat(form.inputs().get(0).label()).isEqualTo("User name");
  }

  @Test
  void inputsAreTreatedByTheirType() throws Exception {
    PageForm form =
        form(
            "<form id=loginForm method=post><input name=none><input type=email name=UserName>"
                + "<input type=tel name=VerificationCode><input type=radio name=r value=1 checked>"
                + "<input type=image name=i><input type=file name=f><input type=button name=b>"
                + "<input type=reset name=x><input type=submit name=cancel value=No>"
                + "<input type=submit name=submitButton value=Yes><input type=checkbox name=Kmsi>"
                + "<input type=text name=trap style=\"display: none;\" value=t>"
                + "<input type=hidden><input type=text name=\"\"><button name=bb>x</button>"
                + "<textarea name=t>x</textarea></form>");
    assertThat(form.kind()).contains(FormKind.FEDERATED);
    assertThat(form.inputs().stream().map(i -> i.name() + " " + i.use() + " " + i.value()))
        .containsExactly(
            "none TEXT ",
            "UserName TEXT ",
            "VerificationCode TEXT ",
            "r SELECT 1",
            "submitButton SENT_AS_IS Yes",
            "Kmsi SENT_AS_IS on",
            "trap SENT_AS_IS t");
  }

  @Test
  void ofEqualNamesTheFirstWinsAndListsComeFirst() throws Exception {
    PageForm form =
        form(
            "<form name=frmLogin method=post><input type=hidden name=realm value=h>"
                + "<input name=a value=1><input name=a value=2><select name=empty></select>"
                + "<select name=realm><option>One<option value=2 selected>Two</select></form>");
    assertThat(form.inputs().stream().map(FormInput::name)).containsExactly("realm", "a");
    FormInput realm = form.inputs().get(0);
    assertThat(realm.use()).isEqualTo(Use.SELECT);
    assertThat(realm.value()).isEqualTo("2");
    assertThat(realm.choices()).containsExactly(new Choice("One", "One"), new Choice("2", "Two"));
    assertThat(form.inputs().get(1).value()).isEqualTo("1");
  }

  @ParameterizedTest
  @CsvSource({
    "'',https://vpn.test/dana-na/auth/url_7/welcome.cgi?p=x",
    "login.cgi,https://vpn.test/dana-na/auth/url_7/login.cgi",
    "'  login.cgi#top ',https://vpn.test/dana-na/auth/url_7/login.cgi",
    "?a=b,https://vpn.test/dana-na/auth/url_7/welcome.cgi?a=b",
    "/x y|z,https://vpn.test/x%20y%7Cz",
    "//other.test/a,https://other.test/a",
    "https://other.test,https://other.test/",
    "https://other.test:8443?q=1,https://other.test:8443/?q=1",
    "../up.cgi,https://vpn.test/dana-na/auth/up.cgi",
    "/100%,https://vpn.test/100%25",
    "/%41,https://vpn.test/%41",
    "https://[2001:db8::1]/[a],https://[2001:db8::1]/%5Ba%5D"
  })
  void referencesResolve(String reference, String expected) throws Exception {
    assertThat(Urls.resolve(URL, reference, "link").toString()).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<meta http-equiv=Refresh content='0; URL=next.cgi'>",
        "<META HTTP-EQUIV=\"refresh\" CONTENT=\"5;url='next.cgi'\">",
        "<script>window.location = \"next.cgi\";</script>",
        "<script> location.href='next.cgi' </script>",
        "<script>document.location=\"next.cgi\"</script>"
      })
  void pagesThatLeadOnAreFollowed(String html) throws Exception {
    assertThat(page(html).next())
        .contains(URI.create("https://vpn.test/dana-na/auth/url_7/next.cgi"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<script>if (bad) location = 'next.cgi';</script>",
        "<script>function f() { location = 'next.cgi'; }</script>",
        "<script>location = 'a' + b;</script>",
        "<!-- <meta http-equiv=refresh content='0; url=next.cgi'> -->",
        "<meta http-equiv=refresh content=30>"
      })
  void scriptsAreNotRun(String html) throws Exception {
    assertThat(page(html).next()).isEmpty();
  }

  @Test
  void otherCharactersThanUtf8AreRead() throws Exception {
    byte[] latin = "<title>M\u00fcnchen</title>".getBytes(StandardCharsets.ISO_8859_1);
    HttpResponse response =
        new HttpResponse(
            URL,
            200,
            "",
            List.of(new HttpHeader("Content-Type", "text/html; charset=ISO-8859-1")),
            HttpBody.owning(latin));
    assertThat(LoginPage.parse(response).title()).isEqualTo("M\u00fcnchen");
  }

  @Test
  void textIsWhatAPersonReads() throws Exception {
    LoginPage page =
        page(
            "<title>t</title><p>One</p><script>no()</script><select><option>no</select>"
                + "<noscript>no</noscript><table><tr><td>two<td>Invalid primary thing</table>");
    assertThat(page.text()).isEqualTo("One two Invalid primary thing");
    assertThat(page.complaint()).isEqualTo("Invalid primary thing");
  }

  /** Whatever comes, a log-in ends by a ticket or by an exception that has words for it. */
  @Property(tries = 300)
  void noPageBreaksALogIn(@ForAll("pages") String html) throws Exception {
    Script script = new Script();
    script.peer.answerer = request -> ScriptedServer.response("200", List.of(), html);
    try {
      script.logIn();
    } catch (VpnException e) {
      assertThat(e.getMessage()).isNotBlank().doesNotContain("\n");
    }
  }

  @Provide
  Arbitrary<String> pages() {
    Arbitrary<String> piece =
        Arbitraries.of(
            "<form",
            "<form name=frmLogin method=post>",
            "<form name=frmSelectRoles>",
            "<form name=frmConfirmation method=post action='",
            "<form id=formSAMLSSO method=post action=https://idp.test/>",
            "<table id=TABLE_SelectRole_1><tr><td><a href=/x>x</a>",
            "<input name=a",
            " type=hidden",
            "<input type=password name=b>",
            "<input type=submit name=btnSubmit>",
            "<select name=realm><option value=1>",
            "<textarea name=sn-preauth-text>",
            "</form>",
            "</table>",
            "<script>location='/next'</script>",
            "<meta http-equiv=refresh content='0;url=http://x'>",
            "<a href='https://:x'>",
            "'",
            "\"",
            ">",
            "<!--",
            "\u0000",
            "\ud800",
            "<svg><form>",
            "<template><form name=frmLogin>",
            "<p>");
    Arbitrary<String> noise = Arbitraries.strings().ofMaxLength(20);
    return Arbitraries.oneOf(piece, piece, noise)
        .list()
        .ofMaxSize(25)
        .map(pieces -> String.join("", pieces));
  }

  @Test
  void depthIsNoTrouble() throws Exception {
    page("<div>".repeat(100_000)).text();
    form("<b>".repeat(5000) + "<form name=frmLogin method=post>" + "<table><i>".repeat(5000));
  }

  private static PageForm form(String html) throws VpnException {
    return page(html).form().orElseThrow();
  }

  private static LoginPage page(String html) throws VpnException {
    return LoginPage.parse(new HttpResponse(URL, 200, "", List.of(), HttpBody.of(html)));
  }
}
