package dev.adit.juniper.gateway;

import dev.adit.api.gateway.GatewayEngine;
import dev.adit.api.gateway.GatewayFault;
import dev.adit.api.gateway.GatewayProtocol;
import dev.adit.api.gateway.GatewaySettings;
import java.util.Arrays;
import java.util.List;

/** What {@code adit gateway juniper} runs. */
public final class JuniperGateway implements GatewayProtocol {
  @Override
  public List<GatewayFault> faults() {
    return Arrays.stream(Fault.values())
        .map(f -> new GatewayFault(f.id(), f.description()))
        .toList();
  }

  @Override
  public GatewayEngine open(GatewaySettings settings) {
    return new JuniperGatewayEngine(settings);
  }
}
