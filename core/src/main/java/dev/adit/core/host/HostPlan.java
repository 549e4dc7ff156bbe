package dev.adit.core.host;

import dev.adit.api.error.PeerViolationException;
import dev.adit.api.tunnel.IpPrefix;
import dev.adit.api.tunnel.TunnelConfig;
import dev.adit.core.host.HostChange.Address;
import dev.adit.core.host.HostChange.Blocked;
import dev.adit.core.host.HostChange.Link;
import dev.adit.core.host.HostChange.OutsideRoute;
import dev.adit.core.host.HostChange.TunnelRoute;
import dev.adit.core.rtnetlink.RouteMessage.Route;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What is wanted, as changes in the order to make them. Pure.
 *
 * <p>A full tunnel is two halves of the address space, which are more specific than the user's
 * default route: that one stays as it is, needs no restoring, and is used again the moment the
 * device is gone. The routes of the tunnel die with its device; what outlives it (the way to the
 * gateway, excluded networks, blocked families) goes through the journal.
 */
final class HostPlan {
  private static final List<String> IPV4_HALVES = List.of("0.0.0.0/1", "128.0.0.0/1");
  private static final List<String> IPV6_HALVES = List.of("::/1", "8000::/1");

  private HostPlan() {}

  /**
   * The wanted changes.
   *
   * @param routes of the main table as they are, our own among them
   * @param ours what we have changed so far, to be looked through
   */
  static Set<HostChange> wanted(HostWanted wanted, List<Route> routes, Set<HostChange> ours) {
    TunnelConfig config = wanted.config();
    Set<HostChange> plan = new LinkedHashSet<>();
    List<IpPrefix> inside = inside(config);
    Outside outside = new Outside(wanted.deviceIndex(), routes, ours);
    IpPrefix gateway = single(wanted.gateway());
    if (inside.stream().anyMatch(p -> p.contains(wanted.gateway()))) {
      outside.route(gateway).ifPresent(plan::add);
    }
    plan.add(new Link(wanted.device(), wanted.deviceIndex(), config.mtu()));
    config.ipv4().ifPresent(a -> plan.add(address(wanted, a)));
    config.ipv6().ifPresent(a -> plan.add(address(wanted, a)));
    for (IpPrefix excluded : config.splitExclude()) {
      outside.route(excluded).ifPresent(plan::add);
    }
    for (IpPrefix prefix : inside) {
      if (!prefix.equals(gateway)) {
        plan.add(new TunnelRoute(wanted.device(), wanted.deviceIndex(), prefix));
      }
    }
    blocked(wanted).forEach(p -> plan.add(new Blocked(p)));
    return plan;
  }

  /** Local networks that the tunnel is about to take over, in words. */
  static List<String> clashes(HostWanted wanted, List<Route> routes) {
    List<String> clashes = new ArrayList<>();
    for (IpPrefix prefix : wanted.config().splitInclude()) {
      for (Route route : routes) {
        if (prefix.length() > 0
            && route.device() != wanted.deviceIndex()
            && route.gateway().isEmpty()
            && route.destination().length() > 0
            && route.destination().length() < (prefix.isIpv4() ? 32 : 128)
            && (route.destination().contains(prefix.address())
                || prefix.contains(route.destination().address()))) {
          clashes.add(
              "the tunnel's network "
                  + prefix
                  + " overlaps the local network "
                  + route.destination()
                  + "; the more specific of the two wins");
        }
      }
    }
    return clashes;
  }

  private static List<IpPrefix> inside(TunnelConfig config) {
    List<IpPrefix> inside = new ArrayList<>();
    boolean all = config.splitInclude().isEmpty();
    for (IpPrefix prefix : config.splitInclude()) {
      if (prefix.length() == 0) {
        inside.addAll(halves(prefix.isIpv4()));
      } else if (prefix.isIpv4() ? config.ipv4().isPresent() : config.ipv6().isPresent()) {
        inside.add(prefix.network());
      }
    }
    if (all && config.ipv4().isPresent()) {
      inside.addAll(halves(true));
    }
    if (all && config.ipv6().isPresent()) {
      inside.addAll(halves(false));
    }
    inside.removeIf(p -> p.isIpv4() ? config.ipv4().isEmpty() : config.ipv6().isEmpty());
    // Name servers must be reached through the tunnel that named them.
    for (InetAddress server : config.dns()) {
      IpPrefix host = single(server);
      boolean own = host.isIpv4() ? config.ipv4().isPresent() : config.ipv6().isPresent();
      if (own && inside.stream().noneMatch(p -> p.contains(server))) {
        inside.add(host);
      }
    }
    return inside;
  }

  private static List<IpPrefix> blocked(HostWanted wanted) {
    TunnelConfig config = wanted.config();
    boolean without = config.ipv6().isEmpty();
    return switch (wanted.ipv6()) {
      case LEAVE -> List.of();
      case BLOCK -> halves(false);
      case TUNNEL ->
          config.isFullTunnel() && without && config.blockOtherFamily() ? halves(false) : List.of();
    };
  }

  private static Address address(HostWanted wanted, IpPrefix prefix) {
    return new Address(wanted.device(), wanted.deviceIndex(), prefix);
  }

  private static IpPrefix single(InetAddress address) {
    return new IpPrefix(address, address.getAddress().length * 8);
  }

  private static List<IpPrefix> halves(boolean ipv4) {
    List<IpPrefix> halves = new ArrayList<>();
    for (String text : ipv4 ? IPV4_HALVES : IPV6_HALVES) {
      try {
        halves.add(IpPrefix.parse("half", text));
      } catch (PeerViolationException e) {
        throw new IllegalStateException(text, e);
      }
    }
    return halves;
  }

  /** The ways of the host as if there were no tunnel. */
  private static final class Outside {
    private final List<Route> routes;

    private Outside(int device, List<Route> all, Set<HostChange> ours) {
      this.routes =
          all.stream()
              .filter(r -> r.usable() && r.device() != device)
              .filter(
                  r -> !ours.contains(new OutsideRoute(r.destination(), r.device(), r.gateway())))
              .toList();
    }

    /** A route for a prefix that goes where its first address goes now; none if that is nowhere. */
    private Optional<HostChange> route(IpPrefix prefix) {
      return routes.stream()
          .filter(r -> r.destination().contains(prefix.address()))
          .filter(r -> r.destination().length() <= prefix.length())
          .max(
              Comparator.comparingInt((Route r) -> r.destination().length())
                  .thenComparing(r -> -r.metric()))
          .filter(r -> !r.destination().equals(prefix))
          .map(r -> new OutsideRoute(prefix, r.device(), r.gateway()));
    }
  }
}
