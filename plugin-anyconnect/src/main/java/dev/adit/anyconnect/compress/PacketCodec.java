package dev.adit.anyconnect.compress;

/**
 * One encoding, both ways, for one association. {@link #compress} and {@link #expand} share no
 * state; each belongs to one thread. Neither makes an object that outlives the call.
 */
interface PacketCodec extends AutoCloseable {
  /** What {@link #expand} says of bytes that are no packet, or a longer one than there is room. */
  int DAMAGED = -1;

  /** Whether a damaged packet makes those after it unreadable. */
  boolean hasHistory();

  /**
   * Compresses.
   *
   * @param to gets the result from its first byte on
   * @param room most bytes of a result that is wanted
   * @return length of the result; 0 if it would be longer than {@code room}, and as if never called
   */
  int compress(byte[] from, int at, int length, byte[] to, int room);

  /**
   * Expands; writes nothing outside of {@code to[toAt .. toAt + room]}.
   *
   * @return length of the packet, or {@link #DAMAGED}
   */
  int expand(byte[] from, int at, int length, byte[] to, int toAt, int room);

  @Override
  void close();
}
