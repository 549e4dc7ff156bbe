package dev.adit.core.auth;

import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import java.util.Optional;

/**
 * {@code --form-entry FORM:FIELD[=VALUE]}: fills one field, or without a value shows a hidden one
 * so that a person can answer it.
 */
public record FormEntry(String form, String field, Optional<String> value) {
  public static FormEntry parse(String text) throws VpnException {
    int equals = text.indexOf('=');
    String name = equals < 0 ? text : text.substring(0, equals);
    int colon = name.indexOf(':');
    if (colon <= 0 || colon == name.length() - 1) {
      throw new VpnException(
          Kind.CONFIGURATION,
          "--form-entry \"" + name + "\": expected FORM:FIELD=VALUE, or FORM:FIELD to be asked");
    }
    return new FormEntry(
        name.substring(0, colon),
        name.substring(colon + 1),
        equals < 0 ? Optional.empty() : Optional.of(text.substring(equals + 1)));
  }

  boolean fits(String formId, String fieldName) {
    return form.equals(formId) && field.equals(fieldName);
  }

  /** Without the value: people put passwords there. */
  @Override
  public String toString() {
    return form + ":" + field;
  }
}
