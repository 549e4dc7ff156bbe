package dev.adit.anyconnect.compress;

/** {@code lzs}: see {@link LzsEncoder} and {@link LzsDecoder}. */
final class Lzs implements PacketCodec {
  /** RFC 1974 §2: how far back a match may begin. */
  static final int MAX_OFFSET = 2047;

  /** Offsets up to this have the short form of seven bits. */
  static final int MAX_SHORT_OFFSET = 127;

  /** Every four bits set stand for so many bytes of a match. */
  static final int LENGTH_STEP = 15;

  private final LzsEncoder encoder = new LzsEncoder();

  @Override
  public boolean hasHistory() {
    return false;
  }

  @Override
  public int compress(byte[] from, int at, int length, byte[] to, int room) {
    return encoder.encode(from, at, length, to, room);
  }

  @Override
  public int expand(byte[] from, int at, int length, byte[] to, int toAt, int room) {
    return LzsDecoder.decode(from, at, length, to, toAt, room);
  }

  @Override
  public void close() {
    // A history lasts for one packet.
  }
}
