package dev.adit.core.offload;

/**
 * {@code struct virtio_net_hdr} of linux/virtio_net.h, which stands in front of each packet of a
 * TUN with {@code IFF_VNET_HDR}; numbers in the byte order of the machine:
 *
 * <pre>
 *   0       1          2         4          6            8             10
 *   | flags | GSO type | hdr_len | gso_size | csum_start | csum_offset | packet
 * </pre>
 *
 * <p>With {@link #NEEDS_CSUM} the checksum at {@code csum_start + csum_offset} is only begun: it
 * holds the folded sum of the pseudo-header, over which what is from {@code csum_start} on is still
 * to be summed.
 */
public final class VirtioHeader {
  public static final int BYTES = 10;

  static final int FLAGS = 0;
  static final int GSO_TYPE = 1;
  static final int HEADER_LENGTH = 2;
  static final int GSO_SIZE = 4;
  static final int CSUM_START = 6;
  static final int CSUM_OFFSET = 8;

  static final int NEEDS_CSUM = 1;

  static final int GSO_NONE = 0;
  static final int GSO_TCPV4 = 1;
  static final int GSO_TCPV6 = 4;
  static final int GSO_UDP_L4 = 5;

  /** Added to a type: congestion was signalled, on the first segment alone. */
  static final int GSO_ECN = 0x80;

  private VirtioHeader() {}
}
