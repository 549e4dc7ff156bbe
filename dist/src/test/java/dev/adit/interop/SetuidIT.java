package dev.adit.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code --setuid}: no thread is root once packets flow, and the host is left as it was found. */
final class SetuidIT {
  private Lab lab;
  private Gateway gateway;

  @BeforeEach
  void open() {
    lab = new Lab();
    gateway = Gateway.start(lab, "--route=0.0.0.0/0");
  }

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void noThreadIsRootAndTheHostIsRestored() throws IOException {
    String before = host();
    Path onlyRoots =
        Files.createDirectory(
            lab.directory().resolve("root"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Path pidFile = onlyRoots.resolve("adit.pid");
    AditProcess adit = session("--pid-file=" + pidFile);
    adit.await("connected", 1);
    Lab.await("no root", Duration.ofSeconds(5), () -> threads(adit.pid()).allMatch(this::nobody));
    assertThat(Files.readString(pidFile)).isEqualTo(adit.pid() + "\n");
    assertThat(lab.client("ip", "route")).contains("192.0.2.1 ").contains("128.0.0.0/1");
    lab.client("ping", "-c3", "-i0.2", Gateway.INNER);
    adit.signal("USR2");
    adit.await("connected", 2);
    lab.client("ping", "-c3", "-i0.2", Gateway.INNER);
    adit.signal("TERM");
    assertThat(adit.exitCode()).isZero();
    gateway.await("logout", 1);
    restored(before, pidFile);
    assertThat(adit.log()).doesNotContain("not undone").doesNotContain("EPERM");
  }

  @Test
  void aKillIsCleanedUpAfterToo() throws IOException {
    String before = host();
    AditProcess adit = session();
    adit.await("connected", 1);
    Lab.await("no root", Duration.ofSeconds(5), () -> threads(adit.pid()).allMatch(this::nobody));
    adit.signal("KILL");
    assertThat(adit.exitCode()).isEqualTo(137);
    restored(before, lab.directory().resolve("none"));
  }

  private AditProcess session(String... more) {
    String[] all =
        Stream.concat(
                Stream.of(
                    "--user=" + Gateway.USER,
                    "--passwd-on-stdin",
                    "--servercert=" + gateway.pin(),
                    "--setuid=nobody"),
                Stream.concat(Stream.of(more), Stream.of(Lab.SERVER)))
            .toArray(String[]::new);
    return AditProcess.start(lab, Gateway.PASSWORD + "\n", all);
  }

  private String host() {
    return lab.client("ip", "route") + lab.client("ip", "-6", "route") + lab.client("ip", "rule");
  }

  private void restored(String before, Path pidFile) throws IOException {
    Lab.await("the host as before", Duration.ofSeconds(15), () -> host().equals(before));
    Path run = lab.directory().resolve("run");
    Lab.await(
        "nothing left in " + run,
        Duration.ofSeconds(10),
        () -> names(run).isEmpty() && !Files.exists(pidFile));
  }

  private static List<String> names(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(Path::toString).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<Path> threads(long pid) {
    return names(Path.of("/proc", String.valueOf(pid), "task")).stream().map(Path::of);
  }

  /** Real, effective, saved and file-system user of a thread. */
  private boolean nobody(Path thread) {
    try {
      return Files.readString(thread.resolve("status"))
          .contains("Uid:\t65534\t65534\t65534\t65534");
    } catch (IOException e) {
      // It has just ended.
      return true;
    }
  }
}
