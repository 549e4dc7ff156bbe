package dev.adit.core.rtnetlink;

import dev.adit.api.tunnel.IpPrefix;
import dev.adit.core.netlink.NetlinkReader;
import dev.adit.core.netlink.NetlinkWriter;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.Optional;

/**
 * Asks the kernel which way a packet of this host takes, rules and tables included. The answer is
 * one message; a packet that would not leave is an error: ENETUNREACH without a route,
 * EHOSTUNREACH, EACCES or EINVAL by a route of type unreachable, prohibit or blackhole.
 */
public final class RouteLookup {
  private static final int FIXED = 12;
  private static final int RTM_NEWROUTE = 24;
  private static final int RTM_GETROUTE = 26;
  private static final int RTA_DST = 1;
  private static final int RTA_OIF = 4;
  private static final int RTA_GATEWAY = 5;
  private static final int RTA_PRIORITY = 6;
  private static final int RTA_PREFSRC = 7;
  private static final int RTA_TABLE = 15;
  private static final int RTA_VIA = 18;

  /** linux/rtnetlink.h: RTM_F_LOOKUP_TABLE, the table that decided is told. */
  private static final int TELL_TABLE = 0x1000;

  /** linux/rtnetlink.h: RTM_F_FIB_MATCH, since Linux 4.13: the route as it stands in its table. */
  private static final int TELL_ROUTE = 0x2000;

  private RouteLookup() {}

  /**
   * An answer.
   *
   * @param destination of the route, or the address alone
   * @param type of the route, linux/rtnetlink.h: 1 unicast, 2 local, 7 unreachable
   * @param device number of the interface, 0 if there is none
   * @param gateway the router, empty on the link itself
   * @param source the address that a packet gets, if it is told
   */
  public record Found(
      IpPrefix destination,
      int type,
      int table,
      int device,
      Optional<InetAddress> gateway,
      Optional<InetAddress> source,
      int metric) {
    /** Whether packets reach somebody. */
    public boolean isPassable() {
      return type < 6;
    }
  }

  /** {@code ip route get ADDRESS}: device, router and source address. */
  public static byte[] way(InetAddress to) {
    return question(to, TELL_TABLE);
  }

  /** {@code ip route get fibmatch ADDRESS}: the route that decides. */
  public static byte[] route(InetAddress to) {
    return question(to, TELL_TABLE | TELL_ROUTE);
  }

  private static byte[] question(InetAddress to, int flags) {
    byte[] address = to.getAddress();
    return new NetlinkWriter(RTM_GETROUTE, 0)
        .u8(to instanceof Inet4Address ? 2 : 10)
        .u8(address.length * 8)
        .zeros(6)
        .u32(flags)
        .attribute(RTA_DST, address)
        .message();
  }

  /** The answer, if it is one. */
  public static Optional<Found> read(byte[] message) {
    NetlinkReader reader = new NetlinkReader(message);
    if (reader.type() != RTM_NEWROUTE || reader.payloadLength() < FIXED) {
      return Optional.empty();
    }
    int bytes = reader.u8(0) == 2 ? 4 : 16;
    byte[] destination = reader.attribute(FIXED, RTA_DST).orElse(new byte[bytes]);
    if (destination.length != bytes || reader.u8(1) > bytes * 8) {
      return Optional.empty();
    }
    return Optional.of(
        new Found(
            new IpPrefix(RouteMessage.address(destination), reader.u8(1)),
            reader.u8(7),
            reader.number(FIXED, RTA_TABLE).orElse(reader.u8(4)),
            reader.number(FIXED, RTA_OIF).orElse(0),
            address(reader.attribute(FIXED, RTA_GATEWAY)).or(() -> via(reader)),
            address(reader.attribute(FIXED, RTA_PREFSRC)),
            reader.number(FIXED, RTA_PRIORITY).orElse(0)));
  }

  private static Optional<InetAddress> address(Optional<byte[]> bytes) {
    return bytes.filter(b -> b.length == 4 || b.length == 16).map(RouteMessage::address);
  }

  /** A router of the other family: {@code struct rtvia}, the family in two bytes in front. */
  private static Optional<InetAddress> via(NetlinkReader reader) {
    return address(
        reader
            .attribute(FIXED, RTA_VIA)
            .filter(b -> b.length > 2)
            .map(b -> Arrays.copyOfRange(b, 2, b.length)));
  }
}
