package dev.adit.core.browser;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The desktop that this process belongs to.
 *
 * @param opener the program that opens an URL in the user's browser; empty without a desktop
 */
public record Desktop(Optional<String> opener) {
  private static final String OPENER = "xdg-open";

  /** By the display and the {@code PATH} of an environment. */
  public static Desktop of(Map<String, String> environment) {
    boolean display =
        environment.containsKey("DISPLAY") || environment.containsKey("WAYLAND_DISPLAY");
    return new Desktop(
        display && onPath(environment.getOrDefault("PATH", ""))
            ? Optional.of(OPENER)
            : Optional.empty());
  }

  private static boolean onPath(String path) {
    for (String directory : path.split(File.pathSeparator, -1)) {
      if (!directory.isEmpty() && Files.isExecutable(Path.of(directory, OPENER))) {
        return true;
      }
    }
    return false;
  }
}
