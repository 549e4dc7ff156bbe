package dev.adit.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.api.datagram.DatagramEvent;
import dev.adit.api.tunnel.TunnelEngine.Farewell;
import dev.adit.core.transport.State;
import dev.adit.core.transport.TransportTimings;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A path that comes and goes. */
class FlappingTest {
  @Test
  void twoSecondsUpAndTwoDownSettleOnTls() {
    SessionRig rig = new SessionRig().onUdp();
    long onTls = 0;
    for (int second = 0; second < 600; second++) {
      boolean dark = second / 2 % 2 == 1;
      SessionRig.Path path = rig.path();
      if (!path.closed) {
        if (dark && rig.session.status().state() == State.ON_UDP) {
          path.event(new DatagramEvent.PeerSilent("packets by UDP are not answered"));
        } else if (!dark && rig.session.status().state() == State.UDP_QUIET) {
          path.event(new DatagramEvent.ProbeAnswered(0));
        } else if (!dark && rig.session.status().state() == State.PROBING_UDP) {
          path.ready();
        }
      }
      rig.loop.advance(Duration.ofSeconds(1));
      onTls += rig.session.status().state() == State.ON_UDP ? 0 : 1;
    }
    assertThat(onTls).isGreaterThan(550);
    assertThat(rig.session.status().whyNotBetter()).startsWith("UDP comes and goes");
    assertThat(rig.log.stream().filter(l -> l.equals("carrier UDP"))).hasSizeLessThan(10);
    rig.session.stop(Farewell.LOG_OFF);
    rig.loop.settle();
  }

  @Test
  void threeFallsInADayAreNoFlapping() {
    Flapping flapping = new Flapping(TransportTimings.DEFAULT);
    for (long hour = 1; hour < 24; hour += 8) {
      assertThat(flapping.fell(Duration.ofHours(hour).toNanos())).isEmpty();
    }
  }

  @Test
  void theRestGrowsToALimitAndIsForgotten() {
    Flapping flapping = new Flapping(TransportTimings.DEFAULT);
    long now = 0;
    assertThat(flapping.fell(now)).isEmpty();
    assertThat(flapping.fell(now + 1)).isEmpty();
    assertThat(flapping.fell(now + 2)).hasValue(Duration.ofMinutes(1));
    assertThat(flapping.fell(now + 3)).hasValue(Duration.ofMinutes(2));
    now = Duration.ofHours(5).toNanos();
    assertThat(flapping.fell(now)).isEmpty();
    flapping.fell(now + 1);
    assertThat(flapping.fell(now + 2)).hasValue(Duration.ofMinutes(1));
  }
}
