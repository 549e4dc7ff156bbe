package dev.adit.core.tls;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.tls.TlsProtocol;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.impl.TlsImplUtils;

/**
 * Where the records of one connection are sealed and opened, instead of arrays and queues of the
 * library's: one array of sealed records, in the order in which they go to the wire, and whatever
 * array a reader has for the next content. One thread at a time.
 */
final class RecordBuffers implements AutoCloseable {
  static final int HEADER_BYTES = 5;
  private static final int FIRST_BYTES = 4096;
  private static final byte[] NOTHING = {};

  private final TlsProtocol library;
  private final byte[] mark = new byte[HEADER_BYTES];
  private boolean isMarked;

  private byte[] wire = NOTHING;
  private int from;
  private int to;

  private byte[] target = NOTHING;
  private int targetOffset;
  private int opened;

  /** TLS 1.3 has one for the rest of the handshake, and one for all that follows. */
  private final List<RecordLayer> layers = new ArrayList<>();

  RecordBuffers(TlsProtocol library) {
    this.library = library;
  }

  /** What seals and opens here, with keys of such a length. */
  RecordLayer layer(TlsCryptoParameters parameters, int keyBytes) throws IOException {
    boolean isTls13 = TlsImplUtils.isTLSv13(parameters);
    RecordLayer layer = new RecordLayer(RecordKeys.of(parameters, keyBytes), isTls13, this);
    layers.add(layer);
    return layer;
  }

  /** Bytes that wait to go to the wire. */
  int available() {
    collect();
    return to - from;
  }

  /** The array that those are in; valid until the next call of another method. */
  byte[] wire() {
    return wire;
  }

  /** Takes so many of them away, and says where they begin. */
  int take(int length) {
    int first = from;
    from += length;
    if (from == to) {
      from = 0;
      to = 0;
    }
    return first;
  }

  /**
   * Makes room for a record behind all that was written before, and counts it as written.
   *
   * @param length with its header
   * @return where it begins in {@link #wire}
   */
  int append(int length) {
    collect();
    makeRoom(length);
    to += length;
    return to - length;
  }

  /**
   * What the library is given as a sealed record. It writes a header into it and puts that into its
   * own queue, from where it is dropped: the record itself is here.
   */
  byte[] mark() {
    isMarked = true;
    return mark;
  }

  /** What is opened goes there, until said otherwise. */
  void openInto(byte[] array, int offset) {
    target = array;
    targetOffset = offset;
  }

  byte[] target() {
    return target;
  }

  /**
   * Where the next record's content is to begin.
   *
   * @param length of what will be written there
   */
  int targetOffset(int length) {
    if (target.length - targetOffset < length) {
      // During the handshake, where nobody reads.
      target = new byte[TlsEngine.ROOM_BYTES];
      targetOffset = 0;
    }
    return targetOffset;
  }

  /** So much of the target is content for the reader. */
  void opened(int length) {
    opened = length;
  }

  /** How much there is since the last call. */
  int takeOpened() {
    int length = opened;
    opened = 0;
    return length;
  }

  /** Lets go of the reader's array. */
  void closeTarget() {
    target = NOTHING;
    targetOffset = 0;
  }

  /** Wipes the keys. */
  @Override
  public void close() {
    layers.forEach(RecordLayer::close);
  }

  /**
   * Appends what the library has put out itself: all that is not encrypted, or by another cipher.
   */
  private void collect() {
    int length = library.getAvailableOutputBytes();
    if (isMarked && length >= HEADER_BYTES) {
      library.readOutput(mark, 0, HEADER_BYTES);
      isMarked = false;
      length -= HEADER_BYTES;
    }
    if (length > 0) {
      makeRoom(length);
      library.readOutput(wire, to, length);
      to += length;
    }
  }

  private void makeRoom(int length) {
    if (wire.length - to >= length) {
      return;
    }
    int held = to - from;
    byte[] larger = wire;
    if (wire.length < held + length) {
      larger = new byte[Math.max(FIRST_BYTES, 2 * (held + length))];
    }
    System.arraycopy(wire, from, larger, 0, held);
    wire = larger;
    from = 0;
    to = held;
  }
}
