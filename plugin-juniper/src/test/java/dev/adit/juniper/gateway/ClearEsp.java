package dev.adit.juniper.gateway;

import dev.adit.api.datagram.DatagramEngine;
import dev.adit.api.datagram.DatagramEvent;
import dev.adit.api.datagram.DatagramOutput;
import dev.adit.api.datagram.DropCounts;
import dev.adit.api.datagram.EspOffer;
import dev.adit.api.gateway.GatewayEsp;
import dev.adit.api.packet.PacketBatch;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;

/**
 * ESP without cryptography: an SPI, and the payload as it is. Opens what has an SPI it was given.
 */
final class ClearEsp implements GatewayEsp {
  private int open;

  /** Associations that were not closed. */
  int open() {
    return open;
  }

  static byte[] datagram(int spi, byte[] payload) {
    return ByteBuffer.allocate(4 + payload.length).putInt(spi).put(payload).array();
  }

  @Override
  public Association associate(EspOffer offer) {
    open++;
    return new Clear(offer);
  }

  private final class Clear implements Association, DatagramEngine {
    private final Set<Integer> inbound = new HashSet<>();
    private EspOffer offer;

    private Clear(EspOffer offer) {
      this.offer = offer;
      inbound.add(offer.inbound().spi());
    }

    @Override
    public DatagramEngine engine() {
      return this;
    }

    @Override
    public void replace(EspOffer fresh, long nowNanos) {
      offer = fresh;
      inbound.add(fresh.inbound().spi());
    }

    @Override
    public void open(
        PacketBatch datagrams, long nowNanos, PacketBatch packets, DatagramOutput out) {
      for (int i = 0; i < datagrams.count(); i++) {
        int at = datagrams.offset(i);
        int length = datagrams.length(i) - 4;
        if (!inbound.contains(ByteBuffer.wrap(datagrams.array()).getInt(at)) || length == 0) {
          continue;
        }
        if (length == 1) {
          out.event(new DatagramEvent.ProbeAnswered(0));
        } else {
          packets.append(datagrams.array(), at + 4, length);
        }
      }
    }

    @Override
    public void seal(PacketBatch packets, long nowNanos, DatagramOutput out) {
      for (int i = 0; i < packets.count(); i++) {
        int at = packets.offset(i) - 4;
        ByteBuffer.wrap(packets.array()).putInt(at, offer.outbound().spi());
        packets.reframe(i, at, packets.length(i) + 4);
      }
    }

    @Override
    public void probe(int packetBytes, long nowNanos, DatagramOutput out) {
      byte[] probe = datagram(offer.outbound().spi(), new byte[1]);
      out.send(probe, 0, probe.length);
    }

    @Override
    public int headroom() {
      return 4;
    }

    @Override
    public int tailroom() {
      return 0;
    }

    @Override
    public int maxPacket(int udpPayloadBytes) {
      return udpPayloadBytes - 4;
    }

    @Override
    public void start(long nowNanos, DatagramOutput out) {
      throw new AssertionError("a gateway starts nothing");
    }

    @Override
    public long nanosUntilDeadline(long nowNanos) {
      return Long.MAX_VALUE;
    }

    @Override
    public void onDeadline(long nowNanos, DatagramOutput out) {
      throw new AssertionError("there is none");
    }

    @Override
    public long lost() {
      return 0;
    }

    @Override
    public DropCounts drops() {
      return new DropCounts(0, 0, 0, 0, 0);
    }

    @Override
    public void close() {
      open--;
    }
  }
}
