package dev.adit.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.api.datagram.CustomOffer;
import dev.adit.api.datagram.EspOffer;
import dev.adit.api.packet.PacketBatch;
import dev.adit.core.ipsec.UserspaceIpsec;
import dev.adit.core.loop.EventLoop;
import dev.adit.core.transport.TransportTimings;
import dev.adit.core.transport.Trigger;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** ESP offers through real sockets on the loopback. */
class UdpCarrierEspTest {
  private final EspPeer peer = new EspPeer();
  private final EventLoop loop = EventLoop.start("esp-test");
  private final CarrierOwner owner = new CarrierOwner();
  private final EspOffer offer = peer.offer(1, 2);
  private final UdpCarrier carrier;

  UdpCarrierEspTest() throws Exception {
    SecureRandom random = new SecureRandom();
    carrier =
        new UdpCarrier(
            loop,
            TransportTimings.DEFAULT,
            new UdpOpener(loop, new LoopBuffers(16), TransportTimings.DEFAULT, OptionalInt.empty()),
            new UserspaceIpsec(random),
            random,
            new PathMtu(loop, false, config -> {}),
            owner);
    run(() -> carrier.gateway(InetAddress.getLoopbackAddress()));
    run(() -> carrier.offers(List.of(offer), ""));
  }

  @AfterEach
  void closeAll() {
    run(carrier::end);
    loop.close();
    peer.close();
  }

  @Test
  void carriesPacketsBothWays() throws Exception {
    up();
    exchange(1);
    assertThat(loop.call(carrier::whyNot)).isEmpty();
  }

  @Test
  void takesNewKeysOverOnTheSameSocket() throws Exception {
    up();
    exchange(1);
    EspOffer fresh = peer.offer(11, 12);
    peer.rekey(12, 11);
    assertThat(ask(() -> carrier.rekey(List.of(fresh)))).isTrue();
    exchange(2);
    assertThat(offer.outbound().encryptionKey().isClosed()).isTrue();
    assertThat(offer.inbound().encryptionKey().isClosed()).isFalse();
    assertThat(peer.ports).containsOnly(peer.ports.get(0));
    assertThat(owner.triggers).doesNotContain(Trigger.UDP_LOST, Trigger.UDP_SILENT);
  }

  @Test
  void aNewSocketGoesOnWithTheNumbers() throws Exception {
    up();
    exchange(1);
    run(carrier::close);
    owner.triggers.clear();
    up();
    exchange(2);
    assertThat(peer.ports.stream().distinct()).hasSize(2);
  }

  @Test
  void offersOfAnotherKindAreNoRekey() throws Exception {
    up();
    CustomOffer custom =
        new CustomOffer(
            "other",
            1,
            () -> {
              throw new AssertionError("not to be opened");
            });
    assertThat(ask(() -> carrier.rekey(List.of(custom)))).isFalse();
    assertThat(ask(() -> carrier.rekey(List.of()))).isFalse();
    exchange(1);
    run(() -> carrier.offers(List.of(), "withdrawn"));
    assertThat(offer.outbound().encryptionKey().isClosed()).isTrue();
    assertThat(loop.call(carrier::whyNot)).isEqualTo("withdrawn");
  }

  @Test
  void theEndWipesKeys() throws Exception {
    up();
    run(carrier::close);
    assertThat(offer.outbound().encryptionKey().isClosed()).isFalse();
    run(carrier::end);
    assertThat(offer.outbound().encryptionKey().isClosed()).isTrue();
    assertThat(offer.inbound().integrityKey().isClosed()).isTrue();
  }

  @Test
  void newKeysCannotBeMadeHere() throws Exception {
    up();
    assertThat(ask(carrier::replace)).isFalse();
  }

  @Test
  void lossesAreToldOnce() throws Exception {
    up();
    exchange(1);
    peer.losePackets(3);
    exchange(2);
    peer.repeatLast(2);
    exchange(3);
    loop.call(
        () -> {
          assertThat(owner.lost).isEqualTo(3);
          assertThat(owner.refused).isEqualTo(2);
          return true;
        });
  }

  private void up() throws InterruptedException {
    run(carrier::begin);
    assertThat(owner.triggers.poll(10, TimeUnit.SECONDS)).isEqualTo(Trigger.PROBE_ANSWERED);
  }

  private void exchange(int id) throws Exception {
    byte[] packet = new byte[100];
    packet[0] = 0x45;
    packet[3] = 100;
    packet[99] = (byte) id;
    int before = peer.received.size();
    run(
        () -> {
          PacketBatch out = new PacketBatch(1, 2048, LoopBuffers.HEADROOM);
          out.append(packet, 0, packet.length);
          carrier.send(out);
        });
    long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (peer.received.size() == before && System.nanoTime() < limit) {
      Thread.onSpinWait();
    }
    assertThat(peer.received.get(before)).isEqualTo(packet);
    peer.sendPacket(packet);
    assertThat(owner.packets.poll(10, TimeUnit.SECONDS)).isEqualTo(packet);
  }

  private boolean ask(BooleanSupplier question) {
    Supplier<Boolean> boxed = question::getAsBoolean;
    return loop.call(boxed);
  }

  private void run(Runnable work) {
    loop.call(
        () -> {
          work.run();
          return true;
        });
  }
}
