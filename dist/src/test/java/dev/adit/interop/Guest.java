package dev.adit.interop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Programs of the tests' own class path on Debian's kernel, under emulation: {@code dist/guest}
 * says what a guest is.
 */
public final class Guest {
  /** Waits in the guest are so many times as long: this machine may have other work, too. */
  private static final int PATIENCE = 8;

  private Guest() {}

  /** What the guest may write to, below such a directory. */
  static Path out(Path directory) {
    return directory.resolve("out");
  }

  /**
   * Runs one to its end, as root.
   *
   * @param directory an empty one that the guest sees, so not below {@code /run}
   * @param environment of the program and all that it starts
   * @param program JVM flags, the main class and its arguments
   */
  public static Command run(
      Path directory, Duration limit, Map<String, String> environment, List<String> program)
      throws IOException {
    // The program's first start writes an archive of classes, which takes an emulator minutes.
    Command.run(Duration.ofMinutes(1), "", List.of(AditProcess.launcher(), "--version")).ok();
    GuestClasses classes = GuestClasses.in(directory);
    Path out = Files.createDirectory(out(directory));
    List<String> argv = new ArrayList<>();
    argv.add("env");
    argv.add("ADIT_OUT=" + out);
    argv.add("ADIT_GUEST_S=" + limit.toSeconds());
    argv.add(AditProcess.tree().resolve("../../guest").normalize().toString());
    argv.add("env");
    environment.forEach((name, value) -> argv.add(name + "=" + value));
    argv.add(GuestClasses.java());
    argv.addAll(classes.flags());
    argv.add("-Dadit.patience=" + PATIENCE);
    argv.addAll(program);
    return Command.run(limit.plusMinutes(1), "", argv);
  }
}
