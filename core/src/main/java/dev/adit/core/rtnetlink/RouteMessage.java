package dev.adit.core.rtnetlink;

import dev.adit.api.tunnel.IpPrefix;
import dev.adit.core.netlink.NetlinkFlags;
import dev.adit.core.netlink.NetlinkReader;
import dev.adit.core.netlink.NetlinkWriter;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/**
 * {@code struct rtmsg}: family, destination length, source length, TOS, table, protocol, scope,
 * type: 1 byte each; flags 4.
 */
public final class RouteMessage {
  private static final int FIXED = 12;
  private static final int RTM_NEWROUTE = 24;
  private static final int RTM_DELROUTE = 25;
  private static final int RTM_GETROUTE = 26;
  private static final int RTA_DST = 1;
  private static final int RTA_OIF = 4;
  private static final int RTA_GATEWAY = 5;
  private static final int RTA_PRIORITY = 6;
  private static final int TABLE_MAIN = 254;
  private static final int PROTOCOL_STATIC = 4;
  private static final int SCOPE_UNIVERSE = 0;
  private static final int SCOPE_LINK = 253;
  private static final int SCOPE_NOWHERE = 255;
  private static final int UNICAST = 1;
  private static final int UNREACHABLE = 7;
  private static final int LOOPBACK = 1;

  /** RTNH_F_DEAD and RTNH_F_LINKDOWN. */
  private static final int DEAD_OR_LINKDOWN = 1 | 16;

  private RouteMessage() {}

  /**
   * A route of the main table, as the kernel has it.
   *
   * @param usable false while its link has no carrier
   */
  public record Route(
      IpPrefix destination, int device, Optional<InetAddress> gateway, int metric, boolean usable) {
    /** One that is usable. */
    public Route(IpPrefix destination, int device, Optional<InetAddress> gateway, int metric) {
      this(destination, device, gateway, metric, true);
    }
  }

  static int family(IpPrefix prefix) {
    return prefix.isIpv4() ? 2 : 10;
  }

  /** {@code ip route add PREFIX [via GATEWAY] dev INDEX proto static}. */
  public static byte[] add(IpPrefix prefix, int index, Optional<InetAddress> gateway) {
    return unicast(RTM_NEWROUTE, NetlinkFlags.CREATE | NetlinkFlags.EXCL, prefix, index, gateway);
  }

  /** {@code ip route del PREFIX [via GATEWAY] dev INDEX proto static}. */
  public static byte[] delete(IpPrefix prefix, int index, Optional<InetAddress> gateway) {
    return unicast(RTM_DELROUTE, 0, prefix, index, gateway);
  }

  /** {@code ip route add unreachable PREFIX proto static}. */
  public static byte[] addUnreachable(IpPrefix prefix) {
    return unreachable(RTM_NEWROUTE, NetlinkFlags.CREATE | NetlinkFlags.EXCL, prefix);
  }

  /** {@code ip route del unreachable PREFIX proto static}. */
  public static byte[] deleteUnreachable(IpPrefix prefix) {
    return unreachable(RTM_DELROUTE, 0, prefix);
  }

  /** {@code ip -4 route show} or {@code ip -6 route show}: asks for all routes of a family. */
  public static byte[] dump(boolean ipv4) {
    return new NetlinkWriter(RTM_GETROUTE, NetlinkFlags.DUMP)
        .u8(ipv4 ? 2 : 10)
        .u8(0)
        .u8(0)
        .u8(0)
        .u8(0)
        .u8(0)
        .u8(0)
        .u8(0)
        .u32(0)
        .message();
  }

  /** A route of an answer, if it is a unicast route of the main table. */
  public static Optional<Route> read(byte[] message) {
    NetlinkReader reader = new NetlinkReader(message);
    if (reader.type() != RTM_NEWROUTE
        || reader.payloadLength() < FIXED
        || reader.u8(4) != TABLE_MAIN
        || reader.u8(7) != UNICAST) {
      return Optional.empty();
    }
    boolean ipv4 = reader.u8(0) == 2;
    byte[] any = new byte[ipv4 ? 4 : 16];
    byte[] destination = reader.attribute(FIXED, RTA_DST).orElse(any);
    if (destination.length != any.length || reader.number(FIXED, RTA_OIF).isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Route(
            new IpPrefix(address(destination), reader.u8(1)),
            reader.number(FIXED, RTA_OIF).getAsInt(),
            reader.attribute(FIXED, RTA_GATEWAY).map(RouteMessage::address),
            reader.number(FIXED, RTA_PRIORITY).orElse(0),
            (reader.u32(8) & DEAD_OR_LINKDOWN) == 0));
  }

  private static byte[] unicast(
      int type, int flags, IpPrefix prefix, int index, Optional<InetAddress> gateway) {
    boolean link = gateway.isEmpty() && prefix.isIpv4();
    NetlinkWriter writer =
        begin(type, flags, prefix, link ? SCOPE_LINK : SCOPE_UNIVERSE, UNICAST)
            .attribute(RTA_DST, prefix.network().address().getAddress());
    gateway.ifPresent(g -> writer.attribute(RTA_GATEWAY, g.getAddress()));
    return writer.attribute(RTA_OIF, index).message();
  }

  private static byte[] unreachable(int type, int flags, IpPrefix prefix) {
    NetlinkWriter writer =
        begin(
                type,
                flags,
                prefix,
                type == RTM_DELROUTE ? SCOPE_NOWHERE : SCOPE_UNIVERSE,
                UNREACHABLE)
            .attribute(RTA_DST, prefix.network().address().getAddress());
    return prefix.isIpv4() ? writer.message() : writer.attribute(RTA_OIF, LOOPBACK).message();
  }

  private static NetlinkWriter begin(
      int type, int flags, IpPrefix prefix, int scope, int routeType) {
    return new NetlinkWriter(type, flags)
        .u8(family(prefix))
        .u8(prefix.length())
        .u8(0)
        .u8(0)
        .u8(TABLE_MAIN)
        .u8(PROTOCOL_STATIC)
        .u8(scope)
        .u8(routeType)
        .u32(0);
  }

  static InetAddress address(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("address of " + bytes.length + " bytes", e);
    }
  }
}
