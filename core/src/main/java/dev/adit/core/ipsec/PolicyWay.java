package dev.adit.core.ipsec;

import dev.adit.api.error.VpnException;
import dev.adit.api.tunnel.IpPrefix;
import dev.adit.core.xfrm.XfrmPolicy.Direction;
import dev.adit.core.xfrm.XfrmScope;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Policies alone, for whatever has an address of the tunnel as its source: they are asked before a
 * packet gets to the TUN, whose routes stay as they are. Needs no xfrm interface.
 *
 * <pre>
 *   routes → policy, SA → UDP
 *   whom it is for ← policy ← SA ← UDP
 * </pre>
 *
 * <p>What the SAs receive shows on the physical device. What is forwarded into the tunnel under
 * another address keeps to the TUN, and its answers find no policy: that goes by {@link Redirect}.
 */
final class PolicyWay implements PacketWay {
  private static final Logger LOG = LoggerFactory.getLogger(PolicyWay.class);

  /** RFC 7600: nobody's, and nobody answers there. */
  private static final byte[] DUMMY = {(byte) 192, 0, 0, 8};

  private final List<IpPrefix> addresses;

  private PolicyWay(List<IpPrefix> addresses) {
    this.addresses = addresses;
  }

  /**
   * Has the TUN let in what comes to it by TLS though policies want all of it from an SA.
   *
   * @throws VpnException what this machine lacks
   */
  static PolicyWay prepare(IpsecKernel kernel, TunnelDevice tun, int id) throws VpnException {
    Trial.policy(kernel, id);
    kernel.set("ipv4/conf/" + tun.name() + "/disable_policy", 1);
    try {
      kernel.set("ipv6/conf/" + tun.name() + "/disable_policy", 1);
    } catch (VpnException e) {
      // This kernel has no IPv6.
      LOG.debug("{}", e.getMessage());
    }
    List<IpPrefix> addresses = new ArrayList<>();
    for (InetAddress address : tun.addresses()) {
      addresses.add(new IpPrefix(address, 8 * address.getAddress().length));
    }
    return new PolicyWay(addresses);
  }

  @Override
  public String name() {
    return "policy";
  }

  @Override
  public XfrmScope scope() {
    return XfrmScope.NONE;
  }

  @Override
  public boolean isBetween(InetAddress local, InetAddress remote) {
    return true;
  }

  @Override
  public Optional<Selector> trial() {
    return addresses.stream()
        .filter(address -> address.length() == 32)
        .findFirst()
        .map(address -> new Selector(Direction.OUT, address, dummy()));
  }

  private static IpPrefix dummy() {
    try {
      return new IpPrefix(InetAddress.getByAddress(DUMMY), 32);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public List<Selector> selectors(List<IpPrefix> everything) {
    List<Selector> all = new ArrayList<>();
    for (Direction direction : List.of(Direction.IN, Direction.OUT)) {
      for (IpPrefix any : everything) {
        for (IpPrefix address : addresses) {
          if (address.address().getClass() == any.address().getClass()) {
            all.add(
                direction == Direction.IN
                    ? new Selector(direction, any, address)
                    : new Selector(direction, address, any));
          }
        }
      }
    }
    return all;
  }

  @Override
  public boolean divert() {
    return false;
  }

  @Override
  public void undivert() {
    // The policies are the switch.
  }

  @Override
  public void close() {
    // What was set goes with the TUN.
  }
}
