package dev.adit.core.gateway;

import dev.adit.api.datagram.DatagramEngine;
import dev.adit.api.datagram.EspOffer;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.gateway.GatewayEsp;
import dev.adit.core.esp.EspAssociation;
import dev.adit.core.esp.EspEngine;
import dev.adit.core.esp.EspTimers;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;

/** ESP for gateways, in this process. */
public final class HostedEsp implements GatewayEsp {
  private final SecureRandom random;

  public HostedEsp(SecureRandom random) {
    this.random = random;
  }

  @Override
  public Association associate(EspOffer offer) throws VpnException {
    try {
      EspAssociation sas = new EspAssociation(offer, EspAssociation.GRACE, random);
      return new Hosted(sas, new EspEngine(sas, EspTimers.DEFAULT));
    } catch (GeneralSecurityException e) {
      throw cannot(e);
    }
  }

  private static VpnException cannot(GeneralSecurityException e) {
    return new VpnException(Kind.OTHER, "ESP cannot be done by this JDK: " + e.getMessage(), e);
  }

  private record Hosted(EspAssociation sas, DatagramEngine engine) implements Association {
    @Override
    public void replace(EspOffer fresh, long nowNanos) throws VpnException {
      try {
        sas.replace(fresh, nowNanos);
      } catch (GeneralSecurityException e) {
        throw cannot(e);
      }
    }

    @Override
    public void close() {
      engine.close();
      sas.close();
    }
  }
}
