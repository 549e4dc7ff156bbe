package dev.adit.core.esp;

/** What an IP header says about itself: enough to frame it, no more. */
final class InnerPacket {
  private static final int IPV4_HEADER = 20;
  private static final int IPV6_HEADER = 40;

  private InnerPacket() {}

  /** Protocol number that announces this packet in ESP; -1 if it is neither IPv4 nor IPv6. */
  static int nextHeader(byte[] bytes, int at) {
    return switch (bytes[at] >> 4 & 0xf) {
      case 4 -> Wire.NEXT_IPV4;
      case 6 -> Wire.NEXT_IPV6;
      default -> -1;
    };
  }

  /**
   * The packet's own length, which may be less than what was carried: the rest is traffic flow
   * confidentiality padding, RFC 4303 §2.7.
   *
   * @param available bytes carried
   * @return -1 if no packet can be made out, or it is longer than what was carried
   */
  static int length(byte[] bytes, int at, int available) {
    int length = -1;
    if (available >= IPV4_HEADER && nextHeader(bytes, at) == Wire.NEXT_IPV4) {
      length = Wire.get16(bytes, at + 2);
      length = length < IPV4_HEADER ? -1 : length;
    } else if (available >= IPV6_HEADER && nextHeader(bytes, at) == Wire.NEXT_IPV6) {
      length = IPV6_HEADER + Wire.get16(bytes, at + 4);
    }
    return length > available ? -1 : length;
  }
}
