package dev.adit.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.adit.api.error.PeerViolationException;
import dev.adit.api.error.VpnException;
import dev.adit.api.tunnel.IpPrefix;
import dev.adit.core.rtnetlink.RouteLookup.Found;
import dev.adit.core.rtnetlink.RuleMessage;
import dev.adit.core.rtnetlink.RuleMessage.Rule;
import dev.adit.core.xfrm.PolicyLookup.Outbound;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * Which way a packet to an address takes, and why: what the kernel says, held against what the
 * running sessions were told by their servers. JSON first; the text is made of it.
 */
final class Explanation {
  /** What the kernel answers. */
  interface Kernel {
    /** The way of a packet to there, as its device and its source address. */
    Found way(InetAddress to) throws VpnException;

    /** The route that decides. */
    Found route(InetAddress to) throws VpnException;

    /** All rules that lead to a table, first the one that is asked first. */
    List<Rule> rules(boolean ipv4) throws VpnException;

    /** IPsec policies for packets that leave; none where the kernel has no IPsec. */
    List<Outbound> policies() throws VpnException;

    /** Filters that packets of this host pass on their way out, by name. */
    List<String> filters(boolean ipv4);

    String deviceName(int number);
  }

  private static final int LOCAL = 2;

  private final Kernel kernel;
  private final List<JsonNode> sessions;

  /**
   * Makes nothing yet.
   *
   * @param sessions as {@code adit status --json} tells them
   */
  Explanation(Kernel kernel, List<JsonNode> sessions) {
    this.kernel = kernel;
    this.sessions = sessions;
  }

  ObjectNode of(InetAddress address) {
    ObjectNode node = new ObjectMapper().createObjectNode();
    node.put("address", address.getHostAddress());
    try {
      found(node, address, kernel.way(address), kernel.route(address));
    } catch (VpnException e) {
      node.put("reachable", false);
      node.put("why", nowhere(address, e.getMessage()));
    }
    return node;
  }

  private void found(ObjectNode node, InetAddress address, Found way, Found route)
      throws VpnException {
    String device = kernel.deviceName(way.device());
    Optional<JsonNode> session =
        sessions.stream().filter(s -> s.path("device").asText().equals(device)).findFirst();
    node.put("reachable", way.isPassable());
    node.put("device", device);
    node.put("tunnel", session.isPresent());
    session.ifPresent(
        s -> {
          node.put("server", s.path("server").asText());
          node.put("carrier", s.path("carrier").asText());
          if (s.path("state").asText().equals("on_kernel")) {
            node.put("filter", device + " hands packets to the kernel's IPsec by a filter of tc");
          }
        });
    way.gateway().ifPresent(g -> node.put("router", g.getHostAddress()));
    way.source().ifPresent(s -> node.put("source", s.getHostAddress()));
    node.put("route", route.destination().toString());
    node.put("table", RuleMessage.tableName(route.table()));
    rule(address, way.source(), route.table()).ifPresent(r -> node.put("rule", r.toString()));
    policy(address, way.source()).ifPresent(p -> node.put("policy", policy(p)));
    ArrayNode filters = node.putArray("filters");
    kernel.filters(address.getAddress().length == 4).forEach(filters::add);
    node.put("why", why(address, way, route, session));
  }

  /** The first rule that leads there. */
  private Optional<Rule> rule(InetAddress address, Optional<InetAddress> source, int table)
      throws VpnException {
    return kernel.rules(address.getAddress().length == 4).stream()
        .filter(r -> r.table() == table && r.isFor(address, source))
        .findFirst();
  }

  /** The policy that wins; packets of one protocol may have another. */
  private Optional<Outbound> policy(InetAddress address, Optional<InetAddress> source)
      throws VpnException {
    return kernel.policies().stream()
        .filter(p -> p.isFor(address, source))
        .min(Comparator.comparing(Outbound::priority, Integer::compareUnsigned));
  }

  private static String policy(Outbound by) {
    String what =
        by.blocks()
            ? "dropped"
            : by.peer().map(p -> "sealed for " + p.getHostAddress()).orElse("let through");
    return what + " by an IPsec policy of this host, " + by;
  }

  private String why(InetAddress address, Found way, Found route, Optional<JsonNode> by) {
    if (way.type() == LOCAL) {
      return "it is an address of this host";
    }
    if (!way.isPassable()) {
      return nowhere(address, "a route keeps packets from there");
    }
    if (by.isPresent()) {
      return covering(by.get(), "include", address)
          .map(p -> "the server wants " + p + " to go through the tunnel")
          .orElse(
              isFull(by.get())
                  ? "everything goes through the tunnel"
                  : "a route leads there that the server did not ask for");
    }
    if (sessions.isEmpty()) {
      return "no session is running";
    }
    for (JsonNode session : sessions) {
      String device = session.path("device").asText();
      if (session.path("gateway").asText().equals(address.getHostAddress())) {
        return "it is the gateway of "
            + device
            + ": what carries the tunnel cannot go through the tunnel";
      }
      Optional<IpPrefix> excluded = covering(session, "exclude", address);
      if (excluded.isPresent()) {
        return "the server of " + device + " wants " + excluded.get() + " to stay outside";
      }
      Optional<IpPrefix> included = covering(session, "include", address);
      if (included.isPresent() || isFull(session)) {
        return device
            + " would take it, but "
            + (route.table() == 254
                ? "the route " + route.destination() + " is more precise, or preferred"
                : "a rule asks table " + RuleMessage.tableName(route.table()) + " first");
      }
    }
    return "no server wants it to go through the tunnel";
  }

  private String nowhere(InetAddress address, String reason) {
    boolean ipv4 = address.getAddress().length == 4;
    return sessions.stream()
        .filter(s -> isFull(s) && s.path(ipv4 ? "ipv4" : "ipv6").asText().isEmpty())
        .findFirst()
        .map(
            s ->
                reason
                    + "; "
                    + s.path("device").asText()
                    + " takes everything and has no IPv"
                    + (ipv4 ? "4" : "6")
                    + ", which would get past it")
        .orElse(reason);
  }

  private static boolean isFull(JsonNode session) {
    return session.has("include")
        && (session.path("include").isEmpty()
            || prefixes(session, "include").stream().anyMatch(p -> p.length() == 0));
  }

  /** The longest network of a list that holds an address. */
  private static Optional<IpPrefix> covering(JsonNode session, String list, InetAddress address) {
    return prefixes(session, list).stream()
        .filter(p -> p.length() > 0 && p.contains(address))
        .max(Comparator.comparingInt(IpPrefix::length));
  }

  private static List<IpPrefix> prefixes(JsonNode session, String list) {
    return StreamSupport.stream(session.path(list).spliterator(), false)
        .flatMap(
            n -> {
              try {
                return Optional.of(IpPrefix.parse(list, n.asText())).stream();
              } catch (PeerViolationException e) {
                return Optional.<IpPrefix>empty().stream();
              }
            })
        .toList();
  }

  /** For a person, at most 80 columns wide. */
  static String text(JsonNode way) {
    StringBuilder text = new StringBuilder();
    text.append(way.path("address").asText()).append(": ").append(summary(way)).append('\n');
    if (way.has("carrier")) {
      StatusText.line(text, "carrier", way.path("carrier").asText());
    }
    if (way.has("filter")) {
      StatusText.line(text, "filter", way.path("filter").asText());
    }
    if (way.has("route")) {
      StatusText.line(
          text, "route", way.path("route").asText() + ", table " + way.path("table").asText());
    }
    if (way.has("rule")) {
      StatusText.line(text, "rule", way.path("rule").asText());
    }
    if (way.has("source")) {
      StatusText.line(text, "source", way.path("source").asText());
    }
    if (way.has("policy")) {
      StatusText.line(text, "policy", way.path("policy").asText());
    }
    if (!way.path("filters").isEmpty()) {
      List<String> names = new ArrayList<>();
      way.path("filters").forEach(f -> names.add(f.asText()));
      StatusText.line(text, "passes", String.join(", ", names) + ", whose rules may drop it");
    }
    StatusText.line(text, "why", way.path("why").asText());
    return text.toString();
  }

  /** {@code through the tunnel vpn0 to vpn.example.com}. */
  static String summary(JsonNode way) {
    if (!way.path("reachable").asBoolean()) {
      return "nowhere";
    }
    String device = way.path("device").asText();
    return way.path("tunnel").asBoolean()
        ? "through the tunnel " + device + " to " + way.path("server").asText()
        : "by " + device + (way.has("router") ? " via " + way.path("router").asText() : "");
  }
}
