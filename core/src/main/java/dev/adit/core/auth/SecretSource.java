package dev.adit.core.auth;

import dev.adit.api.secret.SecretText;
import java.nio.file.Path;
import java.util.List;

/** Where a secret comes from. Only {@link Given} holds one; the others are references. */
public sealed interface SecretSource {
  /** Said on the command line or read from stdin. */
  record Given(SecretText value) implements SecretSource {}

  /** Environment variable. */
  record Environment(String variable) implements SecretSource {}

  /** First line of a file. */
  record File(Path path) implements SecretSource {}

  /** First line that a program prints; run without a shell. */
  record Exec(List<String> command) implements SecretSource {
    public Exec {
      command = List.copyOf(command);
    }

    /** The program only: an argument may be telling. */
    @Override
    public String toString() {
      return "Exec[" + command.get(0) + "]";
    }
  }

  /** A systemd credential: a file of that name in {@code $CREDENTIALS_DIRECTORY}. */
  record Credential(String name) implements SecretSource {}

  /** A person, asked with this label. */
  record Prompt(String label) implements SecretSource {}
}
