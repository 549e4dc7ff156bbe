package dev.adit.core.host;

import dev.adit.api.error.VpnException;
import dev.adit.core.host.HostChange.Address;
import dev.adit.core.host.HostChange.Blocked;
import dev.adit.core.host.HostChange.Link;
import dev.adit.core.host.HostChange.OutsideRoute;
import dev.adit.core.host.HostChange.TunnelRoute;
import dev.adit.core.journal.Journal;
import dev.adit.core.rtnetlink.AddressMessage;
import dev.adit.core.rtnetlink.LinkMessage;
import dev.adit.core.rtnetlink.RouteMessage;
import dev.adit.core.rtnetlink.RouteMessage.Route;
import dev.adit.core.sys.Errno;
import dev.adit.core.sys.NetlinkSocket;
import dev.adit.core.sys.SystemCallException;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Through netlink, with the journal written first. New is added before old is taken away. */
public final class NativeHostNetwork implements HostNetwork {
  private static final Logger LOG = LoggerFactory.getLogger(NativeHostNetwork.class);

  private final NetlinkSocket netlink;
  private final Path journalDirectory;
  private final NameServers nameServers;
  private final Set<HostChange> applied = new LinkedHashSet<>();
  private @Nullable Journal journal;
  private Optional<HostWanted> last = Optional.empty();

  /**
   * Opens what is needed; nothing is changed yet.
   *
   * @param journalDirectory usually {@code /run/adit}
   * @param resolvConf usually {@code /etc/resolv.conf}
   */
  public NativeHostNetwork(Path journalDirectory, Path resolvConf) throws VpnException {
    this.netlink = NetlinkSocket.open(NetlinkSocket.ROUTE, 0);
    this.journalDirectory = journalDirectory;
    this.nameServers = new NameServers(resolvConf);
  }

  @Override
  public void apply(HostWanted wanted) throws VpnException {
    try {
      if (journal == null) {
        journal = Journal.open(journalDirectory);
      }
      List<Route> routes = routes();
      if (last.isEmpty()) {
        HostPlan.clashes(wanted, routes).forEach(LOG::warn);
      }
      change(HostPlan.wanted(wanted, routes, applied));
      boolean sameDns =
          last.isPresent()
              && last.get().config().dns().equals(wanted.config().dns())
              && last.get().config().searchDomains().equals(wanted.config().searchDomains());
      if (!sameDns) {
        setNameServers(wanted);
      }
      last = Optional.of(wanted);
    } catch (VpnException e) {
      close();
      throw e;
    }
  }

  /** The way to the gateway follows the host's routes, which may have changed since. */
  @Override
  public void beforeReconnect(InetAddress gateway) {
    if (last.isEmpty()) {
      return;
    }
    try {
      change(HostPlan.wanted(last.get(), routes(), applied));
    } catch (VpnException e) {
      LOG.warn("the way to the gateway could not be renewed: {}", e.getMessage());
    }
  }

  @Override
  public void close() {
    Journal written = journal;
    if (written == null) {
      return;
    }
    List<String> lines = new ArrayList<>(written.lines());
    Collections.reverse(lines);
    for (String line : lines) {
      try {
        Undo.perform(line, netlink);
      } catch (SystemCallException | IOException e) {
        LOG.warn("not undone: {}", e.getMessage());
      }
    }
    List<HostChange> changes = new ArrayList<>(applied);
    Collections.reverse(changes);
    for (HostChange change : changes) {
      if (!change.outlivesDevice()) {
        remove(change);
      }
    }
    applied.clear();
    written.close();
    journal = null;
    last = Optional.empty();
  }

  /** Undoes what killed processes left; returns how many journals there were. */
  public static int recover(Path journalDirectory) throws VpnException {
    List<Path> abandoned = Journal.abandoned(journalDirectory);
    if (abandoned.isEmpty()) {
      return 0;
    }
    try (NetlinkSocket netlink = NetlinkSocket.open(NetlinkSocket.ROUTE, 0)) {
      for (Path file : abandoned) {
        for (String line : Journal.toUndo(file)) {
          try {
            Undo.perform(line, netlink);
          } catch (IOException e) {
            LOG.warn("not undone: {}", e.getMessage());
          }
        }
        try {
          Files.delete(file);
        } catch (IOException e) {
          LOG.warn("{} could not be removed: {}", file, e.getMessage());
        }
      }
    }
    return abandoned.size();
  }

  private void setNameServers(HostWanted wanted) throws VpnException {
    try {
      nameServers.set(wanted.device(), wanted.config(), journal());
    } catch (VpnException e) {
      if (e.kind() != VpnException.Kind.PRIVILEGE) {
        throw e;
      }
      LOG.warn("{}", e.getMessage());
    }
  }

  private void change(Set<HostChange> wanted) throws VpnException {
    List<HostChange> bulk = new ArrayList<>();
    for (HostChange change : wanted) {
      if (!applied.contains(change)) {
        if (change instanceof TunnelRoute) {
          bulk.add(change);
        } else {
          add(change);
        }
      }
    }
    addTunnelRoutes(bulk);
    for (HostChange change : List.copyOf(applied)) {
      if (!wanted.contains(change)) {
        remove(change);
        applied.remove(change);
      }
    }
  }

  /** Many messages in one system call, since a server may push thousands. */
  private void addTunnelRoutes(List<HostChange> routes) throws VpnException {
    List<byte[]> messages = new ArrayList<>();
    for (HostChange change : routes) {
      messages.add(addition(change));
    }
    try {
      netlink.transactAll(messages, routes.size() == 1 ? routes.get(0).toString() : "routes");
      applied.addAll(routes);
    } catch (SystemCallException e) {
      // Find out which: those that are there already are left alone.
      for (HostChange change : routes) {
        add(change);
      }
    }
  }

  private void add(HostChange change) throws VpnException {
    if (change instanceof OutsideRoute route) {
      journal().write(Undo.route(route));
    } else if (change instanceof Blocked blocked) {
      journal().write(Undo.route(blocked));
    }
    try {
      netlink.transact(addition(change), change.toString());
      LOG.debug("{}", change);
      applied.add(change);
    } catch (SystemCallException e) {
      if (e.errno() == Errno.EEXIST) {
        LOG.warn("{}: there is such a route already, which stays as it is", change);
      } else if (change instanceof Address && e.errno() == Errno.EACCES
          || change instanceof Blocked && e.errno() != Errno.EPERM) {
        LOG.warn("{}: IPv6 seems to be switched off on this host", change);
      } else {
        throw e;
      }
    }
  }

  private static byte[] addition(HostChange change) {
    if (change instanceof Link link) {
      return LinkMessage.up(link.index(), link.mtu());
    }
    if (change instanceof Address address) {
      return AddressMessage.add(address.index(), address.prefix());
    }
    if (change instanceof TunnelRoute route) {
      return RouteMessage.add(route.prefix(), route.index(), Optional.empty());
    }
    if (change instanceof OutsideRoute route) {
      return RouteMessage.add(route.prefix(), route.index(), route.gateway());
    }
    if (change instanceof Blocked blocked) {
      return RouteMessage.addUnreachable(blocked.prefix());
    }
    throw new IllegalStateException("no message for " + change);
  }

  private void remove(HostChange change) {
    byte[] message;
    if (change instanceof Address address) {
      message = AddressMessage.delete(address.index(), address.prefix());
    } else if (change instanceof TunnelRoute route) {
      message = RouteMessage.delete(route.prefix(), route.index(), Optional.empty());
    } else if (change instanceof OutsideRoute route) {
      message = RouteMessage.delete(route.prefix(), route.index(), route.gateway());
    } else if (change instanceof Blocked blocked) {
      message = RouteMessage.deleteUnreachable(blocked.prefix());
    } else {
      return;
    }
    try {
      netlink.transact(message, "undoing " + change);
    } catch (SystemCallException e) {
      LOG.debug("{}", e.getMessage());
    }
  }

  private List<Route> routes() throws VpnException {
    List<Route> routes = new ArrayList<>();
    for (boolean ipv4 : new boolean[] {true, false}) {
      for (byte[] message : netlink.transact(RouteMessage.dump(ipv4), "routes of this host")) {
        RouteMessage.read(message).ifPresent(routes::add);
      }
    }
    return routes;
  }

  private Journal journal() {
    if (journal == null) {
      throw new IllegalStateException("no journal");
    }
    return journal;
  }
}
