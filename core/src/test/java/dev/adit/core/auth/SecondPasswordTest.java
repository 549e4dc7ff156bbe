package dev.adit.core.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.api.auth.AuthField;
import dev.adit.api.auth.AuthField.Role;
import dev.adit.api.auth.AuthForm;
import dev.adit.api.error.AuthenticationException;
import dev.adit.api.secret.SecretText;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A second password is very often the code of a token. */
class SecondPasswordTest {
  private static final AuthForm FORM =
      new AuthForm(
          "main",
          "",
          "",
          "",
          List.of(
              AuthField.input(
                  "secondary_password",
                  "Password2:",
                  AuthField.Type.PASSWORD,
                  "",
                  Role.SECOND_PASSWORD)));

  @Test
  void isTheTokensCodeIfNoOtherIsKnown() throws Exception {
    FormAnswerer answerer = answerer(Optional.of(() -> SecretText.of("123456")));
    assertThat(answerer.answer(FORM).value("secondary_password").reveal()).isEqualTo("123456");
  }

  @Test
  void whatWouldAnswerItIsNamed() {
    assertThatThrownBy(() -> answerer(Optional.empty()).answer(FORM))
        .isInstanceOf(AuthenticationException.class)
        .hasMessageContaining("Password2")
        .hasMessageContaining("--token-mode")
        .hasMessageContaining("--form-entry")
        .hasMessageNotContaining("login.")
        .hasMessageContaining("--token-mode");
  }

  private static FormAnswerer answerer(Optional<CodeSource> token) {
    KnownAnswers known =
        new KnownAnswers(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            token);
    Prompter nobody =
        new Prompter() {
          @Override
          public boolean available() {
            return false;
          }

          @Override
          public String line(String label, String preset) {
            throw new AssertionError("nobody is there");
          }

          @Override
          public SecretText hidden(String label) {
            throw new AssertionError("nobody is there");
          }

          @Override
          public void show(String text) {
            throw new AssertionError("nobody is there");
          }
        };
    return new FormAnswerer(known, new SecretResolver(Map.of(), nobody), nobody);
  }
}
