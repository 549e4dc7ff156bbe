package dev.adit.core.session;

import dev.adit.api.datagram.DatagramOffer;
import dev.adit.api.error.VpnException;
import dev.adit.core.ipsec.IpsecAssociation;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Makes UDP associations. */
interface DatagramOpener {
  /**
   * Makes an association on a socket of its own. It is not started yet: events may come during the
   * start, and must find the path in its place.
   *
   * @param sas for an ESP offer
   */
  DatagramPath open(
      InetSocketAddress peer,
      DatagramOffer offer,
      @Nullable IpsecAssociation sas,
      DatagramPath.Owner owner)
      throws VpnException;
}
