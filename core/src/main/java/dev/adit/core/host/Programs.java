package dev.adit.core.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Runs the few programs of the host that have no other interface; never through a shell. */
public final class Programs {
  private static final long LIMIT_SECONDS = 10;

  private final List<Path> directories;

  /**
   * Programs of some directories, the first that has one wins.
   *
   * @param directories absolute
   */
  Programs(List<Path> directories) {
    this.directories = List.copyOf(directories);
  }

  /** Those of {@code PATH}, and where a service has none, of the usual places. */
  public static Programs ofEnvironment() {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return new Programs(
        Stream.concat(
                Arrays.stream(path.split(":", -1)),
                Stream.of("/usr/bin", "/usr/sbin", "/bin", "/sbin"))
            .filter(d -> d.startsWith("/"))
            .map(Path::of)
            .toList());
  }

  /** Whether there is one of that name. */
  public boolean exists(String name) {
    return find(name).isPresent();
  }

  private Optional<Path> find(String name) {
    return directories.stream()
        .map(d -> d.resolve(name))
        .filter(f -> Files.isRegularFile(f) && Files.isExecutable(f))
        .findFirst();
  }

  /**
   * Runs to the end and returns what was printed.
   *
   * @param argv the program's name first
   * @param input what it reads
   * @throws IOException an exit code other than 0, or no end within ten seconds
   */
  public String run(List<String> argv, String input) throws IOException {
    List<String> command = new ArrayList<>(argv);
    find(argv.get(0)).ifPresent(f -> command.set(0, f.toString()));
    Path in = Files.createTempFile("adit", ".in");
    try {
      Files.writeString(in, input);
      Process process =
          new ProcessBuilder(command).redirectErrorStream(true).redirectInput(in.toFile()).start();
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
