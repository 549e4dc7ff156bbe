package dev.adit.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** {@code adit doctor [--json] [SERVER]}: what this machine can do, and where a server stops us. */
final class DoctorCommand {
  private enum Verdict {
    GOOD("ok"),
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
    boolean json = arguments.contains("--json");
    List<String> servers = arguments.stream().filter(a -> !a.startsWith("-")).toList();
    if (arguments.size() - servers.size() > (json ? 1 : 0) || servers.size() > 1) {
      throw new VpnException(Kind.CONFIGURATION, "adit doctor [--json] [SERVER]");
    }
    DoctorCommand doctor = new DoctorCommand();
    doctor.machine();
    if (!servers.isEmpty()) {
      doctor.server(servers.get(0));
    }
    doctor.print(json);
    boolean well = doctor.findings.stream().allMatch(f -> f.verdict() == Verdict.GOOD);
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
    plugins();
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

  /** Resolve, connect, shake hands, judge the certificate: up to the first that fails. */
  private void server(String text) throws InterruptedException, VpnException {
    URI uri;
    try {
      uri = URI.create(text.contains("://") ? text : "https://" + text);
    } catch (IllegalArgumentException e) {
      throw new VpnException(Kind.CONFIGURATION, "SERVER \"" + text + "\" is no URL", e);
    }
    if (uri.getHost() == null) {
      throw new VpnException(Kind.CONFIGURATION, "SERVER \"" + text + "\" has no host in it");
    }
    int port = uri.getPort() > 0 ? uri.getPort() : 443;
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
            ServerTrust.of(List.of(), List.of(), true),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            false);
    try (TlsConnection connection =
        new Connector(settings, Optional.empty())
            .connect(new Target(uri.getHost(), port, List.of()))) {
      good(
          "TLS",
          connection.tls().session().version() + ", " + connection.tls().session().cipherSuite());
      good(
          "certificate", "trusted; " + ServerPin.of(connection.tls().session().peerChain().get(0)));
    } catch (UntrustedServerException e) {
      good("TLS", "the server answers");
      lacking("certificate", e.getMessage().lines().findFirst().orElse("") + " " + e.pin());
    } catch (VpnException e) {
      lacking("connect", e.getMessage());
    }
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
