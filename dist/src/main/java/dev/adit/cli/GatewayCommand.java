package dev.adit.cli;

import dev.adit.api.VpnProtocol;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.tunnel.IpPrefix;
import dev.adit.api.tunnel.TunnelConfig;
import dev.adit.core.gateway.GatewayHost;
import dev.adit.core.gateway.GatewayHostSettings;
import dev.adit.core.gateway.GatewayListener;
import dev.adit.core.loop.EventLoop;
import dev.adit.core.session.PacketDevice;
import dev.adit.core.sys.Signals;
import dev.adit.core.tls.ClientCertificate;
import dev.adit.core.tls.FreshIdentity;
import dev.adit.core.tls.ServerPin;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/**
 * {@code adit gateway PROTOCOL}: the loopback gateway of a plugin, for trying things out. Prints
 * its pin, then what happens; faults come as lines on standard input.
 */
final class GatewayCommand {
  private static final String USAGE =
      "adit gateway PROTOCOL [--listen ADDRESS] [--port N] [--user NAME:PASSWORD] [--name HOST]"
          + " [--route NET/LEN] [--option NAME=VALUE] [--plugins-dir DIR]";

  private GatewayCommand() {}

  static ExitCode run(List<String> arguments) throws VpnException, InterruptedException {
    Map<String, String> values = new HashMap<>();
    Map<String, String> options = new HashMap<>();
    List<IpPrefix> routes = new ArrayList<>();
    List<Path> directories = new ArrayList<>();
    String protocol = "";
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      if (!argument.startsWith("--")) {
        protocol = argument;
        continue;
      }
      int equals = argument.indexOf('=');
      String name = equals < 0 ? argument : argument.substring(0, equals);
      if (equals < 0 && i + 1 >= arguments.size()) {
        throw new VpnException(Kind.CONFIGURATION, USAGE);
      }
      String value = equals < 0 ? arguments.get(++i) : argument.substring(equals + 1);
      switch (name) {
        case "--listen", "--port", "--user", "--name" -> values.put(name, value);
        case "--route" -> routes.add(IpPrefix.parse("--route", value));
        case "--plugins-dir" -> directories.add(Path.of(value));
        case "--option" -> {
          int split = value.indexOf('=');
          options.put(value.substring(0, Math.max(0, split)), value.substring(split + 1));
        }
        default -> throw new VpnException(Kind.CONFIGURATION, name + "? " + USAGE);
      }
    }
    if (protocol.isEmpty()) {
      throw new VpnException(Kind.CONFIGURATION, USAGE);
    }
    VpnProtocol loaded = Installation.plugins(directories).protocol(protocol);
    String[] user = values.getOrDefault("--user", "demo:demo").split(":", 2);
    ClientCertificate identity = FreshIdentity.of(values.getOrDefault("--name", "vpn.test"));
    try (EventLoop loop = EventLoop.start("gateway");
        GatewayHost host =
            start(
                loop,
                loaded,
                identity,
                IpPrefix.parseAddress("--listen", values.getOrDefault("--listen", "0.0.0.0")),
                Integer.parseInt(values.getOrDefault("--port", "443")),
                Map.of(user[0], user.length > 1 ? user[1] : ""),
                routes,
                options,
                Optional.empty(),
                (event, detail) -> System.out.println("event " + event + " " + detail))) {
      System.out.println("pin " + ServerPin.of(identity.chain().get(0)));
      CountDownLatch end = new CountDownLatch(1);
      Signals.handle("INT", end::countDown);
      Signals.handle("TERM", end::countDown);
      Thread faults = new Thread(() -> readFaults(host), "faults");
      faults.setDaemon(true);
      faults.start();
      end.await();
      return ExitCode.OK;
    }
  }

  /**
   * A gateway with addresses of the networks that are set aside for documentation and tests.
   *
   * @param device in place of a TUN, which needs privilege
   */
  static GatewayHost start(
      EventLoop loop,
      VpnProtocol protocol,
      ClientCertificate identity,
      InetAddress listen,
      int port,
      Map<String, String> users,
      List<IpPrefix> routes,
      Map<String, String> options,
      Optional<PacketDevice> device,
      GatewayListener listener)
      throws VpnException {
    TunnelConfig template =
        TunnelConfig.builder(1400)
            .splitInclude(routes)
            .banner("Welcome to the loopback gateway of adit.")
            .build();
    return GatewayHost.start(
        loop,
        new GatewayHostSettings(
            protocol,
            listen,
            port,
            identity,
            IpPrefix.parse("network", "198.18.0.0/24"),
            Optional.of(IpPrefix.parse("network", "2001:2:0:1::/64")),
            users,
            List.of(),
            template,
            "gw%d",
            options),
        device,
        listener);
  }

  /** Each line is the whole list of faults that are on from now. */
  private static void readFaults(GatewayHost host) {
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        host.faults(line.isBlank() ? new String[0] : line.strip().split("[ ,]+", -1));
        System.out.println("faults " + line.strip());
      }
    } catch (IOException e) {
      // No more faults.
    }
  }
}
