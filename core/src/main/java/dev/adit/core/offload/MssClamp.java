package dev.adit.core.offload;

import dev.adit.api.packet.PacketBatch;

/**
 * Lowers the MSS that TCP's SYNs announce to what a packet of a given MTU holds: the MTU less the
 * fixed headers, 40 bytes with IPv4 and 60 with IPv6 (RFC 6691 §2). Hosts on both sides then send
 * no more, even if the ICMP that would tell them of a narrow tunnel is lost on its way.
 *
 * <p>An MSS is never raised. A SYN without one stays as it is: it means 536 or 1220 bytes (RFC 9293
 * §3.7.1), which every tunnel holds. The checksum is brought up to date from the two values alone
 * (RFC 1624 §3), so that one that was wrong stays wrong.
 */
public final class MssClamp {
  private static final int NONE = -1;

  /** Of the field with flags: RFC 791. */
  private static final int FRAGMENT_OFFSET = 0x1fff;

  // Headers between IPv6 and TCP: RFC 8200 §4, the numbers of its next-header field.
  private static final int HOP_BY_HOP = 0;
  private static final int ROUTING = 43;
  private static final int FRAGMENT = 44;
  private static final int DESTINATION = 60;
  private static final int EXTENSION_UNIT = 8;

  // RFC 9293 §3.2.
  private static final int END_OF_OPTIONS = 0;
  private static final int NO_OPERATION = 1;
  private static final int MSS = 2;
  private static final int MSS_BYTES = 4;

  private MssClamp() {}

  /**
   * Looks at packets that are complete, their checksums finished.
   *
   * @param first index of the first; those before it are left alone
   * @param mtu of the TUN
   */
  public static void clamp(PacketBatch packets, int first, int mtu) {
    byte[] bytes = packets.array();
    for (int i = first; i < packets.count(); i++) {
      int at = packets.offset(i);
      int end = at + packets.length(i);
      int tcp =
          end - at < Ip.V4_BYTES ? NONE : bytes[at] >> 4 == 4 ? v4(bytes, at) : v6(bytes, at, end);
      if (tcp != NONE && tcp + Ip.TCP_BYTES <= end && (bytes[tcp + Ip.TCP_FLAGS] & Ip.SYN) != 0) {
        int network = bytes[at] >> 4 == 4 ? Ip.V4_BYTES : Ip.V6_BYTES;
        int options = Math.min(end, tcp + Ip.tcpHeaderBytes(bytes, tcp));
        lower(bytes, tcp, options, mtu - network - Ip.TCP_BYTES);
      }
    }
  }

  /** Where TCP begins; none in another protocol, nor in a fragment that is not the first. */
  private static int v4(byte[] bytes, int at) {
    int headerBytes = (bytes[at] & 0xf) << 2;
    return bytes[at + Ip.V4_PROTOCOL] == Ip.TCP
            && headerBytes >= Ip.V4_BYTES
            && (Ip.get16(bytes, at + Ip.V4_FRAGMENT) & FRAGMENT_OFFSET) == 0
        ? at + headerBytes
        : NONE;
  }

  /** The same, past the headers that may stand between. */
  private static int v6(byte[] bytes, int at, int end) {
    if (bytes[at] >> 4 != 6 || end - at < Ip.V6_BYTES) {
      return NONE;
    }
    int next = bytes[at + Ip.V6_NEXT_HEADER];
    int header = at + Ip.V6_BYTES;
    while (next != Ip.TCP) {
      if (header + EXTENSION_UNIT > end) {
        return NONE;
      }
      int length = EXTENSION_UNIT;
      switch (next) {
        case HOP_BY_HOP, ROUTING, DESTINATION ->
            length += EXTENSION_UNIT * Ip.get8(bytes, header + 1);
        case FRAGMENT -> {
          if ((Ip.get16(bytes, header + 2) & ~7) != 0) {
            return NONE;
          }
        }
        default -> {
          return NONE;
        }
      }
      next = bytes[header];
      header += length;
    }
    return header;
  }

  /** Walks the options of one SYN. */
  private static void lower(byte[] bytes, int tcp, int end, int most) {
    int at = tcp + Ip.TCP_BYTES;
    while (at + 1 < end && bytes[at] != END_OF_OPTIONS) {
      int length = bytes[at] == NO_OPERATION ? 1 : Ip.get8(bytes, at + 1);
      if (length == 0 || at + length > end) {
        return;
      }
      if (bytes[at] == MSS && length == MSS_BYTES && Ip.get16(bytes, at + 2) > most) {
        replace(bytes, tcp, at + 2, most);
      }
      at += length;
    }
  }

  private static void replace(byte[] bytes, int tcp, int at, int value) {
    int old = Ip.get16(bytes, at);
    Ip.put16(bytes, at, value);
    boolean odd = (at - tcp & 1) != 0;
    int sum = Checksum.complement(Ip.get16(bytes, tcp + Ip.TCP_CHECKSUM));
    sum = Checksum.less(sum, odd ? swapped(old) : old);
    sum = Checksum.fold((long) sum + (odd ? swapped(value) : value));
    Ip.put16(bytes, tcp + Ip.TCP_CHECKSUM, Checksum.complement(sum));
  }

  /** A value across the border of two words counts with its bytes exchanged. */
  private static int swapped(int value) {
    return Short.reverseBytes((short) value) & 0xffff;
  }
}
