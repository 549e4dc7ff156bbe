package dev.adit.core.gateway;

import dev.adit.api.VpnProtocol;
import dev.adit.api.tunnel.IpPrefix;
import dev.adit.api.tunnel.TunnelConfig;
import dev.adit.core.tls.ClientCertificate;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How to host a gateway.
 *
 * @param port of TCP and UDP alike
 * @param network addresses of clients; the first is the gateway's
 * @param users passwords by name
 * @param template what clients are given besides addresses
 * @param device name of the gateway's TUN
 */
public record GatewayHostSettings(
    VpnProtocol protocol,
    InetAddress address,
    int port,
    ClientCertificate identity,
    IpPrefix network,
    Optional<IpPrefix> network6,
    Map<String, String> users,
    List<String> groups,
    TunnelConfig template,
    String device,
    Map<String, String> options) {
  public GatewayHostSettings {
    users = Map.copyOf(users);
    groups = List.copyOf(groups);
    options = Map.copyOf(options);
  }

  @Override
  public String toString() {
    return "GatewayHostSettings[" + protocol.info().id() + " on " + address + ":" + port + "]";
  }
}
