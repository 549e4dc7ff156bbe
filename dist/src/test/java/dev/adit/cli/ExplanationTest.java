package dev.adit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.tunnel.IpPrefix;
import dev.adit.core.rtnetlink.RouteLookup.Found;
import dev.adit.core.rtnetlink.RuleMessage.Rule;
import dev.adit.core.xfrm.PolicyLookup.Outbound;
import dev.adit.core.xfrm.XfrmScope;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Why a packet goes where it goes, by a kernel and sessions that a test makes up. */
class ExplanationTest {
  private static final String SPLIT =
      "{\"device\":\"vpn0\",\"server\":\"vpn.test\",\"gateway\":\"203.0.113.1\",\"state\":\"on_udp\",\"carrier\":\"DTLS"
          + " 1.2\",\"ipv4\":\"10.9.0.2/32\",\"ipv6\":\"\","
          + "\"include\":[\"10.0.0.0/8\",\"10.1.0.0/16\"],\"exclude\":[\"10.8.0.0/16\"],"
          + "\"dns\":[\"10.0.0.53\"],\"search\":[],\"split_dns\":[\"corp.test\"]}";
  private static final String FULL =
      "{\"device\":\"vpn0\",\"server\":\"vpn.test\",\"gateway\":\"203.0.113.1\","
          + "\"state\":\"on_kernel\",\"carrier\":\"ESP\",\"ipv4\":\"10.9.0.2/32\",\"ipv6\":\"\","
          + "\"include\":[],\"exclude\":[],\"dns\":[\"10.0.0.53\"],\"search\":[],\"split_dns\":[]}";

  private final List<Rule> rules = new ArrayList<>();
  private final List<Outbound> policies = new ArrayList<>();
  private String destination = "0.0.0.0/0";
  private int device = 1;
  private int type = 1;
  private int table = 254;
  private Optional<VpnException> failure = Optional.empty();

  private final class Kernel implements Explanation.Kernel {
    @Override
    public Found way(InetAddress to) throws VpnException {
      return found(new IpPrefix(to, to.getAddress().length * 8), Optional.of(ip("10.9.0.2")));
    }

    @Override
    public Found route(InetAddress to) throws VpnException {
      return found(IpPrefix.parse("route", destination), Optional.empty());
    }

    private Found found(IpPrefix route, Optional<InetAddress> source) throws VpnException {
      if (failure.isPresent()) {
        throw failure.get();
      }
      return new Found(route, type, table, device, Optional.empty(), source, 0);
    }

    @Override
    public List<Rule> rules(boolean ipv4) {
      return rules;
    }

    @Override
    public List<Outbound> policies() {
      return policies;
    }

    @Override
    public List<String> filters(boolean ipv4) {
      return ipv4 ? List.of("inet fw out (policy drop)") : List.of();
    }

    @Override
    public String deviceName(int number) {
      return number == 1 ? "eth0" : "vpn0";
    }
  }

  private static InetAddress ip(String text) throws VpnException {
    return IpPrefix.parseAddress("t", text);
  }

  private JsonNode explain(String address, String... sessions) throws Exception {
    List<JsonNode> nodes = new ArrayList<>();
    for (String session : sessions) {
      nodes.add(new ObjectMapper().readTree(session));
    }
    JsonNode way = new Explanation(new Kernel(), nodes).of(ip(address));
    assertThat(Explanation.text(way).lines()).allMatch(l -> l.length() <= 80);
    return way;
  }

  private static Rule rule(int priority, Optional<IpPrefix> to, OptionalInt mark, int table) {
    return new Rule(
        priority, Optional.empty(), to, Optional.empty(), Optional.empty(), mark, false, table);
  }

  @Test
  void throughTheTunnelByTheLongestNetworkThatTheServerWants() throws Exception {
    device = 2;
    destination = "10.1.0.0/16";
    JsonNode way = explain("10.1.2.3", SPLIT);
    assertThat(Explanation.summary(way)).isEqualTo("through the tunnel vpn0 to vpn.test");
    assertThat(way.path("carrier").asText()).isEqualTo("DTLS 1.2");
    assertThat(way.path("route").asText()).isEqualTo("10.1.0.0/16");
    assertThat(way.path("why").asText()).contains("10.1.0.0/16 to go through");
  }

  @Test
  void thePolicyThatWinsIsNamed() throws Exception {
    assertThat(explain("10.1.2.3").has("policy")).isFalse();
    policies.add(policy("10.0.0.0/8", 20, XfrmScope.NONE, false, Optional.of(ip("203.0.113.9"))));
    policies.add(policy("10.1.0.0/16", 10, XfrmScope.NONE, true, Optional.empty()));
    policies.add(policy("10.1.0.0/16", 1, XfrmScope.ofInterface(7), false, Optional.empty()));
    policies.add(policy("10.1.0.0/16", 1, XfrmScope.ofMark(7), false, Optional.empty()));
    assertThat(explain("10.1.2.3").path("policy").asText())
        .isEqualTo(
            "dropped by an IPsec policy of this host, src 0.0.0.0/0 dst 10.1.0.0/16, priority 10");
    assertThat(explain("10.2.2.3").path("policy").asText()).startsWith("sealed for 203.0.113.9 by");
    assertThat(Explanation.text(explain("10.2.2.3"))).contains("passes     inet fw out (policy");
  }

  private static Outbound policy(
      String to, int priority, XfrmScope scope, boolean blocks, Optional<InetAddress> peer)
      throws VpnException {
    return new Outbound(
        IpPrefix.parse("from", "0.0.0.0/0"),
        IpPrefix.parse("to", to),
        0,
        priority,
        scope,
        blocks,
        peer);
  }

  @Test
  void besideTheTunnel() throws Exception {
    assertThat(why("203.0.113.1", SPLIT)).startsWith("it is the gateway of vpn0");
    assertThat(why("10.8.0.1", SPLIT)).contains("wants 10.8.0.0/16 to stay outside");
    assertThat(why("192.0.2.7", SPLIT)).isEqualTo("no server wants it to go through the tunnel");
    assertThat(why("192.0.2.7")).isEqualTo("no session is running");
    destination = "10.1.2.0/24";
    assertThat(why("10.1.2.3", SPLIT)).contains("the route 10.1.2.0/24 is more precise");
    type = 2;
    assertThat(why("10.9.0.2", SPLIT)).isEqualTo("it is an address of this host");
  }

  private String why(String address, String... sessions) throws Exception {
    return explain(address, sessions).path("why").asText();
  }

  @Test
  void theFirstRuleThatFitsIsNamed() throws Exception {
    table = 100;
    rules.add(rule(5, Optional.empty(), OptionalInt.of(7), 100));
    rules.add(rule(6, Optional.of(IpPrefix.parse("t", "192.0.2.0/24")), OptionalInt.empty(), 100));
    rules.add(rule(7, Optional.of(IpPrefix.parse("t", "10.0.0.0/8")), OptionalInt.empty(), 100));
    JsonNode way = explain("10.1.2.3", SPLIT);
    assertThat(way.path("rule").asText()).isEqualTo("7: from all to 10.0.0.0/8 lookup 100");
    assertThat(way.path("why").asText()).contains("vpn0 would take it, but a rule asks table 100");
  }

  @Test
  void theKernelsIpsecIsNamedWhereItWorks() throws Exception {
    device = 2;
    JsonNode way = explain("192.0.2.1", FULL);
    assertThat(way.path("why").asText()).isEqualTo("everything goes through the tunnel");
    assertThat(way.path("filter").asText()).startsWith("vpn0 hands packets to the kernel");
  }

  @Test
  void nowhere() throws Exception {
    failure = Optional.of(new VpnException(Kind.UNREACHABLE, "no route leads there"));
    assertThat(why("192.0.2.1")).isEqualTo("no route leads there");
    assertThat(why("2001:db8::1", FULL)).contains("vpn0 takes everything and has no IPv6");
    assertThat(Explanation.text(explain("192.0.2.1"))).startsWith("192.0.2.1: nowhere\n");
  }

  @TempDir private Path etc;

  @Test
  void whoAnswersForAName() throws Exception {
    List<JsonNode> sessions = List.of(new ObjectMapper().readTree(SPLIT));
    NameLookup lookup = new NameLookup(etc, sessions);
    assertThat(lookup.of("a.corp.test").path("why").asText()).isEqualTo("no name server is set");
    Files.writeString(etc.resolve("hosts"), "10.0.0.9 b.corp.test # corp\n");
    Files.writeString(etc.resolve("resolv.conf"), "search x\nnameserver 10.0.0.53\n");
    assertThat(lookup.of("B.corp.test").path("why").asText()).isEqualTo("the file names it");
    assertThat(lookup.of("a.other").path("why").asText())
        .isEqualTo("the name servers of vpn0 are asked for all names");
    Files.writeString(etc.resolve("resolv.conf"), "nameserver 127.0.0.53\n");
    assertThat(lookup.of("a.corp.test").toString())
        .contains("\"servers\":[\"10.0.0.53\"]", "corp.test is a domain of vpn0");
    assertThat(lookup.of("notcorp.test").toString())
        .contains("\"servers\":[\"127.0.0.53\"]", "no tunnel has its domain");
  }
}
