package dev.adit.api.datagram;

import dev.adit.api.packet.PacketBatch;

/**
 * One UDP association: handshake if any, sealing and opening, liveness. Sans-IO, in batches, one
 * thread at a time; {@code seal} and {@code open} touch disjoint state once the engine is ready, so
 * that core may run them on two threads.
 */
public interface DatagramEngine extends AutoCloseable {
  /** Most bytes put in front of a packet. */
  int headroom();

  /** Most bytes put behind a packet, padding included. */
  int tailroom();

  /** The longest IP packet that fits into a UDP payload of so many bytes. */
  int maxPacket(int udpPayloadBytes);

  /** Sends the first flight, or reports {@link DatagramEvent.Ready} at once if there is none. */
  void start(long nowNanos, DatagramOutput out);

  /**
   * Opens datagrams, in place, and appends the IP packets to {@code packets}, which has room for
   * all. What does not authenticate is counted and skipped.
   */
  void open(PacketBatch datagrams, long nowNanos, PacketBatch packets, DatagramOutput out);

  /** Turns each IP packet, in place, into one datagram. One that cannot be sent gets length 0. */
  void seal(PacketBatch packets, long nowNanos, DatagramOutput out);

  /**
   * Asks for a sign of life, {@link DatagramEvent.ProbeAnswered} follows.
   *
   * @param packetBytes makes the probe as long as an IP packet of that many bytes would be; 0 for
   *     as short as can be
   */
  void probe(int packetBytes, long nowNanos, DatagramOutput out);

  /** Nanoseconds until {@link #onDeadline} is due; {@code Long.MAX_VALUE} for never. */
  long nanosUntilDeadline(long nowNanos);

  /** Retransmission, keepalive, DPD. */
  void onDeadline(long nowNanos, DatagramOutput out);

  /** Packets refused so far, by reason. */
  DropCounts drops();

  /**
   * Packets that have not come so far, by the peer's own numbers: those between the first and the
   * highest that came. Falls again when a late one comes. Cheap: it is asked with each batch.
   */
  long lost();

  /** Wipes keys. */
  @Override
  void close();
}
