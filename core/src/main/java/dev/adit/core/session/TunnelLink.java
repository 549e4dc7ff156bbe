package dev.adit.core.session;

import dev.adit.api.packet.PacketBatch;
import dev.adit.api.tunnel.TunnelEngine.CarrierKind;
import dev.adit.api.tunnel.TunnelEngine.Farewell;
import dev.adit.api.tunnel.TunnelEvent;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** One connection with the tunnel's engine on it, as a session sees it. On the loop alone. */
interface TunnelLink {
  /** What a link tells its session. */
  interface Owner {
    void tunnelEvent(TunnelLink link, TunnelEvent event);

    /** Packets to be written to the device, before the call returns. */
    void tunnelPackets(TunnelLink link, PacketBatch packets);

    /** The socket takes bytes again, after {@link TunnelLink#isCongested}. */
    void tunnelDrained(TunnelLink link);
  }

  /** Opens the tunnel; events may come during the call. */
  void start();

  InetSocketAddress remote();

  /** This host's end. */
  InetAddress local();

  String tlsVersion();

  String cipherSuite();

  /** Whether bytes wait for the socket: read no more packets for now. */
  boolean isCongested();

  boolean isClosed();

  /** Seals packets, in place, and sends them. */
  void sendPackets(PacketBatch packets);

  void useCarrier(CarrierKind carrier);

  /** Asks for a sign of life. */
  void probe();

  /** Says good-bye and closes. */
  void end(Farewell farewell);

  /** Closes without a word. */
  void close();
}
