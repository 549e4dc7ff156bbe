package dev.adit.anyconnect.cstp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.api.packet.PacketBatch;
import dev.adit.api.tunnel.TunnelEvent;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An hour in a millisecond: DPD, keepalive, rekey. */
class CstpLivenessTest {
  private static final String REQUEST = " 5354460100000300";
  private static final String KEEPALIVE = " 5354460100000700";

  /** What openconnect 9.01 did with D = 2: frames at 2, 3 and 4 s, then a new CONNECT. */
  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MAX_VALUE - 2_500_000_000L, Long.MIN_VALUE})
  void silenceIsAskedAboutAndThenTold(long startNanos) {
    Tunnel tunnel = new Tunnel(new Tunnel.Wishes(), startNanos, 8);
    tunnel.answer("X-CSTP-DPD: 2");
    tunnel.pass(Duration.ofMillis(1999));
    assertThat(tunnel.sent).isEmpty();
    tunnel.pass(Duration.ofMillis(2001));
    assertThat(tunnel.sent).containsExactly("2.0" + REQUEST, "3.0" + REQUEST, "4.0" + REQUEST);
    assertThat(tunnel.events).hasSize(1);
    tunnel.pass(Duration.ofMillis(1));
    assertThat(tunnel.events.get(1))
        .isEqualTo(new TunnelEvent.PeerSilent("nothing received for 4 s"));
    tunnel.pass(Duration.ofMinutes(1));
    assertThat(tunnel.events).as("told once").hasSize(2);
    assertThat(tunnel.sent).hasSize(3);
  }

  @Test
  void aFrameOfAnyTypeIsASignOfLife() {
    Tunnel tunnel = Tunnel.open("X-CSTP-DPD: 10");
    tunnel.pass(Duration.ofSeconds(12));
    assertThat(tunnel.sent).containsExactly("10.0" + REQUEST);
    tunnel.receiveHex("53544601 0000 07 00");
    tunnel.pass(Duration.ofSeconds(9));
    assertThat(tunnel.sent).hasSize(1);
    tunnel.pass(Duration.ofSeconds(1));
    assertThat(tunnel.sent).containsExactly("10.0" + REQUEST, "22.0" + REQUEST);
  }

  @Test
  void ourIntervalWinsOverTheServers() {
    Tunnel.Wishes wishes = new Tunnel.Wishes();
    wishes.forcedDpd = Optional.of(Duration.ofSeconds(3));
    Tunnel tunnel = new Tunnel(wishes);
    tunnel.answer("X-CSTP-DPD: 30");
    tunnel.pass(Duration.ofSeconds(3));
    assertThat(tunnel.sent).containsExactly("3.0" + REQUEST);
  }

  @ParameterizedTest
  @ValueSource(strings = {"X-CSTP-DPD: 0", "X-CSTP-DPD: none", "X-Other: 1"})
  void withoutAnIntervalNobodyIsAsked(String header) {
    Tunnel tunnel = Tunnel.open(header);
    assertThat(tunnel.engine.nanosUntilDeadline(tunnel.now())).isEqualTo(Long.MAX_VALUE);
    tunnel.pass(Duration.ofDays(1));
    assertThat(tunnel.sent).isEmpty();
    assertThat(tunnel.events).hasSize(1);
  }

  @Test
  void keepaliveGoesOutWhenNothingElseDid() {
    Tunnel tunnel = Tunnel.open("X-CSTP-Keepalive: 20");
    tunnel.pass(Duration.ofSeconds(15));
    PacketBatch batch = new PacketBatch(1, 100, 8);
    batch.append(new byte[20], 0, 20);
    tunnel.engine.frame(batch, tunnel.now());
    tunnel.pass(Duration.ofSeconds(19));
    assertThat(tunnel.sent).isEmpty();
    tunnel.pass(Duration.ofSeconds(21));
    assertThat(tunnel.sent).containsExactly("35.0" + KEEPALIVE, "55.0" + KEEPALIVE);
  }

  @Test
  void anAnswerToAProbeCountsAsSent() {
    Tunnel tunnel = Tunnel.open("X-CSTP-Keepalive: 20");
    tunnel.pass(Duration.ofSeconds(19));
    tunnel.receiveHex("53544601 0000 03 00");
    tunnel.pass(Duration.ofSeconds(19));
    assertThat(tunnel.sent).containsExactly("19.0 5354460100000400");
  }

  @ParameterizedTest
  @CsvSource({"ssl, 1", "new-tunnel, 1", "none, 0"})
  void rekeyIsTheSameByEitherMethod(String method, int times) {
    Tunnel tunnel = Tunnel.open("X-CSTP-Rekey-Method: " + method, "X-CSTP-Rekey-Time: 3600");
    tunnel.pass(Duration.ofSeconds(3599));
    assertThat(tunnel.events).hasSize(1);
    tunnel.pass(Duration.ofDays(2));
    assertThat(tunnel.events.stream().filter(new TunnelEvent.RekeyDue()::equals)).hasSize(times);
  }

  @Test
  void aTimeWithoutMethodIsNoRekey() {
    assertThat(Tunnel.open("X-CSTP-Rekey-Time: 5").engine.nanosUntilDeadline(0))
        .isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void theLongestIntervalsDoNotOverflow() {
    Tunnel tunnel =
        Tunnel.open(
            "X-CSTP-DPD: 2147483647",
            "X-CSTP-Keepalive: 2147483647",
            "X-CSTP-Rekey-Method: ssl",
            "X-CSTP-Rekey-Time: 2147483647");
    assertThat(tunnel.engine.nanosUntilDeadline(tunnel.now()))
        .isEqualTo(Duration.ofSeconds(Integer.MAX_VALUE).toNanos());
  }

  @Test
  void anEndedTunnelHasNoDeadline() {
    Tunnel tunnel = Tunnel.open("X-CSTP-DPD: 2", "X-CSTP-Keepalive: 1");
    tunnel.receiveHex("53544601 0000 05 00");
    assertThat(tunnel.engine.nanosUntilDeadline(tunnel.now())).isEqualTo(Long.MAX_VALUE);
    tunnel.engine.onDeadline(tunnel.now(), tunnel);
    assertThat(tunnel.sent).isEmpty();
    tunnel.engine.close();
  }
}
