package dev.adit.core.offload;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Joins packets that follow one another in one TCP flow into one packet for one write to a TUN,
 * which the kernel takes as if it had been received by hardware that does this.
 *
 * <p>Joined are only packets that a sender's kernel can have cut from one, and from which it would
 * cut the same again: all of IP and TCP headers equal but for lengths, checksums, the IPv4
 * identification and a sequence number that goes on where the last one ended; flags ACK alone, with
 * PSH allowed on the last; each as long as the first, the last perhaps shorter. So packets of two
 * flows, with other options, another acknowledgement or another window stay apart, and the order of
 * all packets stays as it is. The kernel will not check a joined packet's checksum, therefore it is
 * checked here, and a wrong one is never joined.
 */
public final class Coalescer {
  private static final int MOST_PACKET = 65535;

  private final ByteBuffer to;
  private final byte[] header = new byte[Ip.V6_BYTES + 60];

  /** Bytes of the open packet without the virtio header; 0 if there is none. */
  private int length;

  private int packets;
  private int network;
  private int headerLength;
  private int segmentLength;
  private int nextSequence;
  private int nextId;

  /** Nothing can be joined to the open packet. */
  private boolean full;

  private boolean pushed;

  /** The open packet's checksum is known to be right. */
  private boolean checked;

  private byte[] firstBytes = header;
  private int firstAt;

  /**
   * Joins in this buffer.
   *
   * @param to with room for {@link VirtioHeader#BYTES} and a packet of 65535 bytes
   */
  public Coalescer(ByteBuffer to) {
    this.to = to.duplicate().order(ByteOrder.nativeOrder());
  }

  /**
   * Begins a packet, or joins one to it. The array must stay as it is until {@link #finish}.
   *
   * @return false if it does not belong to the open one: {@link #finish} and write that first
   */
  public boolean append(byte[] bytes, int at, int count) {
    if (length == 0) {
      begin(bytes, at, count);
      return true;
    }
    return !full && join(bytes, at, count);
  }

  /** Packets in the open one. */
  public int packets() {
    return packets;
  }

  /**
   * Writes the header and ends the open packet.
   *
   * @return bytes to be written from index 0, 0 if there is no open packet
   */
  public int finish() {
    if (length == 0) {
      return 0;
    }
    for (int i = 0; i < VirtioHeader.BYTES; i++) {
      to.put(i, (byte) 0);
    }
    if (packets > 1) {
      large();
    }
    int total = VirtioHeader.BYTES + length;
    length = 0;
    packets = 0;
    return total;
  }

  private void begin(byte[] bytes, int at, int count) {
    to.put(VirtioHeader.BYTES, bytes, at, count);
    length = count;
    packets = 1;
    checked = false;
    pushed = false;
    full = !isData(bytes, at, count);
    if (full) {
      return;
    }
    firstBytes = bytes;
    firstAt = at;
    System.arraycopy(bytes, at, header, 0, headerLength);
    segmentLength = count - headerLength;
    nextSequence = Ip.get32(header, network + Ip.TCP_SEQUENCE) + segmentLength;
    nextId = network == Ip.V4_BYTES ? Ip.get16(header, Ip.V4_ID) + 1 : 0;
  }

  /** Whether it is a TCP segment that others may follow; finds out where its headers end. */
  private boolean isData(byte[] bytes, int at, int count) {
    network = Ip.beforeTcp(bytes, at, count);
    if (network == 0 || network == Ip.V4_BYTES && !Checksum.isV4Right(bytes, at)) {
      return false;
    }
    int tcpBytes = Ip.tcpHeaderBytes(bytes, at + network);
    headerLength = network + tcpBytes;
    return tcpBytes >= Ip.TCP_BYTES
        && headerLength < count
        && bytes[at + network + Ip.TCP_FLAGS] == Ip.ACK;
  }

  private boolean join(byte[] bytes, int at, int count) {
    int payload = count - headerLength;
    if (payload <= 0
        || payload > segmentLength
        || length + payload > MOST_PACKET
        || !follows(bytes, at, count)
        || !Checksum.isTcpRight(bytes, at, network, count)) {
      return false;
    }
    if (!checked
        && !Checksum.isTcpRight(firstBytes, firstAt, network, headerLength + segmentLength)) {
      full = true;
      return false;
    }
    checked = true;
    to.put(VirtioHeader.BYTES + length, bytes, at + headerLength, payload);
    length += payload;
    packets++;
    nextSequence += payload;
    nextId++;
    pushed = (bytes[at + network + Ip.TCP_FLAGS] & Ip.PSH) != 0;
    full = pushed || payload < segmentLength;
    return true;
  }

  /** Whether all of its headers are what they must be to follow. */
  private boolean follows(byte[] bytes, int at, int count) {
    int tcp = at + network;
    return (network == Ip.V4_BYTES ? followsV4(bytes, at, count) : followsV6(bytes, at, count))
        && Ip.get32(bytes, tcp + Ip.TCP_SEQUENCE) == nextSequence
        && (bytes[tcp + Ip.TCP_FLAGS] & ~Ip.PSH) == Ip.ACK
        && same(bytes, at, network, network + Ip.TCP_SEQUENCE)
        && same(bytes, at, network + Ip.TCP_ACKNOWLEDGED, network + Ip.TCP_FLAGS)
        && same(bytes, at, network + Ip.TCP_FLAGS + 1, network + Ip.TCP_CHECKSUM)
        && same(bytes, at, network + Ip.TCP_CHECKSUM + 2, headerLength);
  }

  private boolean followsV4(byte[] bytes, int at, int count) {
    return Ip.get16(bytes, at + Ip.V4_TOTAL_LENGTH) == count
        && same(bytes, at, 0, Ip.V4_TOTAL_LENGTH)
        && same(bytes, at, Ip.V4_FRAGMENT, Ip.V4_CHECKSUM)
        && same(bytes, at, Ip.V4_ADDRESSES, Ip.V4_BYTES)
        && Checksum.isV4Right(bytes, at)
        && followsById(bytes, at);
  }

  /** RFC 6864 §4: of a packet that is never fragmented the identification says nothing. */
  private boolean followsById(byte[] bytes, int at) {
    return (Ip.get16(header, Ip.V4_FRAGMENT) & Ip.DONT_FRAGMENT) != 0
        || Ip.get16(bytes, at + Ip.V4_ID) == (nextId & 0xffff);
  }

  private boolean followsV6(byte[] bytes, int at, int count) {
    return Ip.get16(bytes, at + Ip.V6_PAYLOAD_LENGTH) == count - Ip.V6_BYTES
        && same(bytes, at, 0, Ip.V6_PAYLOAD_LENGTH)
        && same(bytes, at, Ip.V6_NEXT_HEADER, Ip.V6_BYTES);
  }

  private boolean same(byte[] bytes, int at, int from, int end) {
    return Ip.same(bytes, at, header, 0, from, end);
  }

  private void large() {
    boolean four = network == Ip.V4_BYTES;
    if (four) {
      Ip.put16(header, Ip.V4_TOTAL_LENGTH, length);
      Ip.finishV4(header, 0, Ip.V4_BYTES);
    } else {
      Ip.put16(header, Ip.V6_PAYLOAD_LENGTH, length - Ip.V6_BYTES);
    }
    if (pushed) {
      header[network + Ip.TCP_FLAGS] |= Ip.PSH;
    }
    Ip.put16(
        header,
        network + Ip.TCP_CHECKSUM,
        Checksum.tcpPseudoHeader(header, 0, network, length - network));
    to.put(VirtioHeader.BYTES, header, 0, headerLength);
    to.put(VirtioHeader.FLAGS, (byte) VirtioHeader.NEEDS_CSUM);
    to.put(VirtioHeader.GSO_TYPE, (byte) (four ? VirtioHeader.GSO_TCPV4 : VirtioHeader.GSO_TCPV6));
    to.putShort(VirtioHeader.HEADER_LENGTH, (short) headerLength);
    to.putShort(VirtioHeader.GSO_SIZE, (short) segmentLength);
    to.putShort(VirtioHeader.CSUM_START, (short) network);
    to.putShort(VirtioHeader.CSUM_OFFSET, (short) Ip.TCP_CHECKSUM);
  }
}
