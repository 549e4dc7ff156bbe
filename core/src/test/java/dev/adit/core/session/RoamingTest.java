package dev.adit.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.tunnel.TunnelEngine.Farewell;
import dev.adit.core.roaming.Way;
import dev.adit.core.transport.State;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a session does when this host's network changes. */
class RoamingTest {
  private static final Optional<Way> ANOTHER = Optional.of(new Way(3, Optional.empty()));

  private final SessionRig rig = new SessionRig().onUdp();

  @AfterEach
  void leavesNothingBehind() {
    rig.session.stop(Farewell.LOG_OFF);
    rig.loop.settle();
    assertThat(rig.loop.runningTimers()).isZero();
    assertThat(rig.surroundings.closed).isTrue();
  }

  @Test
  void changesThatConcernNobodyAreNotNoticed() {
    for (int i = 0; i < 100; i++) {
      rig.surroundings.changed();
    }
    rig.loop.settle();
    assertThat(rig.tunnels).hasSize(1);
    assertThat(rig.session.status().state()).isEqualTo(State.ON_UDP);
  }

  @Test
  void anotherWayBringsAConnectionAtOnce() {
    rig.surroundings.way = ANOTHER;
    rig.surroundings.changed();
    rig.loop.settle();
    assertThat(rig.tunnels).hasSize(2);
    rig.tunnel().establish();
    rig.surroundings.changed();
    assertThat(rig.session.status().state().carriesPackets()).isTrue();
    assertThat(rig.tunnels).hasSize(2);
  }

  @Test
  void anAddressThatIsLostTakesTheConnectionWithIt() {
    rig.surroundings.addressThere = false;
    rig.surroundings.changed();
    rig.loop.settle();
    assertThat(rig.tunnels).hasSize(2);
  }

  @Test
  void withoutAnyWayTheConnectionIsKeptUntilThereIsOne() {
    rig.surroundings.way = Optional.empty();
    rig.surroundings.addressThere = false;
    rig.surroundings.changed();
    rig.loop.advance(Duration.ofSeconds(5));
    assertThat(rig.tunnels).hasSize(1);
    rig.surroundings.way = ANOTHER;
    rig.surroundings.changed();
    rig.loop.settle();
    assertThat(rig.tunnels).hasSize(2);
  }

  @Test
  void theSameWayThatComesBackIsAsked() {
    Optional<Way> same = rig.surroundings.way;
    rig.surroundings.way = Optional.empty();
    rig.surroundings.changed();
    rig.surroundings.way = same;
    int before = rig.path().probes;
    rig.surroundings.changed();
    assertThat(rig.path().probes).isGreaterThan(before);
    assertThat(rig.log).contains("tls0 probe");
    assertThat(rig.tunnels).hasSize(1);
  }

  @Test
  void aWayThatIsFoundEndsTheWaiting() {
    for (int i = 0; i < 9; i++) {
      rig.dials.add(Optional.of(new VpnException(Kind.UNREACHABLE, "no route")));
    }
    rig.tunnel().fail("cut");
    rig.loop.advance(Duration.ofSeconds(20));
    assertThat(rig.tunnels).hasSize(1);
    rig.surroundings.way = ANOTHER;
    rig.surroundings.changed();
    long before = dials();
    rig.loop.settle();
    assertThat(dials()).isEqualTo(before + 1);
  }

  @Test
  void ourOwnRoutesDoNotMakeUsHurry() {
    for (int i = 0; i < 50; i++) {
      rig.dials.add(Optional.of(new VpnException(Kind.UNREACHABLE, "no route")));
    }
    rig.tunnel().fail("cut");
    rig.loop.settle();
    for (int i = 0; i < 1000; i++) {
      rig.surroundings.changed();
      rig.loop.settle();
    }
    assertThat(dials()).isLessThan(5);
  }

  private long dials() {
    return rig.log.stream().filter("dial"::equals).count();
  }

  @Test
  void aNightInSuspendIsNoticed() {
    rig.surroundings.slept(Duration.ofHours(8));
    rig.loop.settle();
    assertThat(rig.log).contains("reconnecting 1");
    assertThat(rig.tunnels).hasSize(2);
  }

  @Test
  void aHundredChangesInAMinuteEndOnACarrierThatWorks() {
    for (int i = 0; i < 100; i++) {
      rig.surroundings.way = Optional.of(new Way(2 + i % 2, Optional.empty()));
      rig.surroundings.changed();
      rig.loop.advance(Duration.ofMillis(600));
      if (i % 3 == 0 && !rig.tunnel().closed) {
        rig.tunnel().establish();
      }
    }
    rig.loop.advance(Duration.ofSeconds(40));
    if (!rig.session.status().state().carriesPackets()) {
      rig.tunnel().establish();
    }
    rig.loop.settle();
    rig.packets(3);
    assertThat(rig.tunnel().sent).isEqualTo(3);
    assertThat(rig.tunnels.stream().filter(t -> !t.closed)).hasSize(1);
    assertThat(rig.paths.stream().filter(p -> !p.closed)).hasSize(1);
  }
}
