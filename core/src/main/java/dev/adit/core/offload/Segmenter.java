package dev.adit.core.offload;

import dev.adit.api.packet.PacketBatch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Cuts what one read of a TUN gave into the packets that travel, and finishes their checksums.
 *
 * <p>All packets of one read have the same headers, but for lengths, checksums and
 *
 * <ul>
 *   <li>the IPv4 identification, which counts on;
 *   <li>TCP's sequence number, which counts bytes on; FIN and PSH, which stay with the last; CWR,
 *       which stays with the first.
 * </ul>
 *
 * <p>What does not fit into a batch waits here: {@link #isDone}. What makes no sense is dropped.
 */
public final class Segmenter {
  /** The longest IP and TCP headers, with room for extension headers of IPv6. */
  private static final int MOST_HEADER = 512;

  private final ByteBuffer from;
  private final byte[] header = new byte[MOST_HEADER];
  private int next;
  private int end;
  private int type;
  private int headerLength;
  private int segmentLength;
  private int transport;
  private int checksum;
  private boolean needsChecksum;
  private int pseudo;
  private int sequence;
  private int id;
  private boolean first;

  /**
   * Cuts from this buffer.
   *
   * @param from what is read, beginning at index 0: header and packet
   */
  public Segmenter(ByteBuffer from) {
    this.from = from.duplicate().order(ByteOrder.nativeOrder());
  }

  /** Whether nothing waits to be put into a batch. */
  public boolean isDone() {
    return next == end;
  }

  /** Whether the last {@link #begin} was of a packet to be cut. */
  public boolean wasLarge() {
    return type != VirtioHeader.GSO_NONE;
  }

  /**
   * Takes what was read; nothing may wait.
   *
   * @param length of header and packet together
   */
  public void begin(int length) {
    next = 0;
    end = 0;
    type = VirtioHeader.GSO_NONE;
    if (length <= VirtioHeader.BYTES) {
      return;
    }
    type = from.get(VirtioHeader.GSO_TYPE) & 0xff & ~VirtioHeader.GSO_ECN;
    needsChecksum = (from.get(VirtioHeader.FLAGS) & VirtioHeader.NEEDS_CSUM) != 0;
    transport = from.getShort(VirtioHeader.CSUM_START) & 0xffff;
    checksum = transport + (from.getShort(VirtioHeader.CSUM_OFFSET) & 0xffff);
    int packet = length - VirtioHeader.BYTES;
    if (needsChecksum && checksum + 2 > packet) {
      return;
    }
    if (type == VirtioHeader.GSO_NONE || beginLarge(packet)) {
      next = VirtioHeader.BYTES;
      end = length;
    }
  }

  /** Reads the headers that all segments share; false if they cannot be. */
  private boolean beginLarge(int packet) {
    segmentLength = from.getShort(VirtioHeader.GSO_SIZE) & 0xffff;
    int least = type == VirtioHeader.GSO_UDP_L4 ? Ip.UDP_BYTES : Ip.TCP_BYTES;
    if (!needsChecksum || segmentLength == 0 || transport + least > Math.min(packet, MOST_HEADER)) {
      return false;
    }
    from.get(VirtioHeader.BYTES, header, 0, Math.min(packet, MOST_HEADER));
    boolean four = header[0] >> 4 == 4;
    if (transport < (four ? Ip.V4_BYTES : Ip.V6_BYTES)) {
      return false;
    }
    switch (type) {
      case VirtioHeader.GSO_TCPV4, VirtioHeader.GSO_TCPV6 -> {
        int bytes = Ip.tcpHeaderBytes(header, transport);
        if (bytes < Ip.TCP_BYTES || checksum != transport + Ip.TCP_CHECKSUM) {
          return false;
        }
        headerLength = transport + bytes;
        sequence = Ip.get32(header, transport + Ip.TCP_SEQUENCE);
      }
      case VirtioHeader.GSO_UDP_L4 -> headerLength = transport + Ip.UDP_BYTES;
      default -> {
        return false;
      }
    }
    if (headerLength >= packet || headerLength > MOST_HEADER) {
      return false;
    }
    // As if the length, which differs from segment to segment, were not in it.
    pseudo = Checksum.less(Ip.get16(header, checksum), packet - transport);
    id = four ? Ip.get16(header, Ip.V4_ID) : 0;
    first = true;
    return true;
  }

  /** Appends packets as far as the batch has room. */
  public void fill(PacketBatch into) {
    while (next < end && !into.isFull()) {
      if (type == VirtioHeader.GSO_NONE) {
        whole(into);
      } else {
        segment(into);
      }
    }
  }

  private void whole(PacketBatch into) {
    int length = end - next;
    int at = into.nextOffset();
    if (length <= into.maxLength()) {
      from.get(next, into.array(), at, length);
      if (needsChecksum) {
        finish(into.array(), at, length);
      }
      into.commit(length);
    }
    next = end;
  }

  private void segment(PacketBatch into) {
    if (first) {
      next += headerLength;
    }
    int payload = Math.min(segmentLength, end - next);
    int length = headerLength + payload;
    if (length > into.maxLength()) {
      next = end;
      return;
    }
    byte[] bytes = into.array();
    int at = into.nextOffset();
    System.arraycopy(header, 0, bytes, at, headerLength);
    from.get(next, bytes, at + headerLength, payload);
    next += payload;
    network(bytes, at, length);
    if (type == VirtioHeader.GSO_UDP_L4) {
      Ip.put16(bytes, at + transport + Ip.UDP_LENGTH, length - transport);
    } else {
      tcp(bytes, at + transport, payload);
    }
    Ip.put16(bytes, at + checksum, Checksum.fold((long) pseudo + length - transport));
    finish(bytes, at, length);
    into.commit(length);
    first = false;
  }

  private void network(byte[] bytes, int at, int length) {
    if (bytes[at] >> 4 == 4) {
      Ip.put16(bytes, at + Ip.V4_TOTAL_LENGTH, length);
      Ip.put16(bytes, at + Ip.V4_ID, id++);
      Ip.finishV4(bytes, at, (bytes[at] & 0xf) << 2);
    } else {
      Ip.put16(bytes, at + Ip.V6_PAYLOAD_LENGTH, length - Ip.V6_BYTES);
    }
  }

  private void tcp(byte[] bytes, int tcp, int payload) {
    Ip.put32(bytes, tcp + Ip.TCP_SEQUENCE, sequence);
    sequence += payload;
    int cleared = (next < end ? Ip.FIN | Ip.PSH : 0) | (first ? 0 : Ip.CWR);
    bytes[tcp + Ip.TCP_FLAGS] &= (byte) ~cleared;
  }

  /** Sums over what follows the pseudo-header, whose sum stands in the field. */
  private void finish(byte[] bytes, int at, int length) {
    int value = Checksum.complement(Checksum.sum(bytes, at + transport, length - transport, 0));
    // In UDP 0 means that there is none: RFC 768. In TCP the two are the same number.
    Ip.put16(bytes, at + checksum, value == 0 ? 0xffff : value);
  }
}
