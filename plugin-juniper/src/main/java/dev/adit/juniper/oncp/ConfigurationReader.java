package dev.adit.juniper.oncp;

import dev.adit.api.error.PeerViolationException;
import dev.adit.api.tunnel.IpPrefix;
import dev.adit.api.tunnel.TunnelConfig;
import dev.adit.juniper.esp.EspKeys;
import dev.adit.juniper.oncp.Groups.Attribute;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * Message 301 as a configuration. Attributes by {@code group/id}, observed with openconnect 9.01
 * and reported of real gateways: 1/1 address, 1/2 mask, 2/1 DNS, 2/2 search domains, 3/3 and 3/4
 * routes in and out, 4/1 WINS, 6/2 MTU. Network Connect is IPv4 alone. Unknown attributes are kept
 * in {@link TunnelConfig#raw} by their bytes; keys (group 7) are not.
 */
final class ConfigurationReader {
  private static final int MOST_ROUTES = 10_000;
  private static final int SHOWN_BYTES = 64;

  private final List<Attribute> attributes;

  ConfigurationReader(List<Attribute> attributes) {
    this.attributes = attributes;
  }

  /**
   * The configuration.
   *
   * @param previous what to keep where a reconnect names no address
   * @param mtuLimit {@code --mtu}, or what ESP has room for
   */
  TunnelConfig read(Optional<TunnelConfig> previous, OptionalInt mtuLimit)
      throws PeerViolationException {
    Optional<IpPrefix> own = previous.flatMap(TunnelConfig::ipv4);
    Optional<byte[]> address = one(1, 1, 4);
    if (address.isPresent()) {
      Optional<byte[]> mask = one(1, 2, 4);
      int length = mask.isEmpty() ? 32 : IpPrefix.maskLength("netmask (1/2)", inet(mask.get()));
      own = Optional.of(new IpPrefix(inet(address.get()), length));
    }
    Optional<byte[]> given = one(6, 2, 4);
    if (given.isEmpty()) {
      throw new PeerViolationException("MTU (6/2)", "one", "none");
    }
    int mtu = ByteBuffer.wrap(given.get()).getInt();
    if (mtu < TunnelConfig.MIN_MTU || mtu > TunnelConfig.MAX_MTU) {
      throw new PeerViolationException(
          "MTU (6/2)",
          TunnelConfig.MIN_MTU + " to " + TunnelConfig.MAX_MTU,
          Integer.toUnsignedString(mtu));
    }
    TunnelConfig.Builder config =
        TunnelConfig.builder(Math.min(mtu, mtuLimit.orElse(mtu)))
            .splitInclude(prefixes(3, "split include (3/3)"))
            .splitExclude(prefixes(4, "split exclude (3/4)"))
            .dns(addresses(2, 1))
            .searchDomains(domains())
            .nbns(addresses(4, 1))
            .raw(raw());
    own.ifPresent(config::ipv4);
    return config.build().validated();
  }

  private Optional<byte[]> one(int group, int id, int bytes) throws PeerViolationException {
    return Groups.last(attributes, group, id, bytes);
  }

  private List<byte[]> all(int group, int id, int bytes) throws PeerViolationException {
    return Groups.all(attributes, group, id, bytes);
  }

  private List<InetAddress> addresses(int group, int id) throws PeerViolationException {
    List<InetAddress> all = new ArrayList<>();
    for (byte[] value : all(group, id, 4)) {
      InetAddress address = inet(value);
      if (!address.isAnyLocalAddress() && !all.contains(address)) {
        all.add(address);
      }
    }
    return all;
  }

  private List<IpPrefix> prefixes(int id, String field) throws PeerViolationException {
    List<IpPrefix> all = new ArrayList<>();
    for (byte[] value : all(3, id, 8)) {
      int length = IpPrefix.maskLength(field, inet(Arrays.copyOfRange(value, 4, 8)));
      IpPrefix prefix = new IpPrefix(inet(Arrays.copyOf(value, 4)), length).network();
      if (!all.contains(prefix)) {
        all.add(prefix);
      }
      if (all.size() > MOST_ROUTES) {
        throw new PeerViolationException(field, "at most " + MOST_ROUTES, "more");
      }
    }
    return all;
  }

  /** One string with several separators; what is no name of a domain is left out. */
  private List<String> domains() {
    List<String> all = new ArrayList<>();
    for (Attribute attribute : attributes) {
      if (attribute.group() == 2 && attribute.id() == 2) {
        String text = new String(attribute.value(), StandardCharsets.US_ASCII).replace("\0", "");
        for (String name : text.split("[,; ]+", -1)) {
          if (name.matches("[A-Za-z0-9_]([A-Za-z0-9_.-]{0,252})") && !all.contains(name)) {
            all.add(name);
          }
        }
      }
    }
    return all;
  }

  private Map<String, String> raw() {
    Map<String, String> raw = new TreeMap<>();
    for (Attribute attribute : attributes) {
      if (attribute.group() != EspKeys.GROUP) {
        byte[] shown =
            Arrays.copyOf(attribute.value(), Math.min(SHOWN_BYTES, attribute.value().length));
        raw.merge(
            "oncp-" + attribute.group() + "-" + attribute.id(),
            HexFormat.of().formatHex(shown),
            (a, b) -> a + "\n" + b);
      }
    }
    return raw;
  }

  private static InetAddress inet(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address of " + bytes.length + " bytes", e);
    }
  }
}
