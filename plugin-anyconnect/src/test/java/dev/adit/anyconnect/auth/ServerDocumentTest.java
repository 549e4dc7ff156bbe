package dev.adit.anyconnect.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.api.auth.AuthField;
import dev.adit.api.error.PeerViolationException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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
    assertThat(form.fields().stream().map(AuthField::name))
        .containsExactly("username", "password", "ctx", "secondary_password");
    assertThat(form.fields().get(1).label()).isEqualTo("password:");
    ServerForm.GroupList groups = form.groups().orElseThrow();
    assertThat(groups.selected()).isEqualTo("b");
    assertThat(groups.field().choices().get(2).value()).isEqualTo("Gamma");
  }

  @Test
  void aGroupDecidesWhatIsAsked() throws Exception {
    ServerForm form = ServerDocument.parse(FORM).form().orElseThrow();
    assertThat(form.fieldsFor("a").stream().map(AuthField::name)).containsExactly("ctx");
    assertThat(form.fieldsFor("b").stream().map(AuthField::name))
        .containsExactly("username", "password", "ctx", "secondary_password");
    assertThat(form.fieldsFor("Gamma").stream().map(AuthField::name))
        .containsExactly("username", "password", "ctx");
  }

  @Test
  void mendsAStrayAmpersand() throws Exception {
    String sloppy =
        "<config-auth><auth id=\"main\"><message>R&D &amp; &copy; a&#10;b</message></auth></config-auth>";
    assertThat(ServerDocument.parse(sloppy).text("message")).isEqualTo("R&D & &copy; a\nb");
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
