package dev.adit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PidFileTest {
  @TempDir private Path directory;

  @Test
  void holdsTheNumberAndGoes() throws Exception {
    PidFile file = new PidFile(directory.resolve("adit.pid"));
    file.write();
    assertThat(Files.readString(file.path())).isEqualTo(ProcessHandle.current().pid() + "\n");
    file.remove();
    assertThat(file.path()).doesNotExist();
    file.remove();
  }

  /** By a link: where this fails, the machine's own device is not to be what it fails on. */
  @Test
  void aDeviceStays() throws Exception {
    PidFile file =
        new PidFile(Files.createSymbolicLink(directory.resolve("link"), Path.of("/dev/null")));
    file.write();
    assertThat(file.isOurs()).isFalse();
    file.remove();
    assertThat(file.path()).isSymbolicLink();
  }
}
