package dev.adit.core.rtnetlink;

import dev.adit.core.netlink.NetlinkWriter;

/** {@code struct ifinfomsg}: family 1, pad 1, type 2, index 4, flags 4, change 4. */
public final class LinkMessage {
  private static final int RTM_NEWLINK = 16;
  private static final int IFF_UP = 1;
  private static final int IFLA_MTU = 4;

  private LinkMessage() {}

  /** {@code ip link set dev INDEX up mtu MTU}. */
  public static byte[] up(int index, int mtu) {
    return new NetlinkWriter(RTM_NEWLINK, 0)
        .u8(0)
        .u8(0)
        .u16(0)
        .u32(index)
        .u32(IFF_UP)
        .u32(IFF_UP)
        .attribute(IFLA_MTU, mtu)
        .message();
  }
}
