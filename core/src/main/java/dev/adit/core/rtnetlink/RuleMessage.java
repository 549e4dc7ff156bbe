package dev.adit.core.rtnetlink;

import dev.adit.api.tunnel.IpPrefix;
import dev.adit.core.netlink.NetlinkFlags;
import dev.adit.core.netlink.NetlinkReader;
import dev.adit.core.netlink.NetlinkWriter;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * {@code struct fib_rule_hdr}: family, destination length, source length, TOS, table, two bytes
 * that are not used, action: 1 byte each; flags 4.
 */
public final class RuleMessage {
  private static final int FIXED = 12;
  private static final int RTM_NEWRULE = 32;
  private static final int RTM_GETRULE = 34;
  private static final int FRA_DST = 1;
  private static final int FRA_SRC = 2;
  private static final int FRA_IIFNAME = 3;
  private static final int FRA_PRIORITY = 6;
  private static final int FRA_FWMARK = 10;
  private static final int FRA_TABLE = 15;
  private static final int FRA_OIFNAME = 17;
  private static final int TO_TABLE = 1;

  /** FIB_RULE_INVERT: {@code ip rule add not ...}. */
  private static final int INVERTED = 2;

  private RuleMessage() {}

  /**
   * A rule that leads to a table.
   *
   * @param incoming the interface that packets come from, of those that are not our own
   * @param mark that packets carry, empty if it does not matter
   */
  public record Rule(
      int priority,
      Optional<IpPrefix> from,
      Optional<IpPrefix> to,
      Optional<String> incoming,
      Optional<String> outgoing,
      OptionalInt mark,
      boolean inverted,
      int table) {
    /** Whether it is for a packet of this host that nobody marked or bound to an interface. */
    public boolean isFor(InetAddress destination, Optional<InetAddress> source) {
      boolean matches =
          to.map(p -> p.contains(destination)).orElse(true)
              && from.map(p -> source.map(p::contains).orElse(false)).orElse(true)
              && incoming.map("lo"::equals).orElse(true)
              && outgoing.isEmpty()
              && mark.orElse(0) == 0;
      return matches != inverted;
    }

    /** As iproute2 shows it. */
    @Override
    public String toString() {
      return priority
          + ": "
          + (inverted ? "not " : "")
          + "from "
          + from.map(IpPrefix::toString).orElse("all")
          + to.map(p -> " to " + p).orElse("")
          + (mark.isPresent() ? " fwmark 0x%x".formatted(mark.getAsInt()) : "")
          + incoming.map(d -> " iif " + d).orElse("")
          + outgoing.map(d -> " oif " + d).orElse("")
          + " lookup "
          + tableName(table);
    }
  }

  /** As iproute2 calls the three that it knows without a file; others are numbers. */
  public static String tableName(int table) {
    return switch (table) {
      case 253 -> "default";
      case 254 -> "main";
      case 255 -> "local";
      default -> String.valueOf(table);
    };
  }

  /** {@code ip -4 rule} or {@code ip -6 rule}: asks for all rules of a family. */
  public static byte[] dump(boolean ipv4) {
    return new NetlinkWriter(RTM_GETRULE, NetlinkFlags.DUMP)
        .u8(ipv4 ? 2 : 10)
        .zeros(FIXED - 1)
        .message();
  }

  /** A rule of an answer, if it leads to a table. */
  public static Optional<Rule> read(byte[] message) {
    NetlinkReader reader = new NetlinkReader(message);
    if (reader.type() != RTM_NEWRULE
        || reader.payloadLength() < FIXED
        || reader.u8(7) != TO_TABLE) {
      return Optional.empty();
    }
    return Optional.of(
        new Rule(
            reader.number(FIXED, FRA_PRIORITY).orElse(0),
            prefix(reader, FRA_SRC, reader.u8(2)),
            prefix(reader, FRA_DST, reader.u8(1)),
            name(reader, FRA_IIFNAME),
            name(reader, FRA_OIFNAME),
            reader.number(FIXED, FRA_FWMARK),
            (reader.u32(8) & INVERTED) != 0,
            reader.number(FIXED, FRA_TABLE).orElse(reader.u8(4))));
  }

  private static Optional<IpPrefix> prefix(NetlinkReader reader, int attribute, int length) {
    return reader
        .attribute(FIXED, attribute)
        .filter(b -> (b.length == 4 || b.length == 16) && length <= b.length * 8)
        .map(b -> new IpPrefix(RouteMessage.address(b), length));
  }

  private static Optional<String> name(NetlinkReader reader, int attribute) {
    return reader
        .attribute(FIXED, attribute)
        .map(b -> new String(b, StandardCharsets.US_ASCII).replace("\0", ""));
  }
}
