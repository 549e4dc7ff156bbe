package dev.adit.core.offload;

import dev.adit.api.packet.PacketBatch;

/**
 * Leaves out TCP acknowledgements that the next packet of the same batch makes superfluous. A
 * receiver of bulk data sends one for each two segments; met in a group, the last says it all, and
 * each of the others would cost a system call and a way through the host's TCP. The host's own TCP
 * does the same with what waits for a busy socket.
 *
 * <p>Left out is only a packet without data whose flag is ACK alone, followed directly by another
 * of the same flow that acknowledges more and differs in nothing else but window and
 * identification: the same addresses, ports, sequence number and options, timestamps among them. So
 * duplicates, which tell of loss, selective acknowledgements, and marks of congestion stay. The one
 * that stays must be authentic, since the host would drop it otherwise.
 *
 * <p>RFC 3449 §5.2.1 describes the like for links that are slow one way.
 */
public final class AckFilter {
  private static final int TIMESTAMPS = 0x0101080a;
  private static final int WINDOW = 14;

  private AckFilter() {}

  /**
   * Drops what is superfluous from a batch.
   *
   * @return packets dropped
   */
  public static int apply(PacketBatch packets) {
    byte[] bytes = packets.array();
    int dropped = 0;
    int before = -1;
    for (int i = 0; i < packets.count(); i++) {
      int length = packets.length(i);
      if (length == 0) {
        continue;
      }
      int at = packets.offset(i);
      int network = acknowledgement(bytes, at, length);
      if (network == 0) {
        before = -1;
        continue;
      }
      if (before >= 0
          && packets.length(before) == length
          && isMore(bytes, packets.offset(before), at, network, length)) {
        packets.drop(before);
        dropped++;
      }
      before = i;
    }
    return dropped;
  }

  /** Bytes of the IP header if it is nothing but an acknowledgement, otherwise 0. */
  private static int acknowledgement(byte[] bytes, int at, int length) {
    int network = Ip.beforeTcp(bytes, at, length);
    if (network == 0) {
      return 0;
    }
    int tcp = at + network;
    int options = length - network - Ip.TCP_BYTES;
    return bytes[tcp + Ip.TCP_FLAGS] == Ip.ACK
            && Ip.tcpHeaderBytes(bytes, tcp) == length - network
            && (options == 0 || options == 12 && Ip.get32(bytes, tcp + Ip.TCP_BYTES) == TIMESTAMPS)
        ? network
        : 0;
  }

  /** Whether the second says all that the first does, and more. */
  private static boolean isMore(byte[] bytes, int first, int second, int network, int length) {
    int tcp = network + Ip.TCP_ACKNOWLEDGED;
    return Ip.get32(bytes, second + tcp) - Ip.get32(bytes, first + tcp) > 0
        && sameNetwork(bytes, first, second, network)
        && same(bytes, first, second, network, tcp)
        && same(bytes, first, second, network + Ip.TCP_OFFSET, network + WINDOW)
        && same(bytes, first, second, network + Ip.TCP_CHECKSUM + 2, length)
        && (network == Ip.V6_BYTES || Checksum.isV4Right(bytes, second))
        && Checksum.isTcpRight(bytes, second, network, length);
  }

  private static boolean sameNetwork(byte[] bytes, int first, int second, int network) {
    return network == Ip.V6_BYTES
        ? same(bytes, first, second, 0, network)
        : same(bytes, first, second, 0, Ip.V4_ID)
            && same(bytes, first, second, Ip.V4_FRAGMENT, Ip.V4_CHECKSUM)
            && same(bytes, first, second, Ip.V4_ADDRESSES, network);
  }

  private static boolean same(byte[] bytes, int first, int second, int from, int end) {
    return Ip.same(bytes, first, bytes, second, from, end);
  }
}
