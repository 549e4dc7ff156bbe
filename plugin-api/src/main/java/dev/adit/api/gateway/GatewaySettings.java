package dev.adit.api.gateway;

import dev.adit.api.OptionValues;
import dev.adit.api.PluginContext;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.tunnel.TunnelConfig;
import java.util.List;
import java.util.Map;

/**
 * How a gateway behaves.
 *
 * @param users passwords by user name; for tests, so plain text
 * @param template what clients are given, but for the addresses
 * @param addresses leases core's address pool
 * @param udpPort datagrams arrive here; 0 for none
 * @param options the protocol's own
 * @param esp performs ESP
 */
public record GatewaySettings(
    PluginContext plugin,
    Map<String, String> users,
    TunnelConfig template,
    AddressPool addresses,
    int udpPort,
    List<String> groups,
    OptionValues options,
    GatewayEsp esp) {
  /** Where no ESP can be performed. */
  public GatewaySettings(
      PluginContext plugin,
      Map<String, String> users,
      TunnelConfig template,
      AddressPool addresses,
      int udpPort,
      List<String> groups,
      OptionValues options) {
    this(
        plugin,
        users,
        template,
        addresses,
        udpPort,
        groups,
        options,
        offer -> {
          offer.outbound().close();
          offer.inbound().close();
          throw new VpnException(Kind.OTHER, "this host performs no ESP for gateways");
        });
  }

  public GatewaySettings {
    users = Map.copyOf(users);
    groups = List.copyOf(groups);
  }

  @Override
  public String toString() {
    return "GatewaySettings[users=" + users.keySet() + "]";
  }
}
