package dev.adit.core.rtnetlink;

import dev.adit.core.netlink.NetlinkFlags;
import dev.adit.core.netlink.NetlinkWriter;
import java.nio.charset.StandardCharsets;

/** {@code struct ifinfomsg}: family 1, pad 1, type 2, index 4, flags 4, change 4. */
public final class LinkMessage {
  /** The type of an answer. */
  public static final int RTM_NEWLINK = 16;

  private static final int IFF_UP = 1;
  private static final int RTM_DELLINK = 17;
  private static final int RTM_GETLINK = 18;
  private static final int IFLA_IFNAME = 3;
  private static final int IFLA_MTU = 4;
  private static final int IFLA_LINKINFO = 18;
  private static final int IFLA_INFO_KIND = 1;
  private static final int IFLA_INFO_DATA = 2;
  private static final int IFLA_XFRM_IF_ID = 2;

  /** Without a final zero, as iproute2 sends it. */
  private static final byte[] XFRM_KIND = "xfrm".getBytes(StandardCharsets.US_ASCII);

  private LinkMessage() {}

  /** {@code ip link add NAME type xfrm if_id ID}: EEXIST if the name or the id is taken. */
  public static byte[] addXfrm(String name, int interfaceId) {
    return begin(RTM_NEWLINK, NetlinkFlags.CREATE | NetlinkFlags.EXCL)
        .attribute(IFLA_IFNAME, name)
        .nested(
            IFLA_LINKINFO,
            info ->
                info.attribute(IFLA_INFO_KIND, XFRM_KIND)
                    .nested(IFLA_INFO_DATA, data -> data.attribute(IFLA_XFRM_IF_ID, interfaceId)))
        .message();
  }

  /** {@code ip link show NAME}; its number is the answer's field at 4. */
  public static byte[] get(String name) {
    return begin(RTM_GETLINK, 0).attribute(IFLA_IFNAME, name).message();
  }

  /** {@code ip link del NAME}. */
  public static byte[] delete(String name) {
    return begin(RTM_DELLINK, 0).attribute(IFLA_IFNAME, name).message();
  }

  private static NetlinkWriter begin(int type, int flags) {
    return new NetlinkWriter(type, flags).zeros(16);
  }

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
