package dev.adit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.core.session.SessionStats;
import dev.adit.core.session.SessionStatus;
import dev.adit.core.transport.State;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The figures as Prometheus reads them, and as a person does. */
class MetricsFileTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  @TempDir private Path directory;

  private static SessionStatus status(String host, String why) {
    return new SessionStatus(
        State.ON_UDP,
        host,
        Optional.empty(),
        "vpn0",
        Optional.empty(),
        "DTLS \"1.2\"",
        NOW.minusSeconds(90),
        why,
        OptionalInt.of(1420),
        Optional.of(Duration.ofMillis(23)),
        Optional.of(NOW.plusSeconds(3600)),
        NOW.minusSeconds(3600),
        List.of(new SessionStatus.Change(NOW, "TLS", "connected")),
        new SessionStats(1, 2, 3, 4, 5, 6, 7, 8));
  }

  @Test
  void eachMetricHasHelpAndTypeAndOneValue() {
    List<String> lines = MetricsFile.text(status("vpn.test", ""), NOW).lines().toList();
    assertThat(lines)
        .contains(
            "# TYPE adit_receive_bytes_total counter",
            "adit_receive_bytes_total{device=\"vpn0\",server=\"vpn.test\"} 2",
            "adit_udp_lost_packets_total{device=\"vpn0\",server=\"vpn.test\"} 7",
            "adit_udp_refused_packets_total{device=\"vpn0\",server=\"vpn.test\"} 8",
            "adit_round_trip_seconds{device=\"vpn0\",server=\"vpn.test\"} 0.023000",
            "adit_carrier_age_seconds{device=\"vpn0\",server=\"vpn.test\"} 90.000000");
    assertThat(lines.size() % 3).isZero();
    for (int i = 0; i < lines.size(); i += 3) {
      String name = lines.get(i).split(" ", 4)[2];
      assertThat(lines.get(i + 1)).startsWith("# TYPE " + name + " ");
      assertThat(lines.get(i + 2)).startsWith(name + "{");
    }
  }

  @Test
  void aClockThatWasSetBackMakesNoNegativeAge() {
    Instant anHourEarlier = NOW.minusSeconds(3600);
    assertThat(MetricsFile.text(status("vpn.test", ""), anHourEarlier))
        .contains("adit_carrier_age_seconds{device=\"vpn0\",server=\"vpn.test\"} 0.000000");
  }

  @Test
  void quotesInLabelsAreEscaped() {
    assertThat(MetricsFile.text(status("a\"b\\c", ""), NOW))
        .contains("server=\"a\\\"b\\\\c\",carrier=\"DTLS \\\"1.2\\\"\"}");
  }

  @Test
  void theFileIsWholeAndLeavesNothingBesideIt() throws Exception {
    Path file = directory.resolve("adit.prom");
    try (MetricsFile metrics = new MetricsFile(file, () -> status("vpn.test", ""))) {
      metrics.refresh();
    }
    assertThat(Files.readString(file)).endsWith(" 6\n");
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void aDeviceIsWrittenToAndNotReplaced() throws Exception {
    Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("/dev/null"));
    try (MetricsFile metrics = new MetricsFile(link, () -> status("vpn.test", ""))) {
      metrics.refresh();
    }
    assertThat(link).isSymbolicLink();
  }

  @Test
  void statusFitsEightyColumns() throws Exception {
    String why =
        "the server did not confirm that it uses UDP, and this sentence goes on for a while so"
            + " that it does not fit into one line of a terminal";
    String text = StatusText.text(StatusText.json(status("vpn.test", why)));
    assertThat(text.lines()).allMatch(l -> l.length() <= 80);
    assertThat(text.replaceAll("\\s+", " "))
        .contains(why)
        .contains("round trip 23.0 ms")
        .contains("by UDP 7 packets lost on the way here (87.50 %), 8 refused")
        .containsPattern("new keys 6 times, next in \\d+");
    assertThat(StatusText.json(status("vpn.test", why))).contains("\"mtu_udp\":1420");
  }
}
