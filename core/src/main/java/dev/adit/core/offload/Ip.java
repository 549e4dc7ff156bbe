package dev.adit.core.offload;

/**
 * Fields of IP, TCP and UDP headers, by their distance from the header's first byte: RFC 791, 8200,
 * 9293, 768. Most significant byte first.
 */
final class Ip {
  static final int TCP = 6;
  static final int UDP = 17;

  static final int V4_BYTES = 20;
  static final int V4_TOTAL_LENGTH = 2;
  static final int V4_ID = 4;
  static final int V4_FRAGMENT = 6;
  static final int V4_PROTOCOL = 9;
  static final int V4_CHECKSUM = 10;
  static final int V4_ADDRESSES = 12;
  static final int DONT_FRAGMENT = 0x4000;

  static final int V6_BYTES = 40;
  static final int V6_PAYLOAD_LENGTH = 4;
  static final int V6_NEXT_HEADER = 6;
  static final int V6_ADDRESSES = 8;

  static final int TCP_BYTES = 20;
  static final int TCP_SEQUENCE = 4;
  static final int TCP_ACKNOWLEDGED = 8;
  static final int TCP_OFFSET = 12;
  static final int TCP_FLAGS = 13;
  static final int TCP_CHECKSUM = 16;
  static final int FIN = 0x01;
  static final int SYN = 0x02;
  static final int PSH = 0x08;
  static final int ACK = 0x10;
  static final int CWR = 0x80;

  static final int UDP_BYTES = 8;
  static final int UDP_LENGTH = 4;

  private Ip() {}

  static int get8(byte[] bytes, int at) {
    return bytes[at] & 0xff;
  }

  static int get16(byte[] bytes, int at) {
    return (bytes[at] & 0xff) << 8 | (bytes[at + 1] & 0xff);
  }

  static int get32(byte[] bytes, int at) {
    return get16(bytes, at) << 16 | get16(bytes, at + 2);
  }

  static void put16(byte[] bytes, int at, int value) {
    bytes[at] = (byte) (value >> 8);
    bytes[at + 1] = (byte) value;
  }

  static void put32(byte[] bytes, int at, int value) {
    put16(bytes, at, value >>> 16);
    put16(bytes, at + 2, value);
  }

  /** Makes the checksum of an IPv4 header anew. */
  static void finishV4(byte[] bytes, int at, int headerBytes) {
    put16(bytes, at + V4_CHECKSUM, 0);
    put16(bytes, at + V4_CHECKSUM, Checksum.complement(Checksum.sum(bytes, at, headerBytes, 0)));
  }

  /**
   * Bytes of the IP header in front of TCP.
   *
   * @return 0 if the bytes are no whole packet of TCP, or one with IP options, with headers
   *     between, or in fragments
   */
  static int beforeTcp(byte[] bytes, int at, int count) {
    if (count < V4_BYTES + TCP_BYTES) {
      return 0;
    }
    if (bytes[at] == 0x45) {
      return bytes[at + V4_PROTOCOL] == TCP
              && get16(bytes, at + V4_TOTAL_LENGTH) == count
              && (get16(bytes, at + V4_FRAGMENT) & ~DONT_FRAGMENT) == 0
          ? V4_BYTES
          : 0;
    }
    return (bytes[at] & 0xf0) == 0x60
            && count >= V6_BYTES + TCP_BYTES
            && bytes[at + V6_NEXT_HEADER] == TCP
            && get16(bytes, at + V6_PAYLOAD_LENGTH) == count - V6_BYTES
        ? V6_BYTES
        : 0;
  }

  /** Whether two packets are the same from one byte of theirs to before another. */
  static boolean same(byte[] one, int oneAt, byte[] other, int otherAt, int from, int end) {
    for (int i = from; i < end; i++) {
      if (one[oneAt + i] != other[otherAt + i]) {
        return false;
      }
    }
    return true;
  }

  /** Length of a TCP header as it says. */
  static int tcpHeaderBytes(byte[] bytes, int tcp) {
    return (bytes[tcp + TCP_OFFSET] & 0xf0) >> 2;
  }
}
