package dev.adit.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The file of {@code --pid-file}. What cannot be done is said in the log and stops nobody. */
record PidFile(Path path) {
  private static final Logger LOG = LoggerFactory.getLogger(PidFile.class);

  void write() {
    try {
      Files.writeString(path, ProcessHandle.current().pid() + "\n");
    } catch (IOException e) {
      LOG.warn("--pid-file {}: {}", path, e.getMessage());
    }
  }

  /** Whether it is to go with this process: {@code /dev/null} is not ours to remove. */
  boolean isOurs() {
    return Files.isRegularFile(path);
  }

  void remove() {
    if (isOurs()) {
      try {
        Files.delete(path);
      } catch (IOException e) {
        LOG.warn("--pid-file {}: {}", path, e.getMessage());
      }
    }
  }
}
