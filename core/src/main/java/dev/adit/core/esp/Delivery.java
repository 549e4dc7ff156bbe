package dev.adit.core.esp;

import dev.adit.api.datagram.EspOffer;
import dev.adit.api.datagram.EspOffer.Compression;
import dev.adit.api.packet.PacketBatch;
import org.jspecify.annotations.Nullable;

/** Where an authentic payload belongs, by its next header: RFC 4303 §2.6. */
final class Delivery {
  /** What a datagram was. */
  enum Arrival {
    /** Not let in, and counted; nobody vouches for it. */
    REFUSED,
    /** From the peer, whatever it was: packet, dummy, or something to count and drop. */
    AUTHENTIC,
    PROBE_ANSWER
  }

  private final ProbeBytes probe;
  private final @Nullable Compression compression;
  private final EspCounters counters;

  Delivery(EspOffer offer, ProbeBytes probe, EspCounters counters) {
    this.probe = probe;
    this.compression = offer.compression().orElse(null);
    this.counters = counters;
  }

  /** Files the payload last opened. */
  Arrival deliver(EspOpener opened, PacketBatch packets) {
    byte[] bytes = opened.payload();
    int length = opened.payloadLength();
    int nextHeader = opened.nextHeader();
    Compression shortened = compression;
    if (nextHeader == Wire.NEXT_NONE) {
      return Arrival.AUTHENTIC;
    }
    if (probe.isAnswer(bytes, length)) {
      return Arrival.PROBE_ANSWER;
    }
    if (nextHeader == Wire.NEXT_IPV4 || nextHeader == Wire.NEXT_IPV6) {
      int own = InnerPacket.length(bytes, 0, length);
      if (own < 0 || InnerPacket.nextHeader(bytes, 0) != nextHeader) {
        counters.malformed++;
      } else if (!packets.append(bytes, 0, own)) {
        counters.oversized++;
      }
    } else if (shortened != null && nextHeader == shortened.nextHeader()) {
      decompress(shortened, bytes, length, packets);
    } else {
      counters.unknownType++;
    }
    return Arrival.AUTHENTIC;
  }

  /** Decompresses to where the packet is to stand. */
  private void decompress(Compression shortened, byte[] bytes, int length, PacketBatch packets) {
    if (packets.isFull()) {
      counters.oversized++;
      return;
    }
    byte[] to = packets.array();
    int start = packets.nextOffset();
    int most = Math.min(shortened.maxPacketBytes(), packets.maxLength());
    int written;
    try {
      written = shortened.decompressor().decompress(bytes, 0, length, to, start, most);
    } catch (RuntimeException e) {
      // Somebody else's code on the peer's bytes: what it trips over is one damaged packet.
      written = -1;
    }
    int own = written <= 0 || written > most ? -1 : InnerPacket.length(to, start, written);
    if (own < 0) {
      counters.malformed++;
    } else {
      packets.commit(own);
    }
  }
}
