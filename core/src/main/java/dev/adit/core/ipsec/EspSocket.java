package dev.adit.core.ipsec;

import dev.adit.api.error.VpnException;
import dev.adit.api.packet.PacketBatch;
import dev.adit.core.sys.SystemCallException;
import dev.adit.core.sys.UdpSocket;
import java.net.InetSocketAddress;

/** The UDP socket that ESP goes through, whoever performs it. */
interface EspSocket {
  InetSocketAddress local() throws VpnException;

  InetSocketAddress remote();

  /** Whether the kernel takes what arrives. */
  void kernelTakesEsp(boolean wanted) throws SystemCallException;

  /** Sends one datagram, or loses it. */
  void send(byte[] datagram);

  static EspSocket of(UdpSocket socket) {
    return new EspSocket() {
      @Override
      public InetSocketAddress local() throws VpnException {
        return socket.local();
      }

      @Override
      public InetSocketAddress remote() {
        return socket.remote();
      }

      @Override
      public void kernelTakesEsp(boolean wanted) throws SystemCallException {
        socket.kernelTakesEsp(wanted);
      }

      @Override
      public void send(byte[] datagram) {
        PacketBatch batch = new PacketBatch(1, datagram.length, 0);
        batch.append(datagram, 0, datagram.length);
        try {
          socket.send(batch, 0);
        } catch (SystemCallException e) {
          // As lost as if a router had dropped it.
        }
      }
    };
  }
}
