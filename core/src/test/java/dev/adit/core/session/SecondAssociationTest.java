package dev.adit.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.api.datagram.CustomOffer;
import dev.adit.api.datagram.DatagramEngine;
import dev.adit.api.datagram.DatagramEvent;
import dev.adit.api.datagram.DatagramOutput;
import dev.adit.api.datagram.DropCounts;
import dev.adit.api.packet.PacketBatch;
import dev.adit.core.ipsec.UserspaceIpsec;
import dev.adit.core.loop.EventLoop;
import dev.adit.core.transport.TransportTimings;
import dev.adit.core.transport.Trigger;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** New keys by a second socket, which cannot be had: its local port is the first one's. */
class SecondAssociationTest {
  @Test
  void thatCannotBeMadeLeavesTheFirstAlone() throws Exception {
    int local;
    try (DatagramSocket free = new DatagramSocket()) {
      local = free.getLocalPort();
    }
    CarrierOwner owner = new CarrierOwner();
    SecureRandom random = new SecureRandom();
    try (DatagramSocket peer = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        EventLoop loop = EventLoop.start("second")) {
      UdpCarrier carrier =
          new UdpCarrier(
              loop,
              TransportTimings.DEFAULT,
              new UdpOpener(
                  loop, new LoopBuffers(16), TransportTimings.DEFAULT, OptionalInt.of(local)),
              new UserspaceIpsec(random),
              random,
              new PathMtu(loop, false, config -> {}),
              owner);
      CustomOffer offer = new CustomOffer("ready", peer.getLocalPort(), ReadyEngine::new);
      boolean replaced =
          loop.call(
              () -> {
                carrier.gateway(InetAddress.getLoopbackAddress());
                carrier.offers(List.of(offer), "");
                carrier.begin();
                return carrier.replace();
              });
      assertThat(replaced).isTrue();
      assertThat(owner.triggers).containsExactly(Trigger.PROBE_ANSWERED);
      assertThat(loop.call(carrier::whyNot)).isEmpty();
      loop.call(
          () -> {
            carrier.end();
            return true;
          });
    }
  }

  /** Is ready at once, and does nothing. */
  private static final class ReadyEngine implements DatagramEngine {
    @Override
    public int headroom() {
      return 0;
    }

    @Override
    public int tailroom() {
      return 0;
    }

    @Override
    public int maxPacket(int udpPayloadBytes) {
      return udpPayloadBytes;
    }

    @Override
    public void start(long nowNanos, DatagramOutput out) {
      out.event(new DatagramEvent.Ready("ready"));
    }

    @Override
    public void open(
        PacketBatch datagrams, long nowNanos, PacketBatch packets, DatagramOutput out) {}

    @Override
    public void seal(PacketBatch packets, long nowNanos, DatagramOutput out) {}

    @Override
    public void probe(int packetBytes, long nowNanos, DatagramOutput out) {}

    @Override
    public long nanosUntilDeadline(long nowNanos) {
      return Long.MAX_VALUE;
    }

    @Override
    public void onDeadline(long nowNanos, DatagramOutput out) {}

    @Override
    public long lost() {
      return 0;
    }

    @Override
    public DropCounts drops() {
      return new DropCounts(0, 0, 0, 0, 0);
    }

    @Override
    public void close() {}
  }
}
