package dev.adit.juniper.auth;

import dev.adit.api.auth.AuthField;
import dev.adit.api.auth.AuthField.Choice;
import java.util.List;

/**
 * One pair of the body.
 *
 * @param value what is sent if nobody is asked, or stands in the field before
 * @param choices of a list; empty for all else
 */
record FormInput(String name, Use use, String value, String label, List<Choice> choices) {
  /** What becomes of it. */
  enum Use {
    TEXT,
    PASSWORD,
    SELECT,
    /** Hidden fields, check boxes and the buttons that are kept. */
    SENT_AS_IS
  }

  FormInput {
    choices = List.copyOf(choices);
  }

  boolean isAsked() {
    return use != Use.SENT_AS_IS;
  }

  AuthField field(AuthField.Role role) {
    AuthField.Type type =
        switch (use) {
          case TEXT -> AuthField.Type.TEXT;
          case PASSWORD -> AuthField.Type.PASSWORD;
          case SELECT -> AuthField.Type.SELECT;
          case SENT_AS_IS -> AuthField.Type.HIDDEN;
        };
    return new AuthField(name, label, type, value, choices, role);
  }

  /** The value may be a secret of the log-in. */
  @Override
  public String toString() {
    return name + " (" + use + ")";
  }
}
