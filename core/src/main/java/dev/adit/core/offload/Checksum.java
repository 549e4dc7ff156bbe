package dev.adit.core.offload;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The checksum of IP, TCP and UDP: RFC 1071. Sums here are folded to 16 bits and not complemented.
 *
 * <p>A ones' complement sum may be made of words of any width and in either byte order, if only the
 * result is turned back (RFC 1071 §2): eight bytes at a time, least significant first.
 */
final class Checksum {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long LOW = 0xffff_ffffL;

  private Checksum() {}

  /**
   * Sums bytes; an odd last one counts as the upper half of a word.
   *
   * @param initial a sum to go on from
   */
  static int sum(byte[] bytes, int at, int length, int initial) {
    long even = 0;
    long odd = 0;
    int i = at;
    int end = at + length;
    for (int last = end - 16; i <= last; i += 16) {
      long a = (long) LONGS.get(bytes, i);
      long b = (long) LONGS.get(bytes, i + 8);
      even += (a & LOW) + (a >>> 32);
      odd += (b & LOW) + (b >>> 32);
    }
    long sum = even + odd;
    for (int shift = 0; i < end; i++, shift ^= 8) {
      sum += (bytes[i] & 0xffL) << shift;
    }
    int folded = fold(sum);
    return fold((folded >>> 8 | (folded & 0xff) << 8) + (long) initial);
  }

  /** Whether an IPv4 header without options has the right one. */
  static boolean isV4Right(byte[] bytes, int at) {
    return sum(bytes, at, Ip.V4_BYTES, 0) == 0xffff;
  }

  /**
   * Whether TCP has the right one.
   *
   * @param network bytes of the IP header, {@link Ip#V4_BYTES} or {@link Ip#V6_BYTES}
   * @param count bytes of the packet
   */
  static boolean isTcpRight(byte[] bytes, int at, int network, int count) {
    int pseudoHeader = tcpPseudoHeader(bytes, at, network, count - network);
    return sum(bytes, at + network, count - network, pseudoHeader) == 0xffff;
  }

  /** The sum of what stands for the IP header in TCP's: RFC 9293 §3.1, RFC 8200 §8.1. */
  static int tcpPseudoHeader(byte[] bytes, int at, int network, int tcpLength) {
    int addresses = network == Ip.V4_BYTES ? Ip.V4_ADDRESSES : Ip.V6_ADDRESSES;
    return sum(bytes, at + addresses, network - addresses, Ip.TCP + tcpLength);
  }

  /** To 16 bits, with end-around carry. */
  static int fold(long sum) {
    long folded = (sum & LOW) + (sum >>> 32);
    folded = (folded & 0xffff) + (folded >>> 16);
    folded = (folded & 0xffff) + (folded >>> 16);
    folded = (folded & 0xffff) + (folded >>> 16);
    return (int) folded;
  }

  /** The sum of a number of 16 bits taken out of a sum: RFC 1624 §3. */
  static int less(int sum, int number) {
    return fold((long) sum + (~number & 0xffff));
  }

  /** A sum as it is written into a header. */
  static int complement(int sum) {
    return ~sum & 0xffff;
  }
}
