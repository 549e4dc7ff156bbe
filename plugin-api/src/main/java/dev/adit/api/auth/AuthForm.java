package dev.adit.api.auth;

import java.util.List;

/**
 * One page of questions.
 *
 * @param id what the server calls it, or empty; {@code --form-entry FORM:FIELD=VALUE} names it
 * @param title heading, or empty
 * @param message text above the fields, or empty
 * @param error why the last answers were refused, or empty
 */
public record AuthForm(
    String id, String title, String message, String error, List<AuthField> fields) {
  public AuthForm {
    fields = List.copyOf(fields);
  }
}
