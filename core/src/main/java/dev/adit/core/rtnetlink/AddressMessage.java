package dev.adit.core.rtnetlink;

import dev.adit.api.tunnel.IpPrefix;
import dev.adit.core.netlink.NetlinkFlags;
import dev.adit.core.netlink.NetlinkReader;
import dev.adit.core.netlink.NetlinkWriter;
import java.net.InetAddress;
import java.util.Optional;

/** {@code struct ifaddrmsg}: family 1, prefix length 1, flags 1, scope 1, index 4. */
public final class AddressMessage {
  private static final int RTM_NEWADDR = 20;
  private static final int RTM_DELADDR = 21;
  private static final int RTM_GETADDR = 22;
  private static final int FIXED = 8;
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

  /** {@code ip -4 addr show} or {@code ip -6 addr show}: asks for all addresses of a family. */
  public static byte[] dump(boolean ipv4) {
    return new NetlinkWriter(RTM_GETADDR, NetlinkFlags.DUMP)
        .u8(ipv4 ? 2 : 10)
        .u8(0)
        .u8(0)
        .u8(0)
        .u32(0)
        .message();
  }

  /** The host's own address in an answer. */
  public static Optional<InetAddress> read(byte[] message) {
    NetlinkReader reader = new NetlinkReader(message);
    if (reader.type() != RTM_NEWADDR || reader.payloadLength() < FIXED) {
      return Optional.empty();
    }
    // Between two points, IFA_ADDRESS is the other end.
    return reader
        .attribute(FIXED, IFA_LOCAL)
        .or(() -> reader.attribute(FIXED, IFA_ADDRESS))
        .filter(a -> a.length == 4 || a.length == 16)
        .map(RouteMessage::address);
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
