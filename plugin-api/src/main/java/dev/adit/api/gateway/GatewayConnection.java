package dev.adit.api.gateway;

import dev.adit.api.packet.PacketBatch;

/** One TLS connection at the gateway: log-in requests at first, perhaps a tunnel later. */
public interface GatewayConnection extends AutoCloseable {
  /**
   * Plaintext from the client, cut anywhere but at TLS record borders together: each call is one
   * record. IP packets found are appended to {@code packets}, which has room for all.
   */
  void receive(
      byte[] bytes, int offset, int length, long nowNanos, PacketBatch packets, GatewayOutput out);

  /**
   * Sends packets to the client, by TLS or datagram as the protocol stands. The engine may change
   * the batch.
   */
  void send(PacketBatch packets, long nowNanos, GatewayOutput out);

  /** Nanoseconds until {@link #onDeadline} is due; {@code Long.MAX_VALUE} for never. */
  long nanosUntilDeadline(long nowNanos);

  void onDeadline(long nowNanos, GatewayOutput out);

  /** The client's TLS connection ended. */
  @Override
  void close();
}
