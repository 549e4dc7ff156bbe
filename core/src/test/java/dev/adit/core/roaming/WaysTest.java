package dev.adit.core.roaming;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.api.tunnel.IpPrefix;
import dev.adit.core.rtnetlink.RouteMessage.Route;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which route is the way to the gateway. */
class WaysTest {
  private static final int TUNNEL = 9;
  private final List<Route> routes = new ArrayList<>();

  @Test
  void theDefaultRouteWithTheSmallestMetric() {
    route("0.0.0.0", 0, 2, "192.0.2.1", 600, true);
    route("0.0.0.0", 0, 3, "198.51.100.1", 100, true);
    assertThat(device()).hasValue(3);
  }

  @Test
  void aLinkWithoutCarrierIsNone() {
    route("0.0.0.0", 0, 2, "192.0.2.1", 600, true);
    route("0.0.0.0", 0, 3, "198.51.100.1", 100, false);
    assertThat(device()).hasValue(2);
  }

  @Test
  void theTunnelItselfIsNone() {
    route("0.0.0.0", 1, TUNNEL, "10.9.0.1", 0, true);
    assertThat(device()).isEmpty();
    route("0.0.0.0", 0, 2, "192.0.2.1", 600, true);
    assertThat(device()).hasValue(2);
  }

  /** It names the way of the moment when it was made. */
  @Test
  void theRouteThatKeepsTheGatewayOutOfTheTunnelIsBelievedLast() {
    route("203.0.113.7", 32, 2, "192.0.2.1", 0, true);
    assertThat(device()).hasValue(2);
    route("0.0.0.0", 0, 3, "198.51.100.1", 100, true);
    assertThat(device()).hasValue(3);
  }

  @Test
  void theNearestNetworkWins() {
    route("0.0.0.0", 0, 3, "198.51.100.1", 0, true);
    route("203.0.113.0", 24, 2, null, 1000, true);
    assertThat(device()).hasValue(2);
  }

  private Optional<Integer> device() {
    return Ways.find(address("203.0.113.7"), TUNNEL, routes).map(Way::device);
  }

  private void route(
      String prefix,
      int length,
      int device,
      @org.jspecify.annotations.Nullable String hop,
      int metric,
      boolean usable) {
    routes.add(
        new Route(
            new IpPrefix(address(prefix), length),
            device,
            Optional.ofNullable(hop).map(WaysTest::address),
            metric,
            usable));
  }

  private static InetAddress address(String literal) {
    try {
      return InetAddress.getByName(literal);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }
}
