package dev.adit.core.host;

import dev.adit.api.error.PeerViolationException;
import dev.adit.api.tunnel.IpPrefix;
import dev.adit.core.netlink.NetlinkFlags;
import dev.adit.core.netlink.NetlinkReader;
import dev.adit.core.netlink.NetlinkWriter;
import dev.adit.core.sys.Errno;
import dev.adit.core.sys.SystemCallException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Routes and addresses as the kernel keeps them: one route for a prefix, whatever its device and
 * gateway; a deletion has to fit what is there. The n-th change can be made to fail.
 */
final class FakeKernel implements Kernel {
  private static final int NEW_LINK = 16;
  private static final int NEW_ADDRESS = 20;
  private static final int DELETE_ADDRESS = 21;
  private static final int NEW_ROUTE = 24;
  private static final int DELETE_ROUTE = 25;
  private static final int GET_ROUTE = 26;
  private static final int ROUTE_FIXED = 12;
  private static final int ADDRESS_FIXED = 8;
  private static final int UNICAST = 1;

  /** What a prefix leads to. */
  private record Way(
      boolean ipv4,
      String destination,
      int length,
      int type,
      int device,
      Optional<String> gateway) {
    @Override
    public String toString() {
      return (type == UNICAST ? "" : "unreachable ")
          + destination
          + "/"
          + length
          + gateway.map(g -> " via " + g).orElse("")
          + " dev "
          + device;
    }
  }

  private final Map<String, Way> routes = new TreeMap<>();
  private final TreeSet<String> addresses = new TreeSet<>();
  private int changes;
  private int failAt = -1;
  private Errno failure = Errno.ENOMEM;
  private @Nullable Runnable beforeChange;

  /** All that counts, as text. */
  String state() {
    return routes.values() + "\n" + addresses;
  }

  int changes() {
    return changes;
  }

  /** The n-th change from the beginning, the first is 1, fails so. */
  void failAt(int nth, Errno errno) {
    failAt = nth;
    failure = errno;
  }

  /** Something looked at in front of each change. */
  void beforeChange(Runnable look) {
    beforeChange = look;
  }

  /** A route of the host's own. */
  void have(String prefix, int device, String gateway) {
    try {
      IpPrefix parsed = IpPrefix.parse("prefix", prefix);
      Optional<String> via =
          gateway.isEmpty()
              ? Optional.empty()
              : Optional.of(hex(IpPrefix.parseAddress("gateway", gateway).getAddress()));
      put(
          new Way(
              parsed.isIpv4(),
              hex(parsed.address().getAddress()),
              parsed.length(),
              UNICAST,
              device,
              via));
    } catch (PeerViolationException e) {
      throw new IllegalStateException(e);
    }
  }

  void haveUnreachable(String prefix) {
    try {
      IpPrefix parsed = IpPrefix.parse("prefix", prefix);
      put(
          new Way(
              parsed.isIpv4(),
              hex(parsed.address().getAddress()),
              parsed.length(),
              7,
              1,
              Optional.empty()));
    } catch (PeerViolationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What happens to routes when a link goes down. */
  void lose(int device) {
    routes.values().removeIf(w -> w.device == device);
  }

  boolean has(String text) {
    return routes.values().stream().anyMatch(w -> w.toString().equals(text));
  }

  @Override
  public List<byte[]> transact(byte[] request, String what) throws SystemCallException {
    NetlinkReader message = new NetlinkReader(request);
    if (message.type() == GET_ROUTE) {
      return dump(message.u8(0) == 2);
    }
    if (beforeChange != null) {
      beforeChange.run();
    }
    if (++changes == failAt) {
      throw new SystemCallException("netlink", what, failure);
    }
    Errno result =
        switch (message.type()) {
          case NEW_LINK -> Errno.OTHER;
          case NEW_ADDRESS -> {
            addresses.add(address(message));
            yield Errno.OTHER;
          }
          case DELETE_ADDRESS ->
              addresses.remove(address(message)) ? Errno.OTHER : Errno.EADDRNOTAVAIL;
          case NEW_ROUTE -> add(way(message));
          case DELETE_ROUTE -> delete(way(message));
          default -> throw new IllegalStateException("message of type " + message.type());
        };
    if (result != Errno.OTHER) {
      throw new SystemCallException("netlink", what, result);
    }
    return List.of();
  }

  /** All are tried, the first error is told, as the socket does it. */
  @Override
  public void transactAll(List<byte[]> requests, String what) throws SystemCallException {
    SystemCallException first = null;
    for (byte[] request : requests) {
      try {
        transact(request, what);
      } catch (SystemCallException e) {
        first = first == null ? e : first;
      }
    }
    if (first != null) {
      throw first;
    }
  }

  @Override
  public void close() {
    // Nothing to close.
  }

  private Errno add(Way way) {
    if (routes.containsKey(key(way))) {
      return Errno.EEXIST;
    }
    put(way);
    return Errno.OTHER;
  }

  private Errno delete(Way way) {
    Way there = routes.get(key(way));
    boolean fits =
        there != null
            && there.type == way.type
            && (way.device == 0 || way.device == there.device)
            && (way.gateway.isEmpty() || way.gateway.equals(there.gateway));
    if (!fits) {
      return Errno.ESRCH;
    }
    routes.remove(key(way));
    return Errno.OTHER;
  }

  private void put(Way way) {
    routes.put(key(way), way);
  }

  private static String key(Way way) {
    return way.destination + "/" + way.length;
  }

  private static Way way(NetlinkReader message) {
    boolean ipv4 = message.u8(0) == 2;
    return new Way(
        ipv4,
        hex(message.attribute(ROUTE_FIXED, 1).orElse(new byte[ipv4 ? 4 : 16])),
        message.u8(1),
        message.u8(7),
        message.number(ROUTE_FIXED, 4).orElse(0),
        message.attribute(ROUTE_FIXED, 5).map(FakeKernel::hex));
  }

  private static String address(NetlinkReader message) {
    return hex(message.attribute(ADDRESS_FIXED, 2).orElseThrow())
        + "/"
        + message.u8(1)
        + " dev "
        + message.u32(4);
  }

  private List<byte[]> dump(boolean ipv4) {
    List<byte[]> messages = new ArrayList<>();
    for (Way way : routes.values()) {
      if (way.ipv4 == ipv4) {
        NetlinkWriter writer =
            new NetlinkWriter(NEW_ROUTE, NetlinkFlags.DUMP)
                .u8(ipv4 ? 2 : 10)
                .u8(way.length)
                .u8(0)
                .u8(0)
                .u8(254)
                .u8(4)
                .u8(0)
                .u8(way.type)
                .u32(0);
        if (way.length > 0) {
          writer.attribute(1, HexFormat.of().parseHex(way.destination));
        }
        way.gateway.ifPresent(g -> writer.attribute(5, HexFormat.of().parseHex(g)));
        messages.add(writer.attribute(4, way.device).message());
      }
    }
    return messages;
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
