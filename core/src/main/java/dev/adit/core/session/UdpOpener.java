package dev.adit.core.session;

import dev.adit.api.datagram.CustomOffer;
import dev.adit.api.datagram.DatagramEngine;
import dev.adit.api.datagram.DatagramOffer;
import dev.adit.api.error.VpnException;
import dev.adit.core.ipsec.IpsecAssociation;
import dev.adit.core.loop.EventLoop;
import dev.adit.core.sys.UdpSocket;
import dev.adit.core.transport.TransportTimings;
import java.net.InetSocketAddress;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Makes associations on UDP sockets of this host. */
record UdpOpener(
    EventLoop loop, LoopBuffers buffers, TransportTimings timings, OptionalInt localPort)
    implements DatagramOpener {
  @Override
  public DatagramPath open(
      InetSocketAddress peer,
      DatagramOffer offer,
      @Nullable IpsecAssociation sas,
      DatagramPath.Owner owner)
      throws VpnException {
    UdpSocket socket = UdpSocket.connect(peer, localPort);
    try {
      return new DatagramLink(
          socket, engine(offer, sas, socket), offer.description(), loop, buffers, timings, owner);
    } catch (VpnException e) {
      socket.close();
      throw e;
    }
  }

  private static DatagramEngine engine(
      DatagramOffer offer, @Nullable IpsecAssociation sas, UdpSocket socket) throws VpnException {
    if (offer instanceof CustomOffer custom) {
      return custom.engines().open();
    }
    if (sas == null) {
      throw new IllegalStateException("ESP without SAs");
    }
    return sas.open(socket);
  }
}
