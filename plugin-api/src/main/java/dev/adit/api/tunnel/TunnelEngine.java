package dev.adit.api.tunnel;

import dev.adit.api.packet.PacketBatch;

/**
 * The tunnel over one TLS connection: set-up, framing, liveness, good-bye. Sans-IO: it gets bytes
 * and a time, and gives bytes and events to {@link EngineOutput}. One thread at a time.
 *
 * <pre>
 *   start ─→ (receive | frame | onDeadline | probe)* ─→ end ─→ close
 * </pre>
 *
 * <p>Until it reported {@link TunnelEvent.Established}, core calls neither {@code frame} nor {@code
 * probe}. After {@link TunnelEvent.Ended} core calls only {@code close}. All times are nanoseconds
 * of one monotonic clock and may be compared by subtraction only.
 */
public interface TunnelEngine extends AutoCloseable {
  /** Most bytes that {@link #frame} puts in front of a packet. */
  int headroom();

  /** Sends the opening request. */
  void start(long nowNanos, EngineOutput out);

  /**
   * Takes plaintext from TLS, cut anywhere. IP packets found are appended to {@code packets}.
   *
   * <p>{@code packets} may fill up: the engine then stops and returns how much it took, and is
   * called again with the rest and room. It keeps no reference to either array.
   *
   * @return bytes consumed; less than {@code length} only if {@code packets} is full
   */
  int receive(
      byte[] bytes, int offset, int length, long nowNanos, PacketBatch packets, EngineOutput out);

  /**
   * Turns each IP packet, in place, into the payload of exactly one TLS record. A packet that
   * cannot be sent gets length 0.
   */
  void frame(PacketBatch packets, long nowNanos);

  /**
   * Asks the peer for a sign of life now; {@link TunnelEvent.ProbeAnswered} follows, or silence.
   */
  void probe(long nowNanos, EngineOutput out);

  /**
   * Core wants this carrier to move the packets from now on: tells the server what it must be told.
   * {@link TunnelEvent.CarrierConfirmed} answers, at once where nothing need be said.
   */
  void useCarrier(CarrierKind carrier, long nowNanos, EngineOutput out);

  /** Nanoseconds until {@link #onDeadline} is due; {@code Long.MAX_VALUE} for never. */
  long nanosUntilDeadline(long nowNanos);

  /** Keepalive, DPD and the like. */
  void onDeadline(long nowNanos, EngineOutput out);

  /** Says good-bye as far as the protocol can within the tunnel. */
  void end(Farewell farewell, long nowNanos, EngineOutput out);

  /** Wipes secrets. */
  @Override
  void close();

  /** What moves packets. */
  enum CarrierKind {
    TLS,
    DATAGRAM
  }

  /** Why we leave. */
  enum Farewell {
    /** The session is over: the server is to forget it. */
    LOG_OFF,
    /** The session goes on without us for a while: the ticket must stay valid. */
    DETACH
  }
}
