package dev.adit.core.ipsec;

import dev.adit.api.datagram.DatagramEngine;
import dev.adit.api.datagram.EspOffer;
import dev.adit.api.error.VpnException;
import dev.adit.core.esp.EspAssociation;
import dev.adit.core.esp.EspEngine;
import dev.adit.core.esp.EspTimers;
import dev.adit.core.sys.UdpSocket;
import java.security.SecureRandom;

/** ESP in this process: needs nothing of the kernel but a UDP socket. */
public final class UserspaceIpsec implements IpsecBackend {
  private final SecureRandom random;

  public UserspaceIpsec(SecureRandom random) {
    this.random = random;
  }

  @Override
  public IpsecAssociation associate(EspOffer offer) throws VpnException {
    return new Association(new EspAssociation(offer, EspAssociation.GRACE, random));
  }

  private record Association(EspAssociation sas) implements IpsecAssociation {
    @Override
    public DatagramEngine open(UdpSocket socket) {
      return new EspEngine(sas, EspTimers.DEFAULT);
    }

    @Override
    public void replace(EspOffer fresh, long nowNanos) throws VpnException {
      sas.replace(fresh, nowNanos);
    }

    @Override
    public void close() {
      sas.close();
    }
  }
}
