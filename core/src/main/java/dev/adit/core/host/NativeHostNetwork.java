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
import dev.adit.core.sys.SystemCallException;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.FileSystemException;
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

  private final Kernel netlink;
  private final Programs programs;
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
    this(journalDirectory, resolvConf, Kernel.open(), Programs.ofEnvironment());
  }

  NativeHostNetwork(Path journalDirectory, Path resolvConf, Kernel kernel, Programs programs) {
    this.netlink = kernel;
    this.programs = programs;
    this.journalDirectory = journalDirectory;
    this.nameServers = new NameServers(resolvConf, programs);
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
      change(HostPlan.wanted(wanted, routes, stillApplied(routes)));
      boolean sameDns =
          last.isPresent()
              && last.get().config().dns().equals(wanted.config().dns())
              && last.get().config().splitDns().equals(wanted.config().splitDns())
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
      List<Route> routes = routes();
      change(HostPlan.wanted(last.get().towards(gateway), routes, stillApplied(routes)));
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
    boolean whole = undo(lines, netlink, programs);
    List<HostChange> changes = new ArrayList<>(applied);
    Collections.reverse(changes);
    for (HostChange change : changes) {
      if (!change.outlivesDevice()) {
        remove(change);
      }
    }
    applied.clear();
    nameServers.forget();
    if (whole) {
      written.close();
    } else {
      written.leave();
    }
    journal = null;
    last = Optional.empty();
  }

  /**
   * Undoes what killed processes left.
   *
   * @return how many journals are done with
   * @throws VpnException we may not
   */
  public static int recover(Path journalDirectory) throws VpnException {
    List<Path> abandoned = Journal.abandoned(journalDirectory);
    if (abandoned.isEmpty()) {
      return 0;
    }
    try (Kernel kernel = Kernel.open()) {
      return recover(abandoned, kernel, Programs.ofEnvironment());
    }
  }

  static int recover(List<Path> abandoned, Kernel kernel, Programs programs) throws VpnException {
    int done = 0;
    for (Path file : abandoned) {
      if (!undo(Journal.toUndo(file), kernel, programs)) {
        LOG.warn("{} stays; adit recover tries it again", file);
        continue;
      }
      try {
        Files.delete(file);
        done++;
      } catch (IOException e) {
        LOG.warn("{} could not be removed: {}", file, e.getMessage());
      }
    }
    return done;
  }

  /** As much as can be; false if something is left that only the journal knows how to undo. */
  private static boolean undo(List<String> lines, Kernel kernel, Programs programs) {
    boolean whole = true;
    for (String line : lines) {
      try {
        Undo.perform(line, kernel, programs);
      } catch (SystemCallException e) {
        LOG.warn("not undone: {}", e.getMessage());
        whole &= e.kind() != VpnException.Kind.PRIVILEGE;
      } catch (FileSystemException e) {
        LOG.warn(
            "not undone: {}: {}",
            e.getFile(),
            Optional.ofNullable(e.getReason()).orElse("cannot be written"));
        whole &= !Undo.isPrecious(line);
      } catch (IOException | RuntimeException e) {
        LOG.warn("not undone: {}", Optional.ofNullable(e.getMessage()).orElse("a damaged line"));
        whole &= !Undo.isPrecious(line);
      }
    }
    return whole;
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

  /** What is applied, without the ways outside that the kernel dropped with their link. */
  private Set<HostChange> stillApplied(List<Route> routes) {
    applied.removeIf(
        change ->
            change instanceof OutsideRoute outside
                && routes.stream()
                    .noneMatch(
                        r ->
                            r.destination().equals(outside.prefix())
                                && r.device() == outside.index()
                                && r.gateway().equals(outside.gateway())));
    return applied;
  }

  private void change(Set<HostChange> wanted) throws VpnException {
    List<HostChange> bulk = new ArrayList<>();
    for (HostChange change : wanted) {
      if (!applied.contains(change)) {
        if (change instanceof TunnelRoute) {
          bulk.add(change);
        } else {
          makeRoom(change, wanted);
          add(change);
        }
      }
    }
    addTunnelRoutes(bulk);
    for (HostChange change : List.copyOf(applied)) {
      // What could not be removed is tried again at the end.
      if (!wanted.contains(change) && remove(change)) {
        applied.remove(change);
      }
    }
  }

  /** The kernel has one route of a kind for a prefix: ours of before goes first. */
  private void makeRoom(HostChange change, Set<HostChange> wanted) {
    if (!(change instanceof OutsideRoute fresh)) {
      return;
    }
    for (HostChange old : List.copyOf(applied)) {
      if (old instanceof OutsideRoute route
          && route.prefix().equals(fresh.prefix())
          && !wanted.contains(old)
          && remove(old)) {
        applied.remove(old);
      }
    }
  }

  /** Many messages in one system call, since a server may push thousands. */
  private void addTunnelRoutes(List<HostChange> routes) throws VpnException {
    if (routes.isEmpty()) {
      return;
    }
    List<byte[]> messages = new ArrayList<>();
    for (HostChange change : routes) {
      messages.add(addition(change));
    }
    try {
      netlink.transactAll(messages, routes.size() == 1 ? routes.get(0).toString() : "routes");
      applied.addAll(routes);
    } catch (SystemCallException e) {
      // Find out which. Those that went through are taken back first: they are ours, by our device.
      for (HostChange change : routes) {
        remove(change);
      }
      for (HostChange change : routes) {
        add(change);
      }
    }
  }

  private void add(HostChange change) throws VpnException {
    boolean written = change.outlivesDevice();
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
      if (written) {
        // Not made by us, so not ours to undo: there may be such a route of somebody else.
        journal().withdraw();
      }
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

  /** Whether it is gone. */
  private boolean remove(HostChange change) {
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
      return true;
    }
    try {
      netlink.transact(message, "undoing " + change);
      return true;
    } catch (SystemCallException e) {
      LOG.debug("{}", e.getMessage());
      return e.errno() == Errno.ESRCH
          || e.errno() == Errno.ENODEV
          || e.errno() == Errno.EADDRNOTAVAIL;
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
