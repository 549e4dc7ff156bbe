package dev.adit.core.gateway;

import dev.adit.api.gateway.AddressPool;
import dev.adit.api.tunnel.IpPrefix;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Leases addresses of two networks one after the other; the first of each is the gateway's own. */
final class Addresses implements AddressPool {
  private final IpPrefix ipv4;
  private final Optional<IpPrefix> ipv6;
  private final Map<String, Lease> leases = new HashMap<>();
  private int next = 10;

  Addresses(IpPrefix ipv4, Optional<IpPrefix> ipv6) {
    this.ipv4 = ipv4.network();
    this.ipv6 = ipv6.map(IpPrefix::network);
  }

  /** The gateway's own address in a network. */
  static IpPrefix own(IpPrefix network) {
    return new IpPrefix(numbered(network.network(), 1), network.length());
  }

  @Override
  public Lease lease(String key) {
    return leases.computeIfAbsent(
        key,
        k -> {
          int number = next++;
          return new Lease(
              Optional.of(new IpPrefix(numbered(ipv4, number), 32)),
              ipv6.map(p -> new IpPrefix(numbered(p, number), 128)));
        });
  }

  @Override
  public void release(String key) {
    leases.remove(key);
  }

  private static InetAddress numbered(IpPrefix network, int number) {
    byte[] bytes = network.address().getAddress();
    bytes[bytes.length - 1] += (byte) number;
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("address of " + bytes.length + " bytes", e);
    }
  }
}
