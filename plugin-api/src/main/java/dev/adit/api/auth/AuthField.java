package dev.adit.api.auth;

import java.util.List;

/**
 * One question.
 *
 * @param name the server's name of it
 * @param label for a person; never empty
 * @param type how it is answered
 * @param preset value that stands unless the user says otherwise; for {@code HIDDEN} the value
 * @param choices for {@code SELECT}, at least one
 * @param role what kind of value is meant, so that core knows which option answers it
 */
public record AuthField(
    String name, String label, Type type, String preset, List<Choice> choices, Role role) {
  /** How a field is answered. */
  public enum Type {
    TEXT,
    PASSWORD,
    /** Not shown; sent back as preset, unless {@code --form-entry} says otherwise. */
    HIDDEN,
    SELECT
  }

  /** What a value stands for. */
  public enum Role {
    USERNAME,
    PASSWORD,
    SECOND_USERNAME,
    SECOND_PASSWORD,
    /** A code of a token, by {@code --token-mode} if there is one. */
    TOKEN_CODE,
    NEW_PASSWORD,
    GROUP,
    OTHER
  }

  /** One value of a {@code SELECT} with what a person sees. */
  public record Choice(String value, String label) {}

  public AuthField {
    if (choices.isEmpty() == (type == Type.SELECT)) {
      throw new IllegalArgumentException("field " + name + ": choices belong to SELECT alone");
    }
    choices = List.copyOf(choices);
  }

  /** A field to type into. */
  public static AuthField input(String name, String label, Type type, String preset, Role role) {
    return new AuthField(name, label, type, preset, List.of(), role);
  }
}
