package dev.adit.anyconnect.dtls;

import java.util.List;
import java.util.Optional;

/** One side of a handshake, sans-IO; it puts keys into its {@link RecordLayer} as it gets them. */
interface Handshake extends AutoCloseable {
  /** Sends what belongs to a flight, all in one datagram. */
  interface Wire {
    void flight(List<Part> parts);
  }

  /** One record of a flight. */
  final class Part {
    final int type;
    final boolean sealed;
    final byte[] content;

    /**
     * @param type of the record
     * @param sealed whether it belongs to epoch 1
     */
    Part(int type, boolean sealed, byte[] content) {
      this.type = type;
      this.sealed = sealed;
      this.content = content;
    }
  }

  void start(long nowNanos, Wire wire);

  boolean isDone();

  /** The suite agreed upon, once there is one. */
  Optional<Suite> suite();

  /** A ChangeCipherSpec record came. */
  void changeCipherSpec();

  /** Content of a handshake record, already opened if it was protected. */
  void receive(byte[] bytes, int at, int length, long nowNanos, Wire wire)
      throws HandshakeException;

  /** Nanoseconds until {@link #onDeadline} is due; {@code Long.MAX_VALUE} for never. */
  long nanosUntilDeadline(long nowNanos);

  void onDeadline(long nowNanos, Wire wire) throws HandshakeException;

  @Override
  void close();
}
