package dev.adit.core.rtnetlink;

import dev.adit.core.netlink.NetlinkFlags;
import dev.adit.core.netlink.NetlinkWriter;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

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
  private static final int IFLA_VTI_IKEY = 2;
  private static final int IFLA_VTI_OKEY = 3;
  private static final int IFLA_VTI_LOCAL = 4;
  private static final int IFLA_VTI_REMOTE = 5;

  private LinkMessage() {}

  /** {@code ip link add NAME type xfrm if_id ID}: EEXIST if the name or the id is taken. */
  public static byte[] addXfrm(String name, int interfaceId) {
    return add(name, "xfrm", data -> data.attribute(IFLA_XFRM_IF_ID, interfaceId));
  }

  /**
   * {@code ip link add NAME type vti local LOCAL remote REMOTE key KEY}, or {@code vti6}: EEXIST if
   * the name is taken, or there is one for these addresses, of whatever key.
   */
  public static byte[] addVti(String name, int key, InetAddress local, InetAddress remote) {
    return add(
        name,
        local.getAddress().length == 4 ? "vti" : "vti6",
        data ->
            data.nested(IFLA_VTI_IKEY, w -> w.be32(key))
                .nested(IFLA_VTI_OKEY, w -> w.be32(key))
                .attribute(IFLA_VTI_LOCAL, local.getAddress())
                .attribute(IFLA_VTI_REMOTE, remote.getAddress()));
  }

  /** The kind without a final zero, as iproute2 sends it. */
  private static byte[] add(String name, String kind, Consumer<NetlinkWriter> data) {
    return begin(RTM_NEWLINK, NetlinkFlags.CREATE | NetlinkFlags.EXCL)
        .attribute(IFLA_IFNAME, name)
        .nested(
            IFLA_LINKINFO,
            info ->
                info.attribute(IFLA_INFO_KIND, kind.getBytes(StandardCharsets.US_ASCII))
                    .nested(IFLA_INFO_DATA, data))
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
