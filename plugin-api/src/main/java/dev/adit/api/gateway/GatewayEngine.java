package dev.adit.api.gateway;

import dev.adit.api.packet.PacketBatch;
import dev.adit.api.tunnel.TlsSession;
import java.net.InetSocketAddress;
import java.util.Set;

/** A whole gateway, sans-IO: core owns its TLS listener, its UDP socket, its TUN and its clock. */
public interface GatewayEngine extends AutoCloseable {
  /** Turns faults on; those not named are off. May be called at any time. */
  void setFaults(Set<String> names);

  /** A client finished its TLS handshake. */
  GatewayConnection accept(TlsSession tls, GatewayOutput out);

  /**
   * Datagrams from one address. Packets of clients are appended to {@code packets}, which has room.
   */
  void receiveDatagrams(
      InetSocketAddress from,
      PacketBatch datagrams,
      long nowNanos,
      PacketBatch packets,
      DatagramReply out);

  /** Nanoseconds until {@link #onDeadline} is due; {@code Long.MAX_VALUE} for never. */
  long nanosUntilDeadline(long nowNanos);

  /** Timers of sessions that are bound to no connection, and of datagrams. */
  void onDeadline(long nowNanos, DatagramReply out);

  @Override
  void close();

  /** Where datagrams leave. */
  interface DatagramReply {
    void send(InetSocketAddress to, byte[] bytes, int offset, int length);
  }
}
