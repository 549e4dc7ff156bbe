package dev.adit.api.auth;

import dev.adit.api.secret.SecretText;
import java.util.LinkedHashMap;
import java.util.Map;

/** Answers to one form by field name; closing wipes them all. */
public final class FormAnswers implements AutoCloseable {
  private final Map<String, SecretText> values;

  /** Takes the answers over. */
  public FormAnswers(Map<String, SecretText> values) {
    this.values = new LinkedHashMap<>(values);
  }

  /** The answer to a field of the form; the same object each time, wiped with this. */
  public SecretText value(String field) {
    SecretText value = values.get(field);
    if (value == null) {
      throw new IllegalArgumentException("no answer for field " + field);
    }
    return value;
  }

  /** Whether the form had such a field. */
  public boolean has(String field) {
    return values.containsKey(field);
  }

  @Override
  public void close() {
    values.values().forEach(SecretText::close);
  }

  @Override
  public String toString() {
    return "FormAnswers" + values.keySet();
  }
}
