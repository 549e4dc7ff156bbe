package dev.adit.core.xfrm;

import dev.adit.api.tunnel.IpPrefix;
import dev.adit.core.netlink.NetlinkFlags;
import dev.adit.core.netlink.NetlinkReader;
import dev.adit.core.netlink.NetlinkWriter;
import dev.adit.core.xfrm.XfrmPolicy.Direction;
import java.net.InetAddress;
import java.util.Optional;

/** Asks for the IPsec policies of this host, whoever made them. */
public final class PolicyLookup {
  /** {@code struct xfrm_userpolicy_id}: selector 56, index 4, direction 1, padding 3. */
  private static final int QUESTION_BYTES = 64;

  /** {@code struct xfrm_userpolicy_info}. */
  private static final int INFO_BYTES = 168;

  private static final int DESTINATION = 0;
  private static final int SOURCE = 16;
  private static final int FAMILY = 40;
  private static final int DESTINATION_LENGTH = 42;
  private static final int SOURCE_LENGTH = 43;
  private static final int PROTOCOL = 44;
  private static final int PRIORITY = 152;
  private static final int DIRECTION = 160;
  private static final int ACTION = 161;

  /** {@code struct xfrm_user_tmpl}: SA's id 24, family 2 and 2, source 16, request id 4, mode 1. */
  private static final int TEMPLATE_FAMILY = 24;

  private static final int TEMPLATE_MODE = 48;
  private static final int TEMPLATE_BYTES = 64;

  private PolicyLookup() {}

  /**
   * A policy for packets that leave this host.
   *
   * @param protocol of the packets, 0 for all
   * @param priority the lower wins
   * @param scope packets of which interface it is for
   * @param blocks packets are dropped
   * @param peer the end of the tunnel; empty where packets are let through as they are, or keep
   *     their addresses
   */
  public record Outbound(
      IpPrefix source,
      IpPrefix destination,
      int protocol,
      int priority,
      XfrmScope scope,
      boolean blocks,
      Optional<InetAddress> peer) {
    /** Whether it is for a packet that leaves by no interface of IPsec's own, and has no mark. */
    public boolean isFor(InetAddress to, Optional<InetAddress> from) {
      return scope.isNone()
          && destination.contains(to)
          && from.map(source::contains).orElse(source.length() == 0);
    }

    /** As iproute2 shows its selector. */
    @Override
    public String toString() {
      return "src "
          + source
          + " dst "
          + destination
          + (protocol == 0 ? "" : " proto " + protocol)
          + ", priority "
          + Integer.toUnsignedString(priority);
    }
  }

  /** {@code ip xfrm policy}. */
  public static byte[] dump() {
    return new NetlinkWriter(Xfrm.XFRM_MSG_GETPOLICY, NetlinkFlags.DUMP)
        .zeros(QUESTION_BYTES)
        .message();
  }

  /** A policy of an answer, if it is for packets that leave. */
  public static Optional<Outbound> read(byte[] message) {
    NetlinkReader reader = new NetlinkReader(message);
    if (reader.type() != Xfrm.XFRM_MSG_NEWPOLICY
        || reader.payloadLength() < INFO_BYTES
        || reader.u8(DIRECTION) != Direction.OUT.value) {
      return Optional.empty();
    }
    int family = reader.u16(FAMILY);
    return Optional.of(
        new Outbound(
            new IpPrefix(Xfrm.address(reader.bytes(SOURCE, 16), family), reader.u8(SOURCE_LENGTH)),
            new IpPrefix(
                Xfrm.address(reader.bytes(DESTINATION, 16), family), reader.u8(DESTINATION_LENGTH)),
            reader.u8(PROTOCOL),
            reader.u32(PRIORITY),
            XfrmScope.read(reader, INFO_BYTES),
            reader.u8(ACTION) != 0,
            reader
                .attribute(INFO_BYTES, Xfrm.XFRMA_TMPL)
                .filter(t -> t.length >= TEMPLATE_BYTES)
                .filter(t -> t[TEMPLATE_MODE] == Xfrm.XFRM_MODE_TUNNEL)
                .map(t -> Xfrm.address(t, t[TEMPLATE_FAMILY]))));
  }
}
