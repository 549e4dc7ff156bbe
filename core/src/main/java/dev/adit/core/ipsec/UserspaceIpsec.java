package dev.adit.core.ipsec;

import dev.adit.api.datagram.DatagramEngine;
import dev.adit.api.datagram.EspOffer;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.core.esp.EspAssociation;
import dev.adit.core.esp.EspEngine;
import dev.adit.core.esp.EspTimers;
import dev.adit.core.sys.UdpSocket;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;

/** ESP in this process: needs nothing of the kernel but a UDP socket. */
public final class UserspaceIpsec implements IpsecBackend {
  private final SecureRandom random;

  public UserspaceIpsec(SecureRandom random) {
    this.random = random;
  }

  @Override
  public IpsecAssociation associate(EspOffer offer) throws VpnException {
    try {
      return new Association(new EspAssociation(offer, EspAssociation.GRACE, random));
    } catch (GeneralSecurityException e) {
      throw cannot(e);
    }
  }

  private static VpnException cannot(GeneralSecurityException e) {
    return new VpnException(Kind.OTHER, "ESP cannot be done by this JDK: " + e.getMessage(), e);
  }

  private record Association(EspAssociation sas) implements IpsecAssociation {
    @Override
    public DatagramEngine open(UdpSocket socket) {
      return new EspEngine(sas, EspTimers.DEFAULT);
    }

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
      sas.close();
    }
  }
}
