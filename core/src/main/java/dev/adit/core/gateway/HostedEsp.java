package dev.adit.core.gateway;

import dev.adit.api.datagram.DatagramEngine;
import dev.adit.api.datagram.EspOffer;
import dev.adit.api.error.VpnException;
import dev.adit.api.gateway.GatewayEsp;
import dev.adit.core.esp.EspAssociation;
import dev.adit.core.esp.EspEngine;
import dev.adit.core.esp.EspTimers;
import java.security.SecureRandom;

/** ESP for gateways, in this process. */
public final class HostedEsp implements GatewayEsp {
  private final SecureRandom random;

  public HostedEsp(SecureRandom random) {
    this.random = random;
  }

  @Override
  public Association associate(EspOffer offer) throws VpnException {
    EspAssociation sas = new EspAssociation(offer, EspAssociation.GRACE, random);
    return new Hosted(sas, new EspEngine(sas, EspTimers.DEFAULT));
  }

  private record Hosted(EspAssociation sas, DatagramEngine engine) implements Association {
    @Override
    public void replace(EspOffer fresh, long nowNanos) throws VpnException {
      sas.replace(fresh, nowNanos);
    }

    @Override
    public void close() {
      engine.close();
      sas.close();
    }
  }
}
