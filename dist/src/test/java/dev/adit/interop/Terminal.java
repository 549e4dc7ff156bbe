package dev.adit.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** A program at a terminal of its own, and somebody who reads what it shows and types. */
final class Terminal {
  private static final String END = "exit code ";

  private final Process process;
  private final Path output;
  private int readUpTo;

  private Terminal(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  static Terminal start(Lab lab, List<String> argv) {
    String words =
        argv.stream()
            .map(word -> "'" + word.replace("'", "'\\''") + "'")
            .collect(Collectors.joining(" "));
    Path script =
        lab.file(
            "at-terminal.sh",
            "export ADIT_RUN_DIR=" + lab.directory() + "/run",
            words,
            "echo " + END + "$?");
    Path output = lab.directory().resolve("terminal.out");
    return new Terminal(
        lab.startTalking(
            output, List.of("socat", "EXEC:sh " + script + ",pty,setsid,ctty,stderr", "STDIO")),
        output);
  }

  /** Waits until that is shown, below what was waited for before. */
  Terminal await(String text) {
    try {
      Lab.await(
          "\"" + text + "\"", Duration.ofSeconds(30), () -> text().indexOf(text, readUpTo) >= 0);
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + " in\n" + text(), e);
    }
    readUpTo = text().indexOf(text, readUpTo) + text.length();
    return this;
  }

  Terminal type(String line) {
    try {
      process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().flush();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(text(), e);
    }
  }

  /** Waits for the end of the program. */
  int exitCode() {
    await(END).await("\n");
    return Integer.parseInt(text().replaceFirst("(?s).*" + END + "(\\d+)\n.*", "$1"));
  }

  /** All that was shown so far. */
  String text() {
    try {
      return Files.readString(output).replace("\r", "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
