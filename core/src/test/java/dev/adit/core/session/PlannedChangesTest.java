package dev.adit.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.api.datagram.DatagramEvent;
import dev.adit.api.tunnel.TunnelEngine.Farewell;
import dev.adit.api.tunnel.TunnelEvent;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A change that was planned: each packet goes one way, and what is under way is still read. */
class PlannedChangesTest {
  private final SessionRig rig = new SessionRig();

  /** A thousand packets out by whatever is used. */
  private void sendAThousand() {
    rig.packets(1000);
    while (rig.device.waiting > 0) {
      rig.loop.readable();
    }
  }

  private int sentByTls() {
    return rig.tunnels.stream().mapToInt(t -> t.sent).sum();
  }

  private int sentByUdp() {
    return rig.paths.stream().mapToInt(p -> p.sent).sum();
  }

  @Test
  void fromTlsToUdp() {
    rig.onTls();
    sendAThousand();
    rig.path().ready();
    rig.loop.settle();
    sendAThousand();
    assertThat(sentByTls()).isEqualTo(1000);
    assertThat(sentByUdp()).isEqualTo(1000);
    rig.tunnel().receive(10);
    rig.path().receive(10);
    assertThat(rig.device.written).isEqualTo(20);
  }

  @Test
  void toASecondAssociation() {
    rig.onUdp();
    sendAThousand();
    SessionRig.Path first = rig.path();
    first.event(new DatagramEvent.RekeyDue());
    rig.loop.settle();
    sendAThousand();
    assertThat(first.sent).as("until the second is ready").isEqualTo(2000);
    rig.path().ready();
    rig.loop.settle();
    sendAThousand();
    assertThat(rig.path().sent).isEqualTo(1000);
    assertThat(sentByTls()).isZero();
    stillRead(first);
  }

  @Test
  void toASecondTunnel() {
    rig.onUdp();
    sendAThousand();
    SessionRig.Tunnel first = rig.tunnel();
    SessionRig.Path by = rig.path();
    first.event(new TunnelEvent.RekeyDue());
    rig.loop.settle();
    rig.packets(1000);
    assertThat(rig.device.waiting).as("until the second is up").isEqualTo(1000);
    assertThat(by.muted).isTrue();
    assertThat(rig.log).as("what is under way arrives first").doesNotContain("tls1 start");
    by.receive(5);
    rig.loop.advance(Duration.ofMillis(30));
    assertThat(rig.log).contains("tls1 start");
    rig.tunnel().establish();
    rig.loop.advance(Duration.ofMillis(50));
    rig.loop.readable();
    assertThat(rig.device.waiting).as("until the first is gone").isEqualTo(1000);
    first.fail("closed");
    rig.loop.advance(Duration.ofMillis(11));
    sendAThousand();
    assertThat(rig.tunnel().sent).isEqualTo(2000);
    assertThat(by.sent).isEqualTo(1000);
    assertThat(first.sent).isZero();
    rig.device.written = 0;
    stillRead(by);
    assertThat(by.muted).isTrue();
    assertThat(first.closed).isTrue();
    rig.path().ready();
    sendAThousand();
    assertThat(rig.path().sent).isEqualTo(1000);
    assertThat(rig.path().muted).isFalse();
  }

  @Test
  void aSecondTunnelThatIsRefusedChangesNothing() {
    rig.onUdp();
    SessionRig.Tunnel first = rig.tunnel();
    first.event(new TunnelEvent.RekeyDue());
    rig.loop.advance(Duration.ofMillis(30));
    rig.tunnel().fail("no more");
    goesOnByTheFirst();
  }

  @Test
  void aSecondTunnelThatHangsIsNotWaitedForLong() {
    rig.onUdp();
    SessionRig.Tunnel first = rig.tunnel();
    first.event(new TunnelEvent.RekeyDue());
    rig.loop.settle();
    rig.loop.advance(Duration.ofMillis(900));
    rig.packets(1);
    assertThat(rig.device.waiting).isEqualTo(1);
    rig.loop.advance(Duration.ofMillis(200));
    goesOnByTheFirst();
    rig.loop.advance(Duration.ofSeconds(30));
    assertThat(rig.tunnel().closed).isTrue();
    assertThat(first.closed).isFalse();
    goesOnByTheFirst();
  }

  /** ocserv does, when it sees the second before it answers it. */
  @Test
  void aFirstTunnelThatEndsMeanwhileLosesNothing() {
    rig.onTls();
    rig.path().event(new DatagramEvent.Failed("blocked", DatagramEvent.Retry.NEVER));
    SessionRig.Tunnel first = rig.tunnel();
    first.event(new TunnelEvent.RekeyDue());
    rig.loop.advance(Duration.ofMillis(30));
    first.fail("closed");
    rig.packets(1000);
    rig.loop.advance(Duration.ofSeconds(5));
    rig.loop.readable();
    assertThat(first.sent).isZero();
    rig.tunnel().establish();
    rig.loop.advance(Duration.ofMillis(11));
    sendAThousand();
    assertThat(rig.tunnel().sent).isEqualTo(2000);
  }

  private void goesOnByTheFirst() {
    SessionRig.Path by = rig.path();
    int before = by.sent;
    rig.device.waiting = 0;
    sendAThousand();
    assertThat(by.sent - before).isEqualTo(1000);
    assertThat(by.muted).isFalse();
    assertThat(rig.log).noneMatch(l -> l.startsWith("reconnecting"));
  }

  /** What a retired association says does no harm, what it brings is taken, and it ends. */
  private void stillRead(SessionRig.Path retired) {
    int before = rig.device.written;
    int lines = rig.log.size();
    retired.receive(10);
    retired.event(new DatagramEvent.PeerSilent("nothing"));
    assertThat(rig.device.written - before).isEqualTo(10);
    assertThat(rig.log).hasSize(lines);
    assertThat(retired.closed).isFalse();
    rig.loop.advance(Duration.ofSeconds(3));
    assertThat(retired.closed).isTrue();
  }

  /** The first goes on meanwhile, for a minute each time. */
  @Test
  void aSecondAssociationThatFailsIsTriedAgainAMinuteLater() {
    rig.onUdp();
    SessionRig.Path first = rig.path();
    first.event(new DatagramEvent.RekeyDue());
    rig.loop.settle();
    for (int tries = 1; tries <= 2; tries++) {
      SessionRig.Path failing = rig.path();
      failing.event(new DatagramEvent.Failed("no answer", DatagramEvent.Retry.LATER));
      rig.loop.settle();
      assertThat(failing.closed).isTrue();
      assertThat(failing).isNotSameAs(first);
      int sent = first.sent;
      sendAThousand();
      assertThat(first.sent - sent).isEqualTo(1000);
      rig.loop.advance(Duration.ofSeconds(59));
      assertThat(rig.paths).hasSize(1 + tries);
      rig.loop.advance(Duration.ofSeconds(2));
      assertThat(rig.paths).hasSize(2 + tries);
    }
    rig.path().ready();
    rig.loop.settle();
    sendAThousand();
    assertThat(rig.path().sent).isEqualTo(1000);
    assertThat(sentByTls()).isZero();
  }

  @Test
  void theEndDoesNotWait() {
    rig.onUdp();
    SessionRig.Path first = rig.path();
    first.event(new DatagramEvent.RekeyDue());
    rig.loop.settle();
    rig.path().ready();
    rig.session.stop(Farewell.LOG_OFF);
    rig.loop.settle();
    assertThat(first.closed).isTrue();
    assertThat(rig.loop.runningTimers()).isZero();
  }
}
