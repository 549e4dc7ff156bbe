package dev.adit.interop;

import dev.adit.api.VpnProtocol;
import dev.adit.api.error.VpnException;
import dev.adit.api.tunnel.IpPrefix;
import dev.adit.api.tunnel.TunnelConfig;
import dev.adit.core.gateway.GatewayHost;
import dev.adit.core.gateway.GatewayHostSettings;
import dev.adit.core.loop.EventLoop;
import dev.adit.core.plugin.PluginHost;
import dev.adit.core.plugin.PluginPolicy;
import dev.adit.core.sys.NetworkNamespace;
import dev.adit.core.tls.ClientCertificate;
import dev.adit.core.tls.FreshIdentity;
import dev.adit.core.tls.ServerPin;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A gateway of ours on the server's side of a lab, as {@link Gateway} is, but on a thread of this
 * process: an emulated machine takes seconds for each JVM.
 */
final class HostedGateway implements AutoCloseable {
  /** Loaded once, as generating a key is done once. */
  private static final PluginHost PLUGINS =
      PluginHost.discover(
          List.of(AditProcess.tree().resolve("plugins")), new PluginPolicy(true, Map.of()));

  private static final ClientCertificate IDENTITY = identity();

  private final EventLoop loop;
  private final GatewayHost host;
  private final Queue<String> events;

  private HostedGateway(EventLoop loop, GatewayHost host, Queue<String> events) {
    this.loop = loop;
    this.host = host;
    this.events = events;
  }

  static HostedGateway start(
      Lab lab, String address, String protocol, Map<String, String> options) {
    Queue<String> events = new ConcurrentLinkedQueue<>();
    try {
      VpnProtocol loaded = PLUGINS.protocol(protocol);
      EventLoop loop =
          EventLoop.start(
              "gateway",
              () -> {
                try {
                  NetworkNamespace.enter(NetworkNamespace.named(lab.serverName()));
                } catch (VpnException e) {
                  throw new AssertionError(e);
                }
              });
      GatewayHost host =
          GatewayHost.start(
              loop,
              new GatewayHostSettings(
                  loaded,
                  IpPrefix.parseAddress("listen", address),
                  443,
                  IDENTITY,
                  IpPrefix.parse("network", "198.18.0.0/24"),
                  Optional.empty(),
                  Map.of(Gateway.USER, Gateway.PASSWORD),
                  List.of(),
                  template(),
                  "gw%d",
                  options),
              Optional.empty(),
              (event, detail) -> events.add(event));
      return new HostedGateway(loop, host, events);
    } catch (VpnException e) {
      throw new AssertionError(e);
    }
  }

  private static TunnelConfig template() throws VpnException {
    return TunnelConfig.builder(1400)
        .splitInclude(List.of(IpPrefix.parse("route", "198.18.0.0/16")))
        .build();
  }

  private static ClientCertificate identity() {
    try {
      return FreshIdentity.of("vpn.test");
    } catch (VpnException e) {
      throw new AssertionError(e);
    }
  }

  /** {@code pin-sha256:...}. */
  String pin() {
    return ServerPin.of(IDENTITY.chain().get(0)).toString();
  }

  /** The faults that are on from now; none to end them. */
  void faults(String... names) {
    host.faults(names);
  }

  long count(String event) {
    return events.stream().filter(event::equals).count();
  }

  void await(String event, int nth) {
    Lab.await(
        event + " at the gateway: " + events, Duration.ofSeconds(20), () -> count(event) >= nth);
  }

  @Override
  public void close() {
    host.close();
    loop.close();
  }
}
