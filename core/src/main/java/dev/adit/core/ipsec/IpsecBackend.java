package dev.adit.core.ipsec;

import dev.adit.api.datagram.EspOffer;
import dev.adit.api.error.VpnException;

/** Performs ESP with manual keys. */
public interface IpsecBackend {
  /**
   * Takes an offer over, with its keys; nothing is sent yet.
   *
   * @throws VpnException if this machine cannot do it, saying what is missing; the keys are wiped
   */
  IpsecAssociation associate(EspOffer offer) throws VpnException;
}
