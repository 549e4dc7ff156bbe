package dev.adit.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.adit.api.VpnProtocol;
import dev.adit.api.auth.NamedIdentity;
import dev.adit.api.auth.SessionTicket;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.core.auth.TerminalText;
import dev.adit.core.http.CoreHttpClient;
import dev.adit.core.http.HttpDump;
import dev.adit.core.ipsec.LinuxIpsecKernel;
import dev.adit.core.ipsec.OffloadSurvey;
import dev.adit.core.net.Connector;
import dev.adit.core.net.Target;
import dev.adit.core.net.TlsConnection;
import dev.adit.core.plugin.PluginHost;
import dev.adit.core.sys.NetlinkSocket;
import dev.adit.core.sys.ProcessControl;
import dev.adit.core.sys.SystemCallException;
import dev.adit.core.tls.ServerPin;
import dev.adit.core.tls.ServerTrust;
import dev.adit.core.tls.TlsSettings;
import dev.adit.core.tls.UntrustedServerException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** {@code adit doctor [--json] [SERVER]}: what this machine can do, and where a server stops us. */
final class DoctorCommand {
  private static final String USAGE =
      "adit doctor [--json] [--protocol=NAME] [--servercert=PIN] [SERVER]";

  private enum Verdict {
    GOOD("ok"),
    /** A session does without. */
    SPARED(".."),
    LACKING("--");

    private final String mark;

    Verdict(String mark) {
      this.mark = mark;
    }
  }

  /** One thing looked at, and what its lack means. */
  private record Finding(String subject, Verdict verdict, String detail) {}

  private final List<Finding> findings = new ArrayList<>();

  private DoctorCommand() {}

  static ExitCode run(List<String> arguments) throws VpnException, InterruptedException {
    boolean json = false;
    String protocol = "anyconnect";
    List<String> pins = new ArrayList<>();
    List<String> servers = new ArrayList<>();
    for (String argument : arguments) {
      if (argument.equals("--json")) {
        json = true;
      } else if (argument.startsWith("--protocol=")) {
        protocol = argument.substring("--protocol=".length());
      } else if (argument.startsWith("--servercert=")) {
        pins.add(argument.substring("--servercert=".length()));
      } else if (argument.startsWith("-")) {
        throw new VpnException(Kind.CONFIGURATION, "doctor knows no " + argument + "; " + USAGE);
      } else {
        servers.add(argument);
      }
    }
    if (servers.size() > 1) {
      throw new VpnException(Kind.CONFIGURATION, USAGE);
    }
    DoctorCommand doctor = new DoctorCommand();
    doctor.machine();
    if (!servers.isEmpty()) {
      doctor.server(servers.get(0), protocol, pins);
    }
    doctor.print(json);
    boolean well = doctor.findings.stream().allMatch(f -> f.verdict() != Verdict.LACKING);
    return well ? ExitCode.OK : ExitCode.FAILURE;
  }

  private void machine() {
    good("Java", Runtime.version().toString());
    if (ProcessControl.isRoot()) {
      good("privilege", "root");
    } else {
      lacking("privilege", "not root: a tunnel needs CAP_NET_ADMIN; logging in does not");
    }
    Path tun = Path.of("/dev/net/tun");
    if (Files.isReadable(tun) && Files.isWritable(tun)) {
      good("TUN", tun + " is there");
    } else {
      lacking(
          "TUN",
          tun
              + (Files.exists(tun) ? " is not ours to use" : " is missing")
              + ": modprobe tun, or --device /dev/net/tun for a container");
    }
    try (NetlinkSocket netlink = NetlinkSocket.open(NetlinkSocket.ROUTE, 0)) {
      good("netlink", "routes and addresses can be asked for, by " + netlink.fd());
    } catch (SystemCallException e) {
      lacking("netlink", e.getMessage());
    }
    if (Files.exists(Path.of("/proc/sys/net/ipv6"))) {
      good("IPv6", "in the kernel");
    } else {
      lacking("IPv6", "not in this kernel: tunnels will carry IPv4 alone");
    }
    Path resolv = Path.of("/etc/resolv.conf");
    if (Files.isSymbolicLink(resolv) || Files.isWritable(resolv)) {
      good(
          "name servers",
          Files.isSymbolicLink(resolv) ? "managed by the resolver" : "by " + resolv);
    } else {
      lacking("name servers", resolv + " cannot be written: use --script");
    }
    offload();
    plugins();
  }

  /** ESP in the kernel, gate by gate; what lacks for one reason is said once. */
  private void offload() {
    Map<String, String> shut = new LinkedHashMap<>();
    OffloadSurvey.of(LinuxIpsecKernel::open, new SecureRandom())
        .forEach(
            f -> f.lack().ifPresent(lack -> shut.merge(lack, f.gate(), (a, b) -> a + "; " + b)));
    if (shut.isEmpty()) {
      good("ESP offload", "the kernel can do it");
    }
    shut.forEach(
        (lack, gates) ->
            findings.add(new Finding("ESP offload", Verdict.SPARED, gates + ": " + lack)));
  }

  private void plugins() {
    PluginHost host = Installation.plugins(List.of());
    good(
        "plugins",
        host.entries().stream()
            .map(e -> e.id() + " " + e.version())
            .collect(Collectors.joining(", ")));
    host.problems().forEach(p -> lacking("plugin", p.toString()));
  }

  /** Resolve, connect, shake hands, judge the certificate, ask: up to the first that fails. */
  private void server(String text, String name, List<String> pins)
      throws InterruptedException, VpnException {
    VpnProtocol protocol = Installation.plugins(List.of()).protocol(name);
    URI uri;
    try {
      uri = URI.create(text.contains("://") ? text : "https://" + text);
    } catch (IllegalArgumentException e) {
      throw new VpnException(Kind.CONFIGURATION, "SERVER \"" + text + "\" is no URL", e);
    }
    if (uri.getHost() == null) {
      throw new VpnException(Kind.CONFIGURATION, "SERVER \"" + text + "\" has no host in it");
    }
    int port = uri.getPort() > 0 ? uri.getPort() : protocol.info().defaultPort();
    try {
      good(
          "resolve",
          Arrays.stream(InetAddress.getAllByName(uri.getHost()))
              .map(InetAddress::getHostAddress)
              .collect(Collectors.joining(", ")));
    } catch (UnknownHostException e) {
      lacking("resolve", uri.getHost() + " does not resolve");
      return;
    }
    TlsSettings settings =
        new TlsSettings(
            ServerTrust.of(parsed(pins), List.of(), true),
            Optional.empty(),
            Optional.empty(),
            protocol.info().tlsExports(),
            false);
    Connector connector = new Connector(settings);
    try (TlsConnection connection = connector.connect(new Target(uri.getHost(), port, List.of()))) {
      good(
          "TLS",
          connection.tls().session().version() + ", " + connection.tls().session().cipherSuite());
      good(
          "certificate", "trusted; " + ServerPin.of(connection.tls().session().peerChain().get(0)));
    } catch (UntrustedServerException e) {
      good("TLS", "the server answers");
      lacking("certificate", e.getMessage().lines().findFirst().orElse("") + " " + e.pin());
      return;
    } catch (VpnException e) {
      lacking("connect", e.getMessage());
      return;
    }
    logIn(protocol, uri, connector);
  }

  /** The log-in up to its first question. */
  private void logIn(VpnProtocol protocol, URI server, Connector connector)
      throws InterruptedException {
    try (CoreHttpClient http =
        new CoreHttpClient(connector, host -> List.of(), HttpDump.NONE, Clock.systemUTC())) {
      FirstQuestion context = new FirstQuestion(server, http);
      try (SessionTicket ticket = protocol.authenticate(context)) {
        good("log-in", "the server asked for nothing and let us in");
        protocol.logOut(context, ticket);
      } catch (VpnException e) {
        Optional<String> asked = context.asked();
        if (asked.isPresent()) {
          good("log-in", asked.get());
        } else {
          lacking("log-in", TerminalText.line(e.getMessage()));
          identities(protocol, server, connector);
        }
      }
    }
  }

  /** Whether the server lets in who says to be something else. */
  private void identities(VpnProtocol protocol, URI server, Connector connector)
      throws InterruptedException {
    for (NamedIdentity identity : protocol.identities()) {
      Optional<String> refusal = IdentityTrial.refusal(protocol, identity, server, connector);
      if (refusal.isPresent()) {
        lacking("identity", "refused as " + identity.name() + ": " + refusal.get());
      } else {
        good("identity", "let in as " + identity.name() + ": " + IdentityTrial.options(identity));
        return;
      }
    }
  }

  private static List<ServerPin> parsed(List<String> pins) throws VpnException {
    List<ServerPin> parsed = new ArrayList<>();
    for (String pin : pins) {
      parsed.add(ServerPin.parse(pin));
    }
    return parsed;
  }

  private void print(boolean json) {
    if (json) {
      ArrayNode all = new ObjectMapper().createArrayNode();
      for (Finding f : findings) {
        all.addObject()
            .put("subject", f.subject())
            .put("ok", f.verdict() == Verdict.GOOD)
            .put("detail", f.detail());
      }
      System.out.println(all);
      return;
    }
    findings.forEach(
        f -> System.out.printf("%s  %-13s %s%n", f.verdict().mark, f.subject(), f.detail()));
  }

  private void good(String subject, String detail) {
    findings.add(new Finding(subject, Verdict.GOOD, detail));
  }

  private void lacking(String subject, String detail) {
    findings.add(new Finding(subject, Verdict.LACKING, detail));
  }
}
