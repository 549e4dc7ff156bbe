package dev.adit.anyconnect.compress;

import java.util.zip.Adler32;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * {@code deflate}: raw deflate (RFC 1951) with a history of 4096 bytes that goes on from packet to
 * packet. Each packet ends with a sync flush, whose {@code 00 00 ff ff} stays, and four bytes of
 * Adler-32 (RFC 1950 §8) over all that was compressed in this direction so far. Packets that go as
 * they are enter neither. Observed with openconnect 9.01.
 *
 * <p>{@link Deflater} looks back up to 32 KiB. So it is given the history anew for every packet,
 * and no more of it than leaves every offset within 4096; thereby a packet that does not shrink
 * leaves no trace.
 */
final class Deflate implements PacketCodec {
  private static final int WINDOW_BYTES = 4096;
  private static final int SUM_BYTES = 4;

  private final Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
  private final Inflater inflater = new Inflater(true);
  private final Adler32 sent = new Adler32();
  private final Adler32 received = new Adler32();
  private final byte[] history = new byte[WINDOW_BYTES];
  private int historyLength;
  private boolean broken;

  @Override
  public boolean hasHistory() {
    return true;
  }

  @Override
  public int compress(byte[] from, int at, int length, byte[] to, int room) {
    if (length > WINDOW_BYTES || room <= SUM_BYTES) {
      return 0;
    }
    int past = Math.min(historyLength, WINDOW_BYTES - length);
    deflater.reset();
    if (past > 0) {
      deflater.setDictionary(history, historyLength - past, past);
    }
    deflater.setInput(from, at, length);
    int n = deflater.deflate(to, 0, room - SUM_BYTES, Deflater.SYNC_FLUSH);
    if (n == room - SUM_BYTES) {
      // There may be more.
      return 0;
    }
    System.arraycopy(history, historyLength - past, history, 0, past);
    System.arraycopy(from, at, history, past, length);
    historyLength = past + length;
    sent.update(from, at, length);
    int sum = (int) sent.getValue();
    for (int i = 0; i < SUM_BYTES; i++) {
      to[n + i] = (byte) (sum >>> 24 - 8 * i);
    }
    return n + SUM_BYTES;
  }

  @Override
  public int expand(byte[] from, int at, int length, byte[] to, int toAt, int room) {
    if (broken || length < SUM_BYTES) {
      broken = true;
      return DAMAGED;
    }
    int end = at + length - SUM_BYTES;
    int n = 0;
    try {
      inflater.setInput(from, at, end - at);
      int more = 1;
      while (more > 0 && n < room && !inflater.needsInput()) {
        more = inflater.inflate(to, toAt + n, room - n);
        n += more;
      }
    } catch (DataFormatException e) {
      broken = true;
      return DAMAGED;
    }
    received.update(to, toAt, n);
    int sum = 0;
    for (int i = 0; i < SUM_BYTES; i++) {
      sum = sum << 8 | from[end + i] & 0xff;
    }
    // A longer packet than there is room for is cut, and its sum wrong.
    broken = inflater.finished() || !inflater.needsInput() || (int) received.getValue() != sum;
    return broken ? DAMAGED : n;
  }

  @Override
  public void close() {
    broken = true;
    deflater.end();
    inflater.end();
  }
}
