package dev.adit.core.ipsec;

import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.tunnel.IpPrefix;
import dev.adit.core.journal.Journal;
import dev.adit.core.netlink.NetlinkReader;
import dev.adit.core.rtnetlink.LinkMessage;
import dev.adit.core.sys.Errno;
import dev.adit.core.sys.SystemCallException;
import dev.adit.core.tc.Redirection;
import dev.adit.core.tc.Redirection.Side;
import dev.adit.core.xfrm.XfrmScope;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state pushed down into the TUN: the user sees the TUN alone, from beginning to end.
 *
 * <pre>
 *   routes → TUN ─ clsact egress ──→ IPsec's interface ─ policy, SA → UDP
 *            TUN ←── clsact ingress ─ IPsec's interface ←───── SA ←── UDP
 * </pre>
 *
 * <p>{@link IpsecInterface} has an id of its own, under which nobody else's policies are. The
 * filter on the TUN is the switch: without it the next packet is in the TUN's descriptor again. All
 * of it but that interface goes with the TUN; that one has no address and no route, does nothing
 * without SAs, and is in the journal.
 */
final class Redirect implements PacketWay {
  private static final Logger LOG = LoggerFactory.getLogger(Redirect.class);
  private static final int MOST_TRIES = 8;
  private static final int MTU = 1500;

  private final IpsecKernel kernel;
  private final Journal journal;
  private final String device;
  private final String name;
  private final IpsecInterface by;
  private final Redirection outbound;

  private Redirect(
      IpsecKernel kernel,
      Journal journal,
      String device,
      String name,
      IpsecInterface by,
      Redirection outbound) {
    this.kernel = kernel;
    this.journal = journal;
    this.device = device;
    this.name = name;
    this.by = by;
    this.outbound = outbound;
  }

  /**
   * Makes the interface and all filters but the one that is the switch.
   *
   * @param of an interface with this id
   * @throws VpnException what this machine lacks; then nothing is left
   */
  static Redirect prepare(
      IpsecKernel kernel,
      String device,
      IntFunction<IpsecInterface> of,
      Path journalDirectory,
      RandomGenerator random)
      throws VpnException {
    int tun = index(kernel, device);
    Journal journal = Journal.open(journalDirectory);
    @Nullable String made = null;
    try {
      for (int tries = 1; ; tries++) {
        int id = random.nextInt(1, Integer.MAX_VALUE);
        IpsecInterface by = of.apply(id);
        String name = "adx" + tun + "-" + Integer.toHexString(id & 0xffff);
        journal.write("netlink " + HexFormat.of().formatHex(LinkMessage.delete(name)));
        try {
          kernel.route(by.add(name), "interface " + name);
          made = name;
          return finish(kernel, journal, device, tun, name, by);
        } catch (SystemCallException e) {
          made = e.isAnswerLost() ? name : made;
          if (made == null) {
            journal.withdraw();
          }
          if (made != null || e.errno() != Errno.EEXIST || tries == MOST_TRIES) {
            throw Gate.explained(made == null ? by.gate() : Gate.REDIRECTION, e);
          }
        }
      }
    } catch (VpnException e) {
      if (made != null) {
        remove(kernel, made);
      }
      journal.close();
      throw e;
    }
  }

  private static Redirect finish(
      IpsecKernel kernel, Journal journal, String device, int tun, String name, IpsecInterface by)
      throws VpnException {
    // Its own IPv6 would send what nobody asked for into the tunnel.
    trySet(kernel, "ipv6/conf/" + name + "/disable_ipv6", 1);
    // What comes from an SA is not let in where there is no policy for it, and the TUN has none.
    kernel.set("ipv4/conf/" + device + "/disable_policy", 1);
    trySet(kernel, "ipv6/conf/" + device + "/disable_policy", 1);
    int index = index(kernel, name);
    kernel.route(LinkMessage.up(index, MTU), name + " up");
    clsact(kernel, index, name);
    clsact(kernel, tun, device);
    kernel.route(
        new Redirection(Side.INGRESS, index, tun).add(), "packets from " + name + " to " + device);
    return new Redirect(
        kernel, journal, device, name, by, new Redirection(Side.EGRESS, tun, index));
  }

  @Override
  public String name() {
    return by.way();
  }

  @Override
  public XfrmScope scope() {
    return by.scope();
  }

  @Override
  public boolean isBetween(InetAddress local, InetAddress remote) {
    return by.isBetween(local, remote);
  }

  /** The filter leads all packets or none. */
  @Override
  public Optional<Selector> trial() {
    return Optional.empty();
  }

  /** All that comes to the interface takes the SA that sends. */
  @Override
  public List<Selector> selectors(List<IpPrefix> everything) {
    return by.policies().stream()
        .flatMap(to -> everything.stream().map(any -> new Selector(to, any, any)))
        .toList();
  }

  @Override
  public boolean divert() throws VpnException {
    try {
      kernel.route(outbound.add(), "packets from " + device + " to " + name);
      return true;
    } catch (SystemCallException e) {
      if (e.errno() == Errno.EEXIST) {
        return false;
      }
      throw Gate.explained(Gate.REDIRECTION, e);
    }
  }

  /** Packets that go to the TUN come to this process from now on. */
  @Override
  public void undivert() {
    Removal.insist(
        () -> kernel.route(outbound.delete(), "packets from " + device + " to this process"),
        Errno.ENOENT,
        Errno.ENODEV,
        Errno.EINVAL);
  }

  @Override
  public void close() {
    undivert();
    if (remove(kernel, name)) {
      journal.close();
    } else {
      journal.leave();
    }
  }

  private static boolean remove(IpsecKernel kernel, String name) {
    try {
      kernel.route(LinkMessage.delete(name), "removing " + name);
      return true;
    } catch (SystemCallException e) {
      LOG.debug("{}", e.getMessage());
      return e.errno() == Errno.ENODEV;
    }
  }

  private static void clsact(IpsecKernel kernel, int index, String name)
      throws SystemCallException {
    try {
      kernel.route(Redirection.addClsact(index), "clsact of " + name);
    } catch (SystemCallException e) {
      if (e.errno() != Errno.EEXIST) {
        throw e;
      }
    }
  }

  private static void trySet(IpsecKernel kernel, String name, int value) {
    try {
      kernel.set(name, value);
    } catch (VpnException e) {
      // This kernel has no IPv6.
      LOG.debug("{}", e.getMessage());
    }
  }

  private static int index(IpsecKernel kernel, String name) throws VpnException {
    for (byte[] answer : kernel.route(LinkMessage.get(name), "interface " + name)) {
      NetlinkReader reader = new NetlinkReader(answer);
      if (reader.type() == LinkMessage.RTM_NEWLINK && reader.payloadLength() >= 16) {
        return reader.u32(4);
      }
    }
    throw new VpnException(Kind.OTHER, "there is no interface " + name);
  }
}
