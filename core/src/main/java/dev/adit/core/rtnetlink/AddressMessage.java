package dev.adit.core.rtnetlink;

import dev.adit.api.tunnel.IpPrefix;
import dev.adit.core.netlink.NetlinkFlags;
import dev.adit.core.netlink.NetlinkWriter;

/** {@code struct ifaddrmsg}: family 1, prefix length 1, flags 1, scope 1, index 4. */
public final class AddressMessage {
  private static final int RTM_NEWADDR = 20;
  private static final int RTM_DELADDR = 21;
  private static final int IFA_ADDRESS = 1;
  private static final int IFA_LOCAL = 2;
  private static final int IFA_F_NODAD = 2;

  private AddressMessage() {}

  /** {@code ip addr add PREFIX dev INDEX nodad}. */
  public static byte[] add(int index, IpPrefix prefix) {
    return message(RTM_NEWADDR, NetlinkFlags.CREATE | NetlinkFlags.REPLACE, index, prefix);
  }

  /** {@code ip addr del PREFIX dev INDEX}. */
  public static byte[] delete(int index, IpPrefix prefix) {
    return message(RTM_DELADDR, 0, index, prefix);
  }

  private static byte[] message(int type, int flags, int index, IpPrefix prefix) {
    byte[] address = prefix.address().getAddress();
    return new NetlinkWriter(type, flags)
        .u8(RouteMessage.family(prefix))
        .u8(prefix.length())
        .u8(prefix.isIpv4() ? 0 : IFA_F_NODAD)
        .u8(0)
        .u32(index)
        .attribute(IFA_LOCAL, address)
        .attribute(IFA_ADDRESS, address)
        .message();
  }
}
