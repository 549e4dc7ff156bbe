package dev.adit.anyconnect.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.api.auth.AuthField;
import dev.adit.api.auth.AuthField.Role;
import dev.adit.api.error.PeerViolationException;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerDocumentTest {
  private static final String FORM =
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <config-auth client="vpn" type="auth-request"><version who="sg">0.1(1)</version>
      <opaque is-for="sg"><tunnel-group>G &amp; H</tunnel-group></opaque>
      <auth id="main"><title>Login</title>
      <message param1="two" param2="times">Try %s %s or %s</message>
      <form method="post" action="/auth">
      <input type="text" name="username" label="Username:"/>
      <input type="password" name="password"/>
      <input type="hidden" name="ctx" value="42"/>
      <input type="submit" name="Login"/><input type="colour" name="c"/>
      <input type="password" name="secondary_password" second-auth="1"/>
      <select name="group_list" label="GROUP:">
      <option value="a" noaaa="1">Alpha</option>
      <option value="b" selected="true" second-auth="1">Beta</option><option>Gamma</option>
      </select></form></auth></config-auth>
      """;

  @Test
  void readsAForm() throws Exception {
    ServerDocument document = ServerDocument.parse(FORM);
    ServerForm form = document.form().orElseThrow();
    assertThat(document.authId()).isEqualTo("main");
    assertThat(document.text("message")).isEqualTo("Try two times or %s");
    assertThat(document.opaque().orElseThrow())
        .isEqualTo("<opaque is-for=\"sg\"><tunnel-group>G &amp; H</tunnel-group></opaque>");
    assertThat(form.action()).isEqualTo("/auth");
    assertThat(form.unknown()).containsExactly("colour");
    assertThat(form.inputs().stream().map(i -> i.field().name()))
        .containsExactly("username", "password", "ctx", "secondary_password");
    assertThat(form.inputs().get(1).field().label()).isEqualTo("password:");
    ServerForm.GroupList groups = form.groups().orElseThrow();
    assertThat(groups.selected()).isEqualTo("b");
    assertThat(groups.field().choices().get(2).value()).isEqualTo("Gamma");
  }

  @Test
  void aGroupDecidesWhatIsAsked() throws Exception {
    ServerForm form = ServerDocument.parse(FORM).form().orElseThrow();
    assertThat(asked(form, "a")).isEmpty();
    assertThat(asked(form, "b")).containsExactly("username", "password", "secondary_password");
    assertThat(asked(form, "Gamma")).containsExactly("username", "password");
    assertThat(form.fieldsFor("a").stream().map(AuthField::name))
        .as("what is sent")
        .containsExactly("username", "password", "ctx", "secondary_password");
  }

  private static List<String> asked(ServerForm form, String group) {
    return form.fieldsFor(group).stream()
        .filter(f -> f.type() != AuthField.Type.HIDDEN)
        .map(AuthField::name)
        .toList();
  }

  @Test
  void aGroupMayGiveTheSecondUserName() throws Exception {
    ServerForm form =
        ServerDocument.parse(
                """
                <config-auth><auth id="main"><form>
                <input type="text" name="secondary_username" second-auth="1" label="Other:"/>
                <input type="text" name="not a name"/><input type="text"/>
                <select name="group_list">
                <option value="fixed" second-auth="1" secondary_username="bob"/>
                <option value="free" second-auth="1" secondary_username="bob"
                 secondary_username_editable="true"/>
                <option value="none" second-auth="1"/>
                </select></form></auth></config-auth>
                """)
            .form()
            .orElseThrow();
    assertThat(form.inputs()).as("an input needs a name").hasSize(1);
    assertThat(asked(form, "fixed")).isEmpty();
    assertThat(form.fieldsFor("fixed").get(0).preset()).isEqualTo("bob");
    assertThat(asked(form, "free")).containsExactly("secondary_username");
    assertThat(form.fieldsFor("free").get(0).preset()).isEqualTo("bob");
    assertThat(form.fieldsFor("none").get(0).preset()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "main, text, username, USERNAME",
    "main, password, password, PASSWORD",
    "main, text, secondary_username, SECOND_USERNAME",
    "main, password, secondary_password, SECOND_PASSWORD",
    "main, password, answer, TOKEN_CODE",
    "challenge, password, anything, TOKEN_CODE",
    "main, password, new_password, NEW_PASSWORD",
    "main, password, verify_pin, NEW_PASSWORD",
    "main, text, colour, OTHER",
  })
  void aNameSaysWhatKindOfValueIsMeant(String form, String type, String name, Role role)
      throws Exception {
    String document =
        "<config-auth><auth id='%s'><form><input type='%s' name='%s'/></form></auth></config-auth>"
            .formatted(form, type, name);
    assertThat(ServerDocument.parse(document).form().orElseThrow().inputs().get(0).field().role())
        .isEqualTo(role);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "a %s b %s c %s, one, two, a one b two c %s",
        "a %s b, '', -, a  b",
        "a %s b, -, two, a %s b",
        "%d %s, one, -, %d %s",
        "%s, %s%s, two, %s%s",
        "100 %, one, two, 100 %",
      })
  void parametersGoWhereTheyBelongAndNowhereElse(
      String text, @Nullable String one, @Nullable String two, String shown) throws Exception {
    String attributes =
        (one == null ? "" : " param1='" + one + "'") + (two == null ? "" : " param2='" + two + "'");
    String document = "<config-auth><error" + attributes + ">" + text + "</error></config-auth>";
    assertThat(ServerDocument.parse(document).error()).isEqualTo(shown);
  }

  @Test
  void mendsAStrayAmpersand() throws Exception {
    String sloppy =
        "<config-auth><auth id=\"main\"><message>R&D &amp; &copy; a&#10;b</message></auth></config-auth>";
    assertThat(ServerDocument.parse(sloppy).text("message")).isEqualTo("R&D & &copy; a\nb");
  }

  @Test
  void leavesAmpersandsAloneWhereTheyAreMeant() throws Exception {
    String sloppy =
        "\ufeff<config-auth><auth id=\"main\"><!-- a & b --><message>"
            + "<![CDATA[x&y&amp;]]>&z&amp;&#38;</message></auth></config-auth>";
    assertThat(ServerDocument.parse(sloppy).text("message")).isEqualTo("x&y&amp;&z&&");
  }

  @Test
  void depthAndSizeAreBounded() {
    assertThatThrownBy(() -> ServerDocument.parse("<a>".repeat(100_000)))
        .isInstanceOf(PeerViolationException.class)
        .hasMessageContaining("nested too deep");
    assertThatThrownBy(() -> ServerDocument.parse("<config-auth>" + " ".repeat(1 << 20)))
        .isInstanceOf(PeerViolationException.class)
        .hasMessageContaining("at most 1048576 characters");
    assertThatThrownBy(() -> ServerDocument.parse("<a>" + "<![CDATA[".repeat(100_000)))
        .isInstanceOf(PeerViolationException.class)
        .hasMessageContaining("broken XML");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><config-auth>&x;</config-auth>",
        "<!DOCTYPE a [<!ENTITY b \"bbbb\"><!ENTITY c \"&b;&b;&b;\">]><config-auth>&c;</config-auth>",
        "<html><body>Sign in</body></html>",
        "<!doctype html><p>x",
        "<config-auth>",
        "",
        "hello",
        "<other/>",
      })
  void whatIsNoLogInAnswerIsNamed(String text) {
    assertThatThrownBy(() -> ServerDocument.parse(text))
        .isInstanceOf(PeerViolationException.class)
        .hasMessageStartingWith("log-in answer: expected");
  }

  @Test
  void anyCutAndAnyChangedByteIsReadOrNamed() {
    Random random = new Random(11);
    for (int i = 0; i < FORM.length(); i++) {
      tolerates(FORM.substring(0, i));
      char[] changed = FORM.toCharArray();
      changed[i] = (char) random.nextInt(256);
      tolerates(new String(changed));
    }
  }

  private static void tolerates(String text) {
    try {
      ServerDocument document = ServerDocument.parse(text);
      document.form();
      document.error();
    } catch (PeerViolationException e) {
      assertThat(e.getMessage()).isNotEmpty();
    }
  }
}
