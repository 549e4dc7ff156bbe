package dev.adit.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.api.datagram.DatagramEvent;
import dev.adit.api.datagram.DatagramEvent.Retry;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.tunnel.TunnelEngine.Farewell;
import dev.adit.api.tunnel.TunnelEvent;
import dev.adit.core.transport.State;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A whole session in a test's own time. */
class VpnSessionTest {
  private final SessionRig rig = new SessionRig();

  /** Whatever happened: a session that is over has let go of everything. */
  @AfterEach
  void leavesNothingBehind() {
    rig.session.stop(Farewell.LOG_OFF);
    rig.loop.settle();
    assertThat(rig.loop.runningTimers()).as("timers").isZero();
    assertThat(rig.loop.watched()).as("watched descriptors").isZero();
    assertThat(rig.tunnels).allMatch(t -> t.closed);
    assertThat(rig.paths).allMatch(p -> p.closed);
    assertThat(rig.log.stream().filter(l -> l.startsWith("disconnected"))).hasSize(1);
  }

  @Test
  void connectsAndMovesToUdp() {
    rig.onUdp();
    assertThat(rig.log)
        .containsExactly(
            "connecting",
            "dial",
            "tls0 start",
            "host 10.9.0.2/32",
            "connected",
            "carrier TLS",
            "udp0 start",
            "tls0 use DATAGRAM",
            "carrier UDP");
    rig.packets(3);
    assertThat(rig.path().sent).isEqualTo(3);
    assertThat(rig.tunnel().sent).isZero();
    assertThat(rig.session.status().state()).isEqualTo(State.ON_UDP);
  }

  @Test
  void readsNoPacketsWhileThereIsNowhereToSendTo() {
    rig.session.start();
    rig.loop.settle();
    assertThat(rig.loop.isListening()).isFalse();
    rig.tunnel().establish();
    assertThat(rig.loop.isListening()).isTrue();
    rig.tunnel().congested = true;
    rig.packets(1);
    assertThat(rig.loop.isListening()).isFalse();
    rig.tunnel().fail("cut");
    assertThat(rig.loop.isListening()).isFalse();
  }

  @Test
  void readsNoPacketsWhileTheUdpSocketIsFull() {
    rig.onUdp();
    rig.path().congested = true;
    rig.packets(1);
    assertThat(rig.loop.isListening()).isFalse();
    rig.path().drained();
    assertThat(rig.loop.isListening()).isTrue();
  }

  /** Nothing would tell of them: they are here already, and not in the kernel's queue. */
  @Test
  void packetsThatWereReadTogetherAreSentWithoutWaitingForMore() {
    rig.onUdp();
    rig.device.together = 100;
    rig.packets(100);
    assertThat(rig.path().sent).isEqualTo(100);

    rig.path().congested = true;
    rig.packets(100);
    assertThat(rig.path().sent).isLessThan(200);
    rig.path().drained();
    rig.loop.settle();
    assertThat(rig.path().sent).isEqualTo(200);
  }

  @Test
  void aSilentPathIsAskedAndComesBackWithoutAHandshake() {
    rig.onUdp();
    rig.path().event(new DatagramEvent.PeerSilent("no answer"));
    rig.packets(1);
    assertThat(rig.tunnel().sent).isEqualTo(1);
    rig.loop.advance(Duration.ofSeconds(2));
    assertThat(rig.path().probes).isBetween(3, 6);
    rig.path().event(new DatagramEvent.ProbeAnswered(0));
    rig.packets(1);
    assertThat(rig.path().sent).isEqualTo(1);
    assertThat(rig.paths).hasSize(1);
  }

  @Test
  void aPathThatStaysSilentIsMadeAnew() {
    rig.onUdp();
    rig.path().event(new DatagramEvent.PeerSilent("no answer"));
    rig.loop.advance(Duration.ofSeconds(12));
    assertThat(rig.paths).hasSize(2);
    assertThat(rig.paths.get(0).closed).isTrue();
  }

  @Test
  void attemptsAtUdpGrowRare() {
    rig.onTls();
    for (int minute = 0; minute < 60; minute++) {
      for (int i = 0; i < 60; i++) {
        rig.path().event(new DatagramEvent.Failed("no answer", Retry.LATER));
        rig.loop.advance(Duration.ofSeconds(1));
      }
    }
    assertThat(rig.paths).hasSizeBetween(50, 75);
    assertThat(rig.events).filteredOn(SessionEvent.NoUdp.class::isInstance).hasSize(1);
  }

  /** Its answers to probes are of no use then: packets stay where it takes and sends them. */
  @Test
  void aServerThatNeverConfirmsUdpIsLeftOnTls() {
    rig.onTls();
    rig.tunnel().confirms = false;
    rig.path().ready();
    rig.packets(2);
    rig.loop.advance(Duration.ofSeconds(12));
    assertThat(rig.session.status().state()).isIn(State.ON_TLS, State.PROBING_UDP);
    assertThat(rig.session.status().whyNotBetter()).contains("did not confirm");
    assertThat(rig.paths.get(0).closed).isTrue();
    int sent = rig.tunnel().sent;
    rig.packets(3);
    assertThat(rig.tunnel().sent).isEqualTo(sent + 3);
    // It may be better later, and is tried again.
    rig.tunnel().confirms = true;
    rig.loop.advance(Duration.ofSeconds(60));
    assertThat(rig.paths).hasSizeGreaterThan(1);
    rig.path().ready();
    rig.loop.settle();
    assertThat(rig.session.status().state()).isEqualTo(State.ON_UDP);
  }

  @Test
  void aPathThatCanNeverWorkIsNotTriedAgain() {
    rig.onTls();
    rig.path().event(new DatagramEvent.Failed("refused for good", Retry.NEVER));
    rig.loop.advance(Duration.ofHours(1));
    assertThat(rig.paths).hasSize(1);
    assertThat(rig.session.status().whyNotBetter()).isEqualTo("refused for good");
    assertThat(rig.events).contains(new SessionEvent.NoUdp("refused for good"));
  }

  @Test
  void aRekeyMovesToASecondConnectionAndReadsTheFirstForAWhile() {
    rig.onUdp();
    rig.tunnel().event(new TunnelEvent.RekeyDue());
    rig.tunnel().event(new TunnelEvent.RekeyDue());
    rig.loop.settle();
    assertThat(rig.tunnels).hasSize(2);
    rig.packets(1);
    rig.tunnel().establish();
    SessionRig.Tunnel old = rig.tunnels.get(0);
    old.receive(2);
    assertThat(rig.device.written).isEqualTo(2);
    assertThat(old.closed).isFalse();
    rig.loop.advance(Duration.ofMillis(101));
    rig.packets(4);
    assertThat(rig.tunnel().sent).as("with the one that waited").isEqualTo(5);
    rig.loop.advance(Duration.ofSeconds(3));
    assertThat(old.closed).isTrue();
    assertThat(rig.session.status().stats().rekeys()).isEqualTo(1);
  }

  @Test
  void theOldConnectionMayEndBeforeTheNewOneIsUp() {
    rig.onTls();
    rig.tunnel().event(new TunnelEvent.RekeyDue());
    rig.loop.settle();
    rig.tunnels.get(0).event(ended());
    rig.tunnel().establish();
    assertThat(rig.session.status().state().carriesPackets()).isTrue();
    assertThat(rig.log).doesNotContain("reconnecting 1");
  }

  @Test
  void aFailedRekeyLeavesTheConnectionInUse() {
    rig.onTls();
    rig.tunnel().event(new TunnelEvent.RekeyDue());
    rig.loop.settle();
    rig.tunnel().fail("no");
    rig.packets(1);
    assertThat(rig.tunnels.get(0).sent).isEqualTo(1);
    assertThat(rig.tunnel().closed).isTrue();
  }

  @Test
  void aServerThatNeverOpensTheTunnelIsNotWaitedForInVain() {
    rig.session.start();
    rig.loop.settle();
    rig.loop.advance(Duration.ofSeconds(31));
    assertThat(rig.log).contains("disconnected the server does not open the tunnel within 30 s");
  }

  @Test
  void aServerThatNeverOpensTheTunnelAgainIsTriedAnew() {
    rig.onTls();
    rig.tunnel().fail("cut");
    rig.loop.settle();
    assertThat(rig.log).contains("tls1 start");
    rig.loop.advance(Duration.ofSeconds(35));
    assertThat(rig.log).contains("tls1 close", "reconnecting 2", "tls2 start");
    rig.tunnel().establish();
    rig.packets(1);
    assertThat(rig.tunnel().sent).isEqualTo(1);
  }

  @Test
  void reconnectsAtOnceThenEverMoreRarelyThenGivesUp() {
    rig.onTls();
    for (int i = 0; i < 100; i++) {
      rig.dials.add(Optional.of(new VpnException(Kind.UNREACHABLE, "no route")));
    }
    rig.tunnel().fail("cut");
    rig.loop.settle();
    assertThat(rig.log).contains("reconnecting 1", "reconnecting 2");
    rig.loop.advance(Duration.ofMinutes(6));
    assertThat(rig.log.stream().filter(l -> l.startsWith("reconnecting"))).hasSizeBetween(12, 20);
    assertThat(rig.log.get(rig.log.size() - 1)).startsWith("disconnected no connection for 300 s");
  }

  @Test
  void findsItsWayBackWithTheSameDevice() {
    rig.onUdp();
    rig.tunnel().fail("cut");
    rig.loop.settle();
    assertThat(rig.log).contains("udp0 close", "host before reconnect", "tls1 start");
    rig.tunnel().establish();
    rig.packets(1);
    assertThat(rig.tunnel().sent).isEqualTo(1);
    assertThat(rig.log).doesNotContain("device close");
  }

  @Test
  void anotherAddressIsTold() {
    rig.onTls();
    rig.tunnel().fail("cut");
    rig.loop.settle();
    rig.tunnel().establish(SessionRig.config("10.9.0.77"));
    assertThat(rig.log).contains("host 10.9.0.77/32", "reconfigured");
  }

  @Test
  void aRefusedSessionIsNotTriedAgain() {
    rig.onTls();
    rig.dials.add(Optional.of(new VpnException(Kind.SESSION_REFUSED, "the cookie expired")));
    rig.tunnel().fail("cut");
    rig.loop.advance(Duration.ofMinutes(1));
    assertThat(rig.log).contains("disconnected the cookie expired");
    assertThat(rig.tunnels).hasSize(1);
  }

  @Test
  void stoppingCancelsWhatIsUnderWay() {
    rig.dialsHang = true;
    rig.session.start();
    rig.loop.settle();
    rig.session.stop(Farewell.DETACH);
    rig.loop.settle();
    assertThat(rig.log)
        .containsExactly("connecting", "dial", "host close", "disconnected detached");
  }

  private static TunnelEvent ended() {
    return new TunnelEvent.Ended(new VpnException(Kind.OTHER, "bye"));
  }
}
