package dev.adit.core.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.api.error.PeerViolationException;
import dev.adit.api.tunnel.IpPrefix;
import dev.adit.api.tunnel.TunnelConfig;
import dev.adit.core.host.HostWanted.Ipv6Policy;
import dev.adit.core.rtnetlink.RouteMessage.Route;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is wanted of the host, as the commands that would do it. */
class HostPlanTest {
  private static final int WIRE = 2;
  private static final int TUN = 7;
  private static final List<Route> LAN =
      List.of(
          new Route(prefix("0.0.0.0/0"), WIRE, Optional.of(address("192.168.1.1")), 100),
          new Route(prefix("192.168.1.0/24"), WIRE, Optional.empty(), 100));

  @Test
  void aSplitTunnelTakesItsNetworksAlone() {
    assertThat(plan(config(List.of("10.0.0.0/8"), List.of(), true), LAN))
        .containsExactly(
            "ip link set dev tun0 up mtu 1400",
            "ip addr add 10.1.2.3/32 dev tun0",
            "ip addr add fd00:0:0:0:0:0:0:2/128 dev tun0",
            "ip route add 10.0.0.0/8 dev tun0");
  }

  @Test
  void aFullTunnelIsTwoHalvesAndAWayToTheGateway() {
    assertThat(plan(config(List.of(), List.of(), false), LAN))
        .containsExactly(
            "ip route add 203.0.113.5/32 via 192.168.1.1 dev #2",
            "ip link set dev tun0 up mtu 1400",
            "ip addr add 10.1.2.3/32 dev tun0",
            "ip route add 0.0.0.0/1 dev tun0",
            "ip route add 128.0.0.0/1 dev tun0",
            "ip route add unreachable 0:0:0:0:0:0:0:0/1",
            "ip route add unreachable 8000:0:0:0:0:0:0:0/1");
  }

  @Test
  void anExcludedNetworkGoesWhereItWentBefore() {
    assertThat(plan(config(List.of("0.0.0.0/0"), List.of("198.51.100.0/24"), true), LAN))
        .contains("ip route add 198.51.100.0/24 via 192.168.1.1 dev #2");
  }

  @Test
  void aPushedRouteThatCoversTheGatewayLeavesTheWayToItOutside() {
    assertThat(plan(config(List.of("203.0.113.0/24"), List.of(), true), LAN))
        .startsWith("ip route add 203.0.113.5/32 via 192.168.1.1 dev #2");
  }

  @Test
  void theGatewayItselfIsNeverRoutedIntoTheTunnel() {
    assertThat(plan(config(List.of("203.0.113.5/32"), List.of(), true), LAN))
        .doesNotContain("ip route add 203.0.113.5/32 dev tun0");
  }

  @Test
  void ourOwnRouteToTheGatewayIsNotTakenForTheHosts() {
    HostChange ours =
        new HostChange.OutsideRoute(
            prefix("203.0.113.5/32"), WIRE, Optional.of(address("192.168.9.9")));
    List<Route> routes =
        List.of(
            LAN.get(0),
            new Route(prefix("203.0.113.5/32"), WIRE, Optional.of(address("192.168.9.9")), 0));
    Set<HostChange> wanted =
        HostPlan.wanted(
            wanted(config(List.of(), List.of(), true), Ipv6Policy.TUNNEL), routes, Set.of(ours));
    assertThat(wanted.stream().map(Object::toString))
        .contains("ip route add 203.0.113.5/32 via 192.168.1.1 dev #2");
  }

  @Test
  void aRouteOfTheUsersToTheGatewayStaysAsItIs() {
    List<Route> routes =
        List.of(LAN.get(0), new Route(prefix("203.0.113.5/32"), 3, Optional.empty(), 0));
    assertThat(plan(config(List.of(), List.of(), true), routes))
        .noneMatch(c -> c.contains("203.0.113.5/32"));
  }

  @Test
  void nameServersAreReachedThroughTheTunnelThatNamedThem() {
    TunnelConfig config =
        config(List.of("10.0.0.0/8"), List.of(), true).toBuilder()
            .dns(List.of(address("172.16.0.53")))
            .build();
    assertThat(plan(config, LAN)).contains("ip route add 172.16.0.53/32 dev tun0");
  }

  @Test
  void anOverlapWithALocalNetworkIsSaidBeforehand() {
    assertThat(
            HostPlan.clashes(
                wanted(config(List.of("192.168.0.0/16"), List.of(), true), Ipv6Policy.TUNNEL), LAN))
        .containsExactly(
            "the tunnel's network 192.168.0.0/16 overlaps the local network 192.168.1.0/24; the"
                + " more specific of the two wins");
  }

  private static List<String> plan(TunnelConfig config, List<Route> routes) {
    return HostPlan.wanted(wanted(config, Ipv6Policy.TUNNEL), routes, Set.of()).stream()
        .map(Object::toString)
        .toList();
  }

  private static HostWanted wanted(TunnelConfig config, Ipv6Policy ipv6) {
    return new HostWanted("tun0", TUN, address("203.0.113.5"), config, ipv6);
  }

  private static TunnelConfig config(List<String> include, List<String> exclude, boolean six) {
    TunnelConfig.Builder config =
        TunnelConfig.builder(1400)
            .ipv4(prefix("10.1.2.3/32"))
            .splitInclude(include.stream().map(HostPlanTest::prefix).toList())
            .splitExclude(exclude.stream().map(HostPlanTest::prefix).toList());
    return (six ? config.ipv6(prefix("fd00::2/128")) : config).build();
  }

  private static IpPrefix prefix(String text) {
    try {
      return IpPrefix.parse("test", text);
    } catch (PeerViolationException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  private static InetAddress address(String text) {
    return prefix(text).address();
  }
}
