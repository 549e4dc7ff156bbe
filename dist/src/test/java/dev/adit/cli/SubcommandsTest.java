package dev.adit.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.cli.Subcommands.Subcommand;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What subcommands say about themselves. */
class SubcommandsTest {
  static Stream<Subcommand> all() {
    return Subcommands.ALL.stream();
  }

  @ParameterizedTest
  @MethodSource("all")
  void helpIsItsSynopsis(Subcommand command) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream before = System.out;
    System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try {
      assertThat(Main.run(new String[] {command.name(), "--help"})).isEqualTo(ExitCode.OK);
    } finally {
      System.setOut(before);
    }
    assertThat(bytes.toString(StandardCharsets.UTF_8))
        .isEqualTo("adit " + command.synopsis() + "\n  " + command.help() + "\n");
  }

  @Test
  void onlyStatusCanBeWatched() {
    assertThatThrownBy(() -> ControlCommand.run("reconnect", List.of("--watch")))
        .hasMessage("adit reconnect [--json] [INTERFACE]: unknown option --watch");
    assertThatThrownBy(() -> ControlCommand.run("status", List.of("--wach")))
        .hasMessage("adit status [--watch] [--json] [INTERFACE]: unknown option --wach");
  }
}
