package dev.adit.core.ipsec;

import dev.adit.api.error.VpnException;
import dev.adit.api.tunnel.IpPrefix;
import dev.adit.core.xfrm.XfrmPolicy.Direction;
import dev.adit.core.xfrm.XfrmScope;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * How packets that go to a TUN come to the kernel's SAs instead, and what those receive to whom it
 * is for: a strategy, made ready for one TUN. Policies are set in the order in which it has them,
 * and removed from the end.
 */
interface PacketWay extends AutoCloseable {
  /** Which packets a policy is for. */
  record Selector(Direction direction, IpPrefix source, IpPrefix destination) {}

  /** As the user names it. */
  String name();

  /** Of the SAs and policies. */
  XfrmScope scope();

  /** Whether SAs between these may use it. */
  boolean isBetween(InetAddress local, InetAddress remote);

  /** What is to be tried with a packet of our own before all others follow. */
  Optional<Selector> trial();

  /** All policies while the kernel moves packets, those of families the peer takes. */
  List<Selector> selectors(List<IpPrefix> everything);

  /**
   * Policies stand: packets are led to them.
   *
   * @return false if they were already
   */
  boolean divert() throws VpnException;

  /** Packets come to this process again, if it was not the policies that kept them away. */
  void undivert();

  /** Removes what was made. */
  @Override
  void close();
}
