package dev.adit.cli;

import dev.adit.api.auth.SessionTicket;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code --background}: this process logs in and asks its questions; then a child of its own, away
 * from the terminal, takes the cookie by a pipe and makes the tunnel. The parent returns when data
 * flows, or with the child's exit code if none ever does.
 */
final class Background {
  /** First line of the child's standard output once it is connected. */
  static final String READY = "ready";

  /** Tells a process that it is the child. */
  static final String CHILD_VARIABLE = "ADIT_BACKGROUND_CHILD";

  private Background() {}

  static boolean isChild() {
    return System.getenv(CHILD_VARIABLE) != null;
  }

  /**
   * Starts the child and waits for its first word.
   *
   * @param words the command line of this process
   */
  static ExitCode start(List<String> words, SessionTicket ticket) throws VpnException {
    List<String> argv =
        new ArrayList<>(
            List.of("setsid", System.getProperty("adit.home", "") + "/bin/adit", "connect"));
    argv.addAll(withoutLogin(words));
    argv.add("--cookie-on-stdin");
    ProcessBuilder builder =
        new ProcessBuilder(argv).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put(CHILD_VARIABLE, "1");
    try {
      Process child = builder.start();
      try (OutputStream in = child.getOutputStream()) {
        in.write((ticket.cookie().reveal() + "\n").getBytes(StandardCharsets.UTF_8));
      }
      BufferedReader out =
          new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8));
      if (READY.equals(out.readLine())) {
        return ExitCode.OK;
      }
      int code = child.waitFor();
      return Optional.of(code)
          .flatMap(c -> List.of(ExitCode.values()).stream().filter(e -> e.code() == c).findFirst())
          .orElse(ExitCode.FAILURE);
    } catch (IOException e) {
      throw new VpnException(Kind.OTHER, "--background: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCode.OK;
    }
  }

  /**
   * The cookie replaces the log-in; what would be read from standard input is not asked for again.
   */
  static List<String> withoutLogin(List<String> words) {
    List<String> kept = new ArrayList<>();
    for (String word : words) {
      if (!word.equals("-b")
          && !word.equals("--background")
          && !word.equals("--passwd-on-stdin")
          && !word.equals("--cookie-on-stdin")
          && !word.startsWith("--cookie=")) {
        kept.add(word);
      }
    }
    return kept;
  }
}
