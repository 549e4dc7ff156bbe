package dev.adit.juniper.auth;

import dev.adit.api.auth.AuthContext;
import dev.adit.api.auth.AuthField;
import dev.adit.api.auth.AuthField.Choice;
import dev.adit.api.auth.AuthField.Role;
import dev.adit.api.auth.AuthForm;
import dev.adit.api.auth.FormAnswers;
import dev.adit.api.error.AuthenticationException;
import dev.adit.api.error.PeerViolationException;
import dev.adit.api.error.VpnException;
import dev.adit.api.http.HttpBody;
import dev.adit.api.secret.SecretText;
import dev.adit.juniper.auth.FormInput.Use;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Turns a form into questions, and the answers into the body of the POST. */
final class FormFiller {
  private static final String REALM = "realm";

  private final AuthContext context;
  private final Attempts attempts;
  private boolean realmAsked;

  FormFiller(AuthContext context) {
    this.context = context;
    this.attempts = new Attempts(context.plugin().random());
  }

  /** Whether a realm was asked for, so that {@code --authgroup} meant it and not a role. */
  boolean hasAskedRealm() {
    return realmAsked;
  }

  /** Whether anything was answered yet. */
  boolean hasAnswered() {
    return !attempts.isEmpty();
  }

  /** Asks what the form asks. */
  HttpBody fill(LoginPage page, PageForm form, FormKind kind)
      throws VpnException, InterruptedException {
    if (kind.isSelfPosting()) {
      return body(form);
    }
    List<AuthField> fields = fields(page, form, kind);
    List<String> visible =
        fields.stream()
            .filter(f -> f.type() != AuthField.Type.HIDDEN)
            .map(AuthField::name)
            .toList();
    String message = kind == FormKind.LOGIN ? "" : page.text();
    String key = kind + " " + visible + (kind.isToken() ? message : "");
    boolean failed = Reason.of(page.url()).filter(r -> r == Reason.FAILED).isPresent();
    boolean again = attempts.contains(key) || failed && !attempts.isEmpty();
    String error = again && !visible.isEmpty() ? why(page) : "";
    try (FormAnswers answers =
        context.ask(new AuthForm(form.name(), page.title(), message, error, fields))) {
      refuseRepeat(page, form, key, visible, answers);
      FormBody body = new FormBody();
      form.inputs().forEach(i -> body.add(i.name(), answers.value(i.name())));
      return body.build();
    }
  }

  /** What a page says is wrong, or the query of its URL, or that it came again. */
  static String why(LoginPage page) {
    String complaint = page.complaint();
    String reason = Reason.of(page.url()).map(Reason::text).orElse("");
    if (complaint.isEmpty() && reason.isEmpty()) {
      return "the server shows the same form again, which is how it refuses";
    }
    return complaint.isEmpty() || reason.isEmpty() ? complaint + reason : complaint + ": " + reason;
  }

  private void refuseRepeat(
      LoginPage page, PageForm form, String key, List<String> visible, FormAnswers answers)
      throws VpnException {
    Map<String, SecretText> given = new LinkedHashMap<>();
    if (visible.isEmpty()) {
      form.inputs().forEach(i -> given.put(i.name(), answers.value(i.name())));
      if (attempts.repeats(key + " " + form.action(), given)) {
        throw new PeerViolationException(
            "form " + Texts.line(form.name(), 80), "to lead on", "the same page again");
      }
      return;
    }
    visible.forEach(name -> given.put(name, answers.value(name)));
    if (attempts.repeats(key, given)) {
      throw new AuthenticationException(
          "the server refused the answers to "
              + Texts.line(form.name(), 80)
              + " ("
              + Texts.line(String.join(", ", visible), 200)
              + "): "
              + why(page));
    }
  }

  private List<AuthField> fields(LoginPage page, PageForm form, FormKind kind) {
    List<AuthField> fields = new ArrayList<>();
    boolean second = Urls.query(page.url(), "p").filter("more-cred"::equals).isPresent();
    int passwords = second ? 1 : 0;
    for (FormInput input : form.inputs()) {
      if (kind == FormKind.CONFIRMATION && isChoiceOfSession(form, input)) {
        fields.add(choiceOfSession(form, input));
        continue;
      }
      Role role =
          switch (input.use()) {
            case PASSWORD -> password(input.name(), passwords++, kind);
            case TEXT -> text(input.name());
            case SELECT -> input.name().equals(REALM) ? Role.GROUP : Role.OTHER;
            case SENT_AS_IS -> Role.OTHER;
          };
      realmAsked |= role == Role.GROUP;
      fields.add(input.field(role));
    }
    return fields;
  }

  /** As openconnect 9.01: which password fields a token generator answers. */
  private static Role password(String name, int before, FormKind kind) {
    if (kind == FormKind.NEW_PASSWORD) {
      String lower = name.toLowerCase(Locale.ROOT);
      boolean old = lower.contains("old") || lower.contains("current") || lower.equals("password");
      return old ? Role.PASSWORD : Role.NEW_PASSWORD;
    }
    if (kind.isToken()) {
      return Role.TOKEN_CODE;
    }
    if (before > 1) {
      return Role.TOKEN_CODE;
    }
    return before == 1 || name.endsWith("#2") ? Role.SECOND_PASSWORD : Role.PASSWORD;
  }

  private static Role text(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    if (lower.startsWith("user") || lower.startsWith("uname")) {
      return Role.USERNAME;
    }
    return name.equals("VerificationCode") ? Role.TOKEN_CODE : Role.OTHER;
  }

  /** One other session is ended without asking; among several the user may choose. */
  private static boolean isChoiceOfSession(PageForm form, FormInput input) {
    return input.name().equals(PageForm.SESSION) && form.sessions().size() > 1;
  }

  private static AuthField choiceOfSession(PageForm form, FormInput input) {
    Map<String, Choice> choices = new LinkedHashMap<>();
    form.sessions().forEach(s -> choices.putIfAbsent(s.value(), s));
    return new FormInput(
            input.name(),
            Use.SELECT,
            input.value(),
            "Session to end",
            List.copyOf(choices.values()))
        .field(Role.OTHER);
  }

  private static HttpBody body(PageForm form) {
    FormBody body = new FormBody();
    for (FormInput input : form.inputs()) {
      try (SecretText value = SecretText.of(input.value())) {
        body.add(input.name(), value);
      }
    }
    return body.build();
  }
}
