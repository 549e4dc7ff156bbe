package dev.adit.anyconnect;

import dev.adit.api.auth.NamedIdentity;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** What clients say they are, as written down in {@code identities.txt} beside this class. */
final class Identities {
  private static final String FILE = "identities.txt";

  private Identities() {}

  static List<NamedIdentity> all() {
    try (InputStream in = Objects.requireNonNull(Identities.class.getResourceAsStream(FILE), FILE);
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      return lines.lines().filter(line -> !line.startsWith("#")).map(Identities::read).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(FILE, e);
    }
  }

  private static NamedIdentity read(String line) {
    String[] parts = line.split("\\|", -1);
    if (parts.length != 4) {
      throw new IllegalStateException(FILE + ": \"" + line + "\" has not four parts");
    }
    return new NamedIdentity(
        parts[0].strip(), parts[1].strip(), parts[2].strip(), parts[3].strip());
  }
}
