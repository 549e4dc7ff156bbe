package dev.adit.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What {@code id(1)} knows of a user, by name or number. */
final class LocalUser {
  private LocalUser() {}

  static Optional<String> number(String user) throws IOException, InterruptedException {
    return id("-u", user);
  }

  /** The user's own group. */
  static Optional<String> group(String user) throws IOException, InterruptedException {
    return id("-g", user);
  }

  /** The home directory, by {@code getent(1)}; empty for a number that nobody has. */
  static Optional<String> home(String user) throws IOException, InterruptedException {
    Process getent =
        new ProcessBuilder("getent", "passwd", "--", user)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String[] fields =
        new String(getent.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
            .strip()
            .split(":", -1);
    return getent.waitFor() == 0 && fields.length >= 7 && fields[5].startsWith("/")
        ? Optional.of(fields[5])
        : Optional.empty();
  }

  private static Optional<String> id(String which, String user)
      throws IOException, InterruptedException {
    Process id =
        new ProcessBuilder("id", which, "--", user)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String printed =
        new String(id.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
    return id.waitFor() == 0 && printed.matches("\\d{1,10}")
        ? Optional.of(printed)
        : Optional.empty();
  }
}
