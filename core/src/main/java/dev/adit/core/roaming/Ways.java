package dev.adit.core.roaming;

import dev.adit.core.rtnetlink.RouteMessage.Route;
import java.net.InetAddress;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Finds the way to an address in the main table. */
final class Ways {
  private Ways() {}

  /**
   * The longest prefix wins, then the smallest metric. A route for the gateway alone is one that
   * keeps it out of a tunnel, ours or a script's: it follows the others, and is believed only if
   * there are none.
   */
  static Optional<Way> find(InetAddress gateway, int tunnel, List<Route> routes) {
    Predicate<Route> forGatewayAlone =
        r -> r.destination().length() == gateway.getAddress().length * 8;
    List<Route> usable =
        routes.stream()
            .filter(r -> r.usable() && r.device() != tunnel)
            .filter(r -> r.destination().contains(gateway))
            .toList();
    return best(usable.stream().filter(forGatewayAlone.negate()).toList()).or(() -> best(usable));
  }

  private static Optional<Way> best(List<Route> routes) {
    return routes.stream()
        .max(
            Comparator.comparingInt((Route r) -> r.destination().length())
                .thenComparing(r -> -r.metric()))
        .map(r -> new Way(r.device(), r.gateway()));
  }
}
