package dev.adit.core.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs the few programs of the host that have no other interface; never through a shell. */
final class Programs {
  private static final long LIMIT_SECONDS = 10;
  private static final List<Path> DIRECTORIES =
      List.of(Path.of("/usr/bin"), Path.of("/usr/sbin"), Path.of("/bin"), Path.of("/sbin"));

  private Programs() {}

  static boolean exists(String name) {
    return DIRECTORIES.stream().anyMatch(d -> Files.isExecutable(d.resolve(name)));
  }

  /** Runs to the end and returns what was printed; an exit code other than 0 is an error. */
  static String run(List<String> argv, String input) throws IOException {
    Path in = Files.createTempFile("adit", ".in");
    try {
      Files.writeString(in, input);
      Process process =
          new ProcessBuilder(argv).redirectErrorStream(true).redirectInput(in.toFile()).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException(argv.get(0) + " did not end within " + LIMIT_SECONDS + " s");
      }
      if (process.exitValue() != 0) {
        throw new IOException(
            String.join(" ", argv) + " ended with " + process.exitValue() + ": " + output.strip());
      }
      return output;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while running " + argv.get(0), e);
    } finally {
      Files.deleteIfExists(in);
    }
  }
}
