package dev.adit.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A program run to its end within a time limit, its output kept in files so that it never blocks.
 */
public record Command(int exitCode, String out, String err) {

  public static Command run(Duration limit, String stdin, List<String> argv) {
    try {
      Path in = Files.createTempFile("adit-it", ".in");
      Path out = Files.createTempFile("adit-it", ".out");
      Path err = Files.createTempFile("adit-it", ".err");
      try {
        Files.writeString(in, stdin);
        Process process =
            new ProcessBuilder(argv)
                .redirectInput(in.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        if (!process.waitFor(limit.toMillis() * Lab.PATIENCE, TimeUnit.MILLISECONDS)) {
          process.destroyForcibly().waitFor();
          throw new AssertionError(
              String.join(" ", argv) + "\nran longer than " + limit + "\n" + read(out) + read(err));
        }
        return new Command(process.exitValue(), read(out), read(err));
      } finally {
        Files.delete(in);
        Files.delete(out);
        Files.delete(err);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(String.join(" ", argv), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted: " + String.join(" ", argv), e);
    }
  }

  /** Its output, if it ended well. */
  public String ok() {
    if (exitCode != 0) {
      throw new AssertionError("exit code " + exitCode + "\n" + out + err);
    }
    return out;
  }

  private static String read(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }
}
