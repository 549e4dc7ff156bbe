package dev.adit.core.xfrm;

import dev.adit.api.tunnel.IpPrefix;
import dev.adit.core.netlink.NetlinkFlags;
import dev.adit.core.netlink.NetlinkWriter;
import java.net.InetAddress;
import java.time.Duration;

/**
 * Which packets take an SA. {@code struct xfrm_userpolicy_info} and attributes.
 *
 * @param direction of the packets
 * @param source inner addresses it is for
 * @param destination inner addresses it is for, of the same family
 * @param outerSource address the SA's packets come from
 * @param outerDestination address the SA's packets go to
 * @param spi of the one SA that is meant; 0 for any with this request id
 * @param requestId of the SAs
 * @param scope packets of which interface it is for
 * @param priority the lower wins
 * @param lifetime after which the kernel drops it by itself
 */
public record XfrmPolicy(
    Direction direction,
    IpPrefix source,
    IpPrefix destination,
    InetAddress outerSource,
    InetAddress outerDestination,
    int spi,
    int requestId,
    XfrmScope scope,
    int priority,
    Duration lifetime) {
  /** As seen from this host. */
  public enum Direction {
    IN(0),
    OUT(1),
    FORWARD(2);

    final int value;

    Direction(int value) {
      this.value = value;
    }
  }

  private static final int ALL_ALGORITHMS = -1;

  /** {@code ip xfrm policy add}: EEXIST if there is one for the same packets. */
  public byte[] add() {
    return message(Xfrm.XFRM_MSG_NEWPOLICY, NetlinkFlags.CREATE | NetlinkFlags.EXCL);
  }

  /** {@code ip xfrm policy update}: in one step in the place of the one before, if any. */
  public byte[] update() {
    return message(Xfrm.XFRM_MSG_UPDPOLICY, NetlinkFlags.REPLACE);
  }

  /** {@code ip xfrm policy delete}. */
  public byte[] delete() {
    NetlinkWriter writer = new NetlinkWriter(Xfrm.XFRM_MSG_DELPOLICY, 0);
    selector(writer);
    return scope.write(writer.u32(0).u8(direction.value).zeros(3)).message();
  }

  private byte[] message(int type, int flags) {
    NetlinkWriter writer = new NetlinkWriter(type, flags);
    selector(writer);
    Xfrm.lifetime(writer, lifetime);
    writer
        .zeros(32)
        .u32(priority)
        .u32(0)
        .u8(direction.value)
        .u8(0)
        .u8(0)
        .u8(0)
        .zeros(4)
        .nested(Xfrm.XFRMA_TMPL, this::template);
    return scope.write(writer).message();
  }

  /** {@code struct xfrm_selector}: addresses 16 and 16, ports 8, family 2, prefixes 1 and 1, ... */
  private void selector(NetlinkWriter writer) {
    Xfrm.address(writer, destination.address());
    Xfrm.address(writer, source.address());
    writer
        .zeros(8)
        .u16(Xfrm.family(source.address()))
        .u8(destination.length())
        .u8(source.length())
        .zeros(12);
  }

  /** {@code struct xfrm_user_tmpl}. */
  private void template(NetlinkWriter writer) {
    Xfrm.id(writer, outerDestination, spi);
    writer.u16(Xfrm.family(outerDestination)).u16(0);
    Xfrm.address(writer, outerSource);
    writer
        .u32(requestId)
        .u8(Xfrm.XFRM_MODE_TUNNEL)
        .zeros(3)
        .u32(ALL_ALGORITHMS)
        .u32(ALL_ALGORITHMS)
        .u32(ALL_ALGORITHMS);
  }
}
