package dev.adit.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.adit.api.error.PeerViolationException;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.tunnel.IpPrefix;
import dev.adit.core.auth.TerminalText;
import dev.adit.core.rtnetlink.RouteLookup;
import dev.adit.core.rtnetlink.RouteLookup.Found;
import dev.adit.core.rtnetlink.RuleMessage;
import dev.adit.core.rtnetlink.RuleMessage.Rule;
import dev.adit.core.sys.Errno;
import dev.adit.core.sys.NetlinkSocket;
import dev.adit.core.sys.SystemCallException;
import dev.adit.core.xfrm.PolicyLookup;
import dev.adit.core.xfrm.PolicyLookup.Outbound;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code adit explain [--json] HOST|ADDRESS}: which way packets to it take, and why. */
final class ExplainCommand {
  private static final String USAGE = "adit explain [--json] HOST|ADDRESS";

  private ExplainCommand() {}

  /** Ends with a failure if packets get nowhere, or the name has no address. */
  static ExitCode run(List<String> arguments) throws VpnException {
    boolean json = arguments.contains("--json");
    List<String> asked = arguments.stream().filter(a -> !a.equals("--json")).toList();
    if (asked.size() != 1 || asked.get(0).startsWith("-")) {
      throw new VpnException(Kind.CONFIGURATION, USAGE);
    }
    List<JsonNode> sessions = sessions();
    try (NetlinkSocket netlink = NetlinkSocket.open(NetlinkSocket.ROUTE, 0)) {
      Explanation explanation =
          new Explanation(new Asked(netlink, PacketFilters.ofHost()), sessions);
      ObjectNode answer = answer(asked.get(0), explanation, sessions);
      System.out.print(json ? answer + "\n" : text(answer));
      ArrayNode ways = (ArrayNode) answer.path("ways");
      boolean well = !ways.isEmpty();
      for (JsonNode way : ways) {
        well &= way.path("reachable").asBoolean();
      }
      return well ? ExitCode.OK : ExitCode.FAILURE;
    }
  }

  private static ObjectNode answer(String asked, Explanation explanation, List<JsonNode> sessions) {
    ObjectNode answer = new ObjectMapper().createObjectNode();
    answer.put("v", 1);
    answer.put("asked", asked);
    List<InetAddress> addresses = new ArrayList<>();
    try {
      addresses.add(IpPrefix.parseAddress("address", asked));
    } catch (PeerViolationException e) {
      ObjectNode name = new NameLookup(Path.of("/etc"), sessions).of(asked);
      answer.set("name", name);
      way(name, explanation).ifPresent(w -> name.put("way", Explanation.summary(w)));
      try {
        addresses.addAll(List.of(InetAddress.getAllByName(asked)));
      } catch (UnknownHostException unknown) {
        name.put("error", "the name has no address");
      }
    }
    ArrayNode ways = answer.putArray("ways");
    addresses.forEach(a -> ways.add(explanation.of(a)));
    return answer;
  }

  /** The way to the server that is asked first. */
  private static Optional<JsonNode> way(ObjectNode name, Explanation explanation) {
    if (name.path("servers").isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          explanation.of(IpPrefix.parseAddress("server", name.path("servers").get(0).asText())));
    } catch (PeerViolationException e) {
      return Optional.empty();
    }
  }

  private static String text(JsonNode answer) {
    StringBuilder text = new StringBuilder();
    JsonNode name = answer.path("name");
    if (!name.isMissingNode()) {
      List<String> servers = new ArrayList<>();
      name.path("servers").forEach(s -> servers.add(s.asText()));
      text.append(TerminalText.line(answer.path("asked").asText())).append('\n');
      StatusText.line(text, "from", name.path("source").asText());
      if (!servers.isEmpty()) {
        StatusText.line(
            text,
            "asks",
            String.join(", ", servers) + (name.has("way") ? ", " + name.path("way").asText() : ""));
      }
      StatusText.line(text, "why", name.path("why").asText());
      if (name.has("error")) {
        StatusText.line(text, "", name.path("error").asText());
      }
    }
    answer.path("ways").forEach(w -> text.append(Explanation.text(w)));
    return text.toString();
  }

  /** Those that this user may ask. */
  private static List<JsonNode> sessions() throws VpnException {
    List<JsonNode> all = new ArrayList<>();
    for (Path socket : ControlCommand.sockets()) {
      String status = ControlCommand.ask(socket, "status");
      if (!status.isEmpty()) {
        try {
          all.add(new ObjectMapper().readTree(status));
        } catch (JsonProcessingException e) {
          throw new VpnException(Kind.OTHER, "the session answers nonsense", e);
        }
      }
    }
    return all;
  }

  /** Asks this machine's kernel. */
  private record Asked(NetlinkSocket netlink, PacketFilters packetFilters)
      implements Explanation.Kernel {
    @Override
    public Found way(InetAddress to) throws VpnException {
      return one(RouteLookup.way(to), to);
    }

    @Override
    public Found route(InetAddress to) throws VpnException {
      return one(RouteLookup.route(to), to);
    }

    private Found one(byte[] question, InetAddress to) throws VpnException {
      try {
        return netlink.transact(question, to.getHostAddress()).stream()
            .flatMap(m -> RouteLookup.read(m).stream())
            .findFirst()
            .orElseThrow(() -> new VpnException(Kind.OTHER, "the kernel tells no route"));
      } catch (SystemCallException e) {
        throw new VpnException(
            Kind.UNREACHABLE,
            switch (e.errno()) {
              case ENETUNREACH -> "no route leads there";
              case EHOSTUNREACH -> "a route says that it cannot be reached";
              case EACCES -> "a route or a rule prohibits it";
              case EINVAL -> "a route or a rule drops packets to it";
              default -> e.getMessage();
            },
            e);
      }
    }

    @Override
    public List<Rule> rules(boolean ipv4) throws VpnException {
      return netlink.transact(RuleMessage.dump(ipv4), "rules of this host").stream()
          .flatMap(m -> RuleMessage.read(m).stream())
          .toList();
    }

    @Override
    public List<Outbound> policies() throws VpnException {
      try (NetlinkSocket xfrm = NetlinkSocket.open(NetlinkSocket.XFRM, 0)) {
        return xfrm.transact(PolicyLookup.dump(), "IPsec policies of this host").stream()
            .flatMap(m -> PolicyLookup.read(m).stream())
            .toList();
      } catch (SystemCallException e) {
        if (e.errno() == Errno.EPROTONOSUPPORT || e.errno() == Errno.EPERM) {
          return List.of(); // No IPsec in this kernel, or not for this user to see.
        }
        throw e;
      }
    }

    @Override
    public List<String> filters(boolean ipv4) {
      return packetFilters.outbound(ipv4);
    }

    @Override
    public String deviceName(int number) {
      try {
        NetworkInterface found = NetworkInterface.getByIndex(number);
        return found == null ? "interface " + number : found.getName();
      } catch (SocketException e) {
        return "interface " + number;
      }
    }
  }
}
