package dev.adit.core.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.api.auth.AuthField;
import dev.adit.api.auth.AuthField.Choice;
import dev.adit.api.auth.AuthField.Role;
import dev.adit.api.auth.AuthField.Type;
import dev.adit.api.auth.AuthForm;
import dev.adit.api.auth.FormAnswers;
import dev.adit.api.error.AuthenticationException;
import dev.adit.api.error.VpnException;
import dev.adit.api.secret.SecretText;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FormAnswererTest {
  private static final AuthField USER =
      AuthField.input("username", "Username:", Type.TEXT, "", Role.USERNAME);
  private static final AuthField PASSWORD =
      AuthField.input("password", "Password:", Type.PASSWORD, "", Role.PASSWORD);
  private static final AuthField HIDDEN =
      AuthField.input("opaque", "opaque", Type.HIDDEN, "xyz", Role.OTHER);
  private static final AuthField GROUP =
      new AuthField(
          "group_list",
          "GROUP:",
          Type.SELECT,
          "staff",
          List.of(new Choice("staff", "Staff \u001b[31mred"), new Choice("adm", "Admins")),
          Role.GROUP);

  @Test
  void knownAnswersAreGivenWithoutAsking() throws Exception {
    ScriptedPerson nobody = ScriptedPerson.absent();
    FormAnswerer answerer = answerer(known("alice", "pw", "Admins", "main:opaque=other"), nobody);
    try (FormAnswers answers = answerer.answer(form("", USER, PASSWORD, GROUP, HIDDEN))) {
      assertThat(answers.value("username").reveal()).isEqualTo("alice");
      assertThat(answers.value("password").reveal()).isEqualTo("pw");
      assertThat(answers.value("group_list").reveal()).isEqualTo("adm");
      assertThat(answers.value("opaque").reveal()).isEqualTo("other");
    }
    assertThat(nobody.shown).isEmpty();
  }

  @Test
  void aRefusedAnswerIsNotGivenTwice() throws Exception {
    ScriptedPerson person = ScriptedPerson.typing("typed");
    FormAnswerer answerer = answerer(known("alice", "wrong", "", ""), person);
    answerer.answer(form("", PASSWORD)).close();
    try (FormAnswers second = answerer.answer(form("Login \u001b[2Jfailed", PASSWORD))) {
      assertThat(second.value("password").reveal()).isEqualTo("typed");
    }
    assertThat(person.shown).containsExactly("Login failed", "Password (hidden)");
  }

  @Test
  void nobodyToAskAfterARefusalSaysSo() throws Exception {
    FormAnswerer answerer = answerer(known("alice", "wrong", "", ""), ScriptedPerson.absent());
    answerer.answer(form("", PASSWORD)).close();
    assertThatThrownBy(() -> answerer.answer(form("Login failed", PASSWORD)))
        .isInstanceOf(AuthenticationException.class)
        .hasMessage(
            "the server refused the answer to \"Password\" (Login failed), and nobody can be asked"
                + " for another");
  }

  @Test
  void wordsThatComeTwiceAreShownOnce() throws Exception {
    ScriptedPerson person = ScriptedPerson.typing("typed");
    String words = "Login failed.\nPlease enter your password.";
    answerer(KnownAnswers.NONE, person)
        .answer(new AuthForm("main", "Login", words, words, List.of(PASSWORD)))
        .close();
    assertThat(person.shown).containsExactly("Login", words, "Password (hidden)");
  }

  @Test
  void allThatWereRefusedTogetherAreNamed() throws Exception {
    AuthField code = AuthField.input("c", "Code", Type.PASSWORD, "", Role.TOKEN_CODE);
    KnownAnswers known =
        new KnownAnswers(
            Optional.of("alice"),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            Optional.of(() -> SecretText.of("123456")));
    FormAnswerer answerer = answerer(known, ScriptedPerson.absent());
    answerer.answer(form("", USER, code)).close();
    assertThatThrownBy(() -> answerer.answer(form("No", USER, code)))
        .hasMessageContaining("the answers to \"Username\" and \"Code\" (No)")
        .hasMessageContaining("the clock")
        .hasMessageNotContaining("123456");
  }

  @Test
  void aFormThatComesAgainWithoutErrorIsAnsweredAgain() throws Exception {
    FormAnswerer answerer = answerer(known("alice", "pw", "", ""), ScriptedPerson.absent());
    answerer.answer(form("", USER, PASSWORD)).close();
    try (FormAnswers again = answerer.answer(form("", USER, PASSWORD))) {
      assertThat(again.value("password").reveal()).isEqualTo("pw");
    }
  }

  @Test
  void aServerThatAsksInACircleIsNotAnsweredForEver() throws Exception {
    FormAnswerer answerer = answerer(known("alice", "pw", "", ""), ScriptedPerson.absent());
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 100; i++) {
                answerer.answer(form("", USER)).close();
              }
            })
        .isInstanceOf(AuthenticationException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "USERNAME, --user gives it",
    "PASSWORD, login without it",
    "SECOND_USERNAME, --form-entry main:x=VALUE",
    "TOKEN_CODE, --token-mode",
    "OTHER, --form-entry main:x=VALUE",
  })
  void whatIsMissingIsNamedWithItsRemedy(Role role, String remedy) {
    FormAnswerer answerer = answerer(KnownAnswers.NONE, ScriptedPerson.absent());
    AuthField field = AuthField.input("x", "The x", Type.TEXT, "", role);
    assertThatThrownBy(() -> answerer.answer(form("", field)))
        .isInstanceOf(AuthenticationException.class)
        .hasMessageContaining("\"The x\"")
        .hasMessageContaining(role == Role.PASSWORD ? "--passwd-on-stdin" : remedy);
  }

  @Test
  void aCodeStandsForThePasswordWhereTheTokenSaysSo() throws Exception {
    AuthField password = AuthField.input("password", "P", Type.PASSWORD, "", Role.PASSWORD);
    for (boolean isPassword : new boolean[] {true, false}) {
      CodeSource token =
          new CodeSource() {
            @Override
            public SecretText next() {
              return SecretText.of("123456");
            }

            @Override
            public boolean isPassword() {
              return isPassword;
            }
          };
      KnownAnswers known =
          new KnownAnswers(
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              List.of(),
              Optional.of(token));
      FormAnswerer answerer = answerer(known, ScriptedPerson.typing("typed"));
      try (FormAnswers answers = answerer.answer(form("", password))) {
        assertThat(answers.value("password").reveal()).isEqualTo(isPassword ? "123456" : "typed");
      }
    }
  }

  @Test
  void aGroupThatIsNotOfferedIsNamedBesideThoseThatAre() {
    FormAnswerer answerer = answerer(known("a", "b", "nosuch", ""), ScriptedPerson.absent());
    assertThatThrownBy(() -> answerer.answer(form("", GROUP)))
        .hasMessage("GROUP: the server offers no \"nosuch\"; it offers \"Staff red\", \"Admins\"");
  }

  @Test
  void aPersonChoosesByNumberOrName() throws Exception {
    ScriptedPerson person = ScriptedPerson.typing("7", "2", "admins", "");
    FormAnswerer answerer = answerer(KnownAnswers.NONE, person);
    for (String expected : List.of("adm", "adm", "staff")) {
      try (FormAnswers answers = answerer.answer(form("", GROUP))) {
        assertThat(answers.value("group_list").reveal()).isEqualTo(expected);
      }
    }
    assertThat(person.shown.subList(0, 4))
        .containsExactly(
            "   1  Staff red",
            "   2  Admins",
            "GROUP (number or name) [Staff red]",
            "there is no \"7\" in the list");
  }

  @Test
  void anEntryWithoutValueShowsAHiddenField() throws Exception {
    ScriptedPerson person = ScriptedPerson.typing("seen");
    FormAnswerer answerer = answerer(known("", "", "", "main:opaque"), person);
    try (FormAnswers answers = answerer.answer(form("", HIDDEN))) {
      assertThat(answers.value("opaque").reveal()).isEqualTo("seen");
    }
  }

  @Test
  void aPresetWillDoWhenNobodyIsThere() throws Exception {
    FormAnswerer answerer = answerer(KnownAnswers.NONE, ScriptedPerson.absent());
    try (FormAnswers answers = answerer.answer(form("", GROUP))) {
      assertThat(answers.value("group_list").reveal()).isEqualTo("staff");
    }
  }

  @ParameterizedTest
  @CsvSource({"main", "main=x", ":field=x", "main:=x"})
  void aMalformedEntryIsRefusedWithoutItsValue(String text) {
    assertThatThrownBy(() -> FormEntry.parse(text))
        .isInstanceOf(VpnException.class)
        .hasMessageContaining("FORM:FIELD=VALUE");
  }

  private static AuthForm form(String error, AuthField... fields) {
    return new AuthForm("main", "", "", error, List.of(fields));
  }

  private static FormAnswerer answerer(KnownAnswers known, ScriptedPerson person) {
    return new FormAnswerer(known, new SecretResolver(Map.of(), person), person);
  }

  private static KnownAnswers known(String user, String password, String group, String entry) {
    try {
      return new KnownAnswers(
          some(user),
          some(password).map(p -> new SecretSource.Given(SecretText.of(p))),
          Optional.empty(),
          Optional.empty(),
          some(group),
          entry.isEmpty() ? List.of() : List.of(FormEntry.parse(entry)),
          Optional.empty());
    } catch (VpnException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static Optional<String> some(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }
}
