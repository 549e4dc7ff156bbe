package dev.adit.core.auth;

import dev.adit.api.auth.AuthField;
import dev.adit.api.auth.AuthField.Choice;
import dev.adit.api.auth.AuthField.Role;
import dev.adit.api.auth.AuthForm;
import dev.adit.api.auth.FormAnswers;
import dev.adit.api.error.AuthenticationException;
import dev.adit.api.error.VpnException;
import dev.adit.api.secret.SecretText;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Answers forms: what is known first, then a person. An answer that the server refused (the field
 * comes again with an error) is not given twice; a form that comes again without an error, as a
 * change of group makes it, is answered anew.
 */
public final class FormAnswerer {
  /** How often a known answer goes to one field, errors or not: a server may ask in a circle. */
  private static final int MAX_REPEATS = 5;

  private static final String CODE_HINT =
      "; a code is good once and for a short time: are the seed, its counter and the clock right?";

  private final KnownAnswers known;
  private final SecretResolver secrets;
  private final Prompter prompter;
  private final boolean codesUsedUp;
  private final Map<String, Integer> given = new HashMap<>();
  private final Set<String> refused = new HashSet<>();
  private boolean codeGiven;

  public FormAnswerer(KnownAnswers known, SecretResolver secrets, Prompter prompter) {
    this(known, secrets, prompter, false);
  }

  private FormAnswerer(
      KnownAnswers known, SecretResolver secrets, Prompter prompter, boolean codesUsedUp) {
    this.codesUsedUp = codesUsedUp;
    this.known = known;
    this.secrets = secrets;
    this.prompter = prompter;
  }

  /**
   * For another log-in with the same answers. A code that the user wrote down for one log-in
   * ({@code --form-entry}) is not given again; a token goes on counting.
   */
  public FormAnswerer again() {
    return new FormAnswerer(known, secrets, prompter, true);
  }

  public FormAnswers answer(AuthForm form) throws VpnException, InterruptedException {
    Map<String, SecretText> answers = new LinkedHashMap<>();
    boolean shown = false;
    if (!form.error().isEmpty()) {
      form.fields().stream()
          .map(field -> key(form, field))
          .filter(given::containsKey)
          .forEach(refused::add);
    }
    try {
      for (AuthField field : form.fields()) {
        Optional<SecretText> answer = knownAnswer(form, field);
        if (answer.isEmpty()) {
          requireSomebody(form, field);
          if (!shown) {
            show(form);
            shown = true;
          }
          answer = Optional.of(ask(field));
        }
        answers.put(field.name(), answer.get());
      }
      return new FormAnswers(answers);
    } catch (VpnException | InterruptedException | RuntimeException e) {
      answers.values().forEach(SecretText::close);
      throw e;
    }
  }

  private Optional<SecretText> knownAnswer(AuthForm form, AuthField field)
      throws VpnException, InterruptedException {
    String key = key(form, field);
    Optional<FormEntry> entry =
        known.entries().stream()
            .filter(e -> e.fits(form.id(), field.name()))
            .filter(e -> !(codesUsedUp && field.role() == Role.TOKEN_CODE))
            .reduce((earlier, later) -> later);
    if (field.type() == AuthField.Type.HIDDEN) {
      return entry.isPresent()
          ? entry.get().value().map(SecretText::of)
          : Optional.of(SecretText.of(field.preset()));
    }
    if (!refused.contains(key) && given.getOrDefault(key, 0) < MAX_REPEATS) {
      Optional<SecretText> answer =
          entry.flatMap(FormEntry::value).isPresent()
              ? Optional.of(choice(field, entry.flatMap(FormEntry::value).orElseThrow()))
              : byRole(field);
      if (answer.isPresent()) {
        given.merge(key, 1, Integer::sum);
        return answer;
      }
    }
    if (field.type() == AuthField.Type.SELECT && field.choices().size() == 1) {
      return Optional.of(SecretText.of(field.choices().get(0).value()));
    }
    boolean presetWillDo = !prompter.available() && !field.preset().isEmpty();
    return presetWillDo ? Optional.of(SecretText.of(field.preset())) : Optional.empty();
  }

  private Optional<SecretText> byRole(AuthField field) throws VpnException, InterruptedException {
    return switch (field.role()) {
      case USERNAME -> known.user().map(SecretText::of);
      case SECOND_USERNAME -> known.secondUser().map(SecretText::of);
      case PASSWORD ->
          known.password().isEmpty() && known.token().filter(CodeSource::isPassword).isPresent()
              ? code()
              : resolved(known.password());
      case SECOND_PASSWORD ->
          known.secondPassword().isPresent() ? resolved(known.secondPassword()) : code();
      case TOKEN_CODE -> code();
      case GROUP ->
          known.group().isPresent()
              ? Optional.of(choice(field, known.group().get()))
              : Optional.empty();
      case NEW_PASSWORD, OTHER -> Optional.empty();
    };
  }

  private Optional<SecretText> code() throws VpnException {
    if (known.token().isEmpty()) {
      return Optional.empty();
    }
    codeGiven = true;
    return Optional.of(known.token().get().next());
  }

  private Optional<SecretText> resolved(Optional<SecretSource> source)
      throws VpnException, InterruptedException {
    return source.isPresent() ? Optional.of(secrets.resolve(source.get())) : Optional.empty();
  }

  /** The value of a choice named by value or label; free text for other fields. */
  private static SecretText choice(AuthField field, String wanted) throws VpnException {
    if (field.type() != AuthField.Type.SELECT) {
      return SecretText.of(wanted);
    }
    Choice found = find(field.choices(), wanted);
    if (found == null) {
      throw new AuthenticationException(
          label(field)
              + ": the server offers no \""
              + wanted
              + "\"; it offers "
              + offered(field.choices()));
    }
    return SecretText.of(found.value());
  }

  private static @Nullable Choice find(List<Choice> choices, String wanted) {
    for (Choice choice : choices) {
      if (choice.value().equals(wanted) || choice.label().equals(wanted)) {
        return choice;
      }
    }
    for (Choice choice : choices) {
      if (choice.value().equalsIgnoreCase(wanted) || choice.label().equalsIgnoreCase(wanted)) {
        return choice;
      }
    }
    return null;
  }

  private static String offered(List<Choice> choices) {
    return String.join(
        ", ", choices.stream().map(c -> "\"" + TerminalText.line(c.label()) + "\"").toList());
  }

  private void requireSomebody(AuthForm form, AuthField field) throws VpnException {
    if (prompter.available()) {
      return;
    }
    String error = form.error().isEmpty() ? "" : " (" + TerminalText.line(form.error()) + ")";
    if (!refused.contains(key(form, field))) {
      throw new AuthenticationException(
          "the server asks for "
              + quoted(field)
              + error
              + " and there is no answer, and nobody can be asked; "
              + remedy(form, field));
    }
    List<AuthField> wrong =
        form.fields().stream().filter(f -> refused.contains(key(form, f))).toList();
    throw new AuthenticationException(
        "the server refused the "
            + (wrong.size() == 1 ? "answer to " : "answers to ")
            + String.join(" and ", wrong.stream().map(FormAnswerer::quoted).toList())
            + error
            + ", and nobody can be asked for another"
            + (codeGiven ? CODE_HINT : ""));
  }

  private static String remedy(AuthForm form, AuthField field) {
    String entry =
        "--form-entry "
            + TerminalText.line(form.id())
            + ":"
            + TerminalText.line(field.name())
            + "=VALUE gives it";
    return switch (field.role()) {
      case USERNAME -> "--user gives it";
      case PASSWORD -> "--passwd-on-stdin or the key password in the configuration gives it";
      case SECOND_PASSWORD ->
          "--token-mode and --token-secret give it, if it is a code; otherwise " + entry;
      case TOKEN_CODE -> "--token-mode and --token-secret give it";
      case GROUP -> "--authgroup chooses one of " + offered(field.choices());
      case SECOND_USERNAME, NEW_PASSWORD, OTHER -> entry;
    };
  }

  private void show(AuthForm form) {
    // Some servers say the error in the message.
    Stream.of(form.title(), form.message(), form.error())
        .filter(text -> !text.isBlank())
        .distinct()
        .forEach(text -> prompter.show(TerminalText.wrapped(TerminalText.clean(text).strip(), "")));
  }

  private SecretText ask(AuthField field) throws VpnException, InterruptedException {
    String label = label(field);
    return switch (field.type()) {
      case PASSWORD -> prompter.hidden(label);
      case TEXT, HIDDEN -> SecretText.of(prompter.line(label, field.preset()));
      case SELECT -> select(field, label);
    };
  }

  private SecretText select(AuthField field, String label)
      throws VpnException, InterruptedException {
    List<Choice> choices = field.choices();
    for (int i = 0; i < choices.size(); i++) {
      String choice = TerminalText.line(choices.get(i).label());
      prompter.show(TerminalText.wrapped("  %2d  %s".formatted(i + 1, choice), "      "));
    }
    Choice usual = find(choices, field.preset());
    String preset = usual == null ? "" : TerminalText.line(usual.label());
    while (true) {
      String typed = prompter.line(label + " (number or name)", preset).strip();
      Choice found = typed.equals(preset) && usual != null ? usual : find(choices, typed);
      if (found == null && typed.matches("\\d{1,4}")) {
        int index = Integer.parseInt(typed) - 1;
        found = index >= 0 && index < choices.size() ? choices.get(index) : null;
      }
      if (found != null) {
        return SecretText.of(found.value());
      }
      prompter.show("there is no \"" + TerminalText.line(typed) + "\" in the list");
    }
  }

  /** Servers end labels in a colon or not. */
  private static String label(AuthField field) {
    return TerminalText.line(field.label()).replaceAll("\\s*:$", "");
  }

  private static String quoted(AuthField field) {
    return "\"" + label(field) + "\"";
  }

  private static String key(AuthForm form, AuthField field) {
    return form.id() + "\n" + field.name();
  }
}
