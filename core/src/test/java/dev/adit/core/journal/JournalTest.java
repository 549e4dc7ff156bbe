package dev.adit.core.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.api.error.VpnException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
  @TempDir Path directory;

  @Test
  void whatIsWrittenIsOnDiskAtOnce() throws Exception {
    try (Journal journal = Journal.open(directory.resolve("run"))) {
      journal.write("netlink 00");
      assertThat(Files.readString(only(directory.resolve("run")))).isEqualTo("netlink 00\n");
    }
    assertThat(directory.resolve("run")).isEmptyDirectory();
  }

  @Test
  void aLineTakenBackIsGoneFromTheDiskToo() throws Exception {
    try (Journal journal = Journal.open(directory.resolve("run"))) {
      journal.write("netlink 00");
      journal.write("file /etc/räsolv.conf 01");
      journal.withdraw();
      assertThat(journal.lines()).containsExactly("netlink 00");
      assertThat(Files.readString(only(directory.resolve("run")))).isEqualTo("netlink 00\n");
      journal.write("netlink 02");
      assertThat(Files.readString(only(directory.resolve("run"))))
          .isEqualTo("netlink 00\nnetlink 02\n");
    }
  }

  @Test
  void oneThatIsLeftStaysForTheRecovery() throws Exception {
    Journal journal = Journal.open(directory.resolve("run"));
    journal.write("file /x 00");
    journal.leave();
    assertThat(Journal.toUndo(only(directory.resolve("run")))).containsExactly("file /x 00");
  }

  @Test
  void aLivingProcessIsNotRecovered() throws Exception {
    try (Journal journal = Journal.open(directory)) {
      journal.write("netlink 00");
      assertThat(Journal.abandoned(directory)).isEmpty();
    }
  }

  @Test
  void aDeadProcessIsAndItsLinesComeNewestFirst() throws Exception {
    Path file = directory.resolve("999999-1.journal");
    Files.writeString(file, "one\ntwo\nthr");
    assertThat(Journal.abandoned(directory)).containsExactly(file);
    assertThat(Journal.toUndo(file)).isEqualTo(List.of("two", "one"));
  }

  @Test
  void aReusedProcessNumberIsToldApart() throws Exception {
    Path file = directory.resolve(ProcessHandle.current().pid() + "-1.journal");
    Files.writeString(file, "one\n");
    assertThat(Journal.abandoned(directory)).containsExactly(file);
  }

  @Test
  void aDirectoryThatCannotBeWrittenIsNamedWithTheRemedy() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "");
    assertThatThrownBy(() -> Journal.open(file.resolve("run")))
        .isInstanceOf(VpnException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("without it nothing on this host is changed");
  }

  private static Path only(Path directory) throws Exception {
    try (var files = Files.list(directory)) {
      return files.findFirst().orElseThrow();
    }
  }
}
