package dev.adit.core.auth;

import java.util.List;
import java.util.Optional;

/**
 * What is known before anybody is asked.
 *
 * @param user {@code --user}
 * @param password for the first password field
 * @param secondUser for a second user-name field
 * @param secondPassword for a second password field
 * @param group {@code --authgroup}: value or label
 * @param entries {@code --form-entry}, the later one wins
 * @param token {@code --token-mode}
 */
public record KnownAnswers(
    Optional<String> user,
    Optional<SecretSource> password,
    Optional<String> secondUser,
    Optional<SecretSource> secondPassword,
    Optional<String> group,
    List<FormEntry> entries,
    Optional<CodeSource> token) {
  /** Nothing is known. */
  public static final KnownAnswers NONE =
      new KnownAnswers(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          List.of(),
          Optional.empty());

  public KnownAnswers {
    entries = List.copyOf(entries);
  }
}
