package dev.adit.anyconnect.dtls;

import org.jspecify.annotations.Nullable;

/**
 * Both directions of one association: epoch 0 in the clear, epoch 1 under keys. There is no epoch
 * 2: new keys mean a new association on a new socket.
 */
final class RecordLayer implements AutoCloseable {
  /** What {@link #open} found out about a record; one instance is used again and again. */
  static final class Opened {
    int type;
    int epoch;
    int contentAt;
    int contentLength;

    /** One past the record's last byte; meaningless if it was {@link Verdict#MALFORMED}. */
    int end;
  }

  /** What became of a record. */
  enum Verdict {
    GOOD,
    /** No record can be made out, nor one behind it in the same datagram. */
    MALFORMED,
    /** Epoch 1 before there are keys. */
    EARLY,
    UNAUTHENTIC,
    REPLAYED
  }

  /** Numbers go to 2^48-1 (RFC 6347 §4.1); sealing stops a good way before. */
  static final long LAST_NUMBER = (1L << 48) - (1L << 20);

  private static final long NUMBER_MASK = (1L << 48) - 1;
  private static final long EPOCH_1 = 1L << 48;

  private final Dialect dialect;
  private final ReplayWindow window = new ReplayWindow();
  private int explicitBytes;
  private long nextPlain;
  private long nextSealed;
  private @Nullable RecordCipher outbound;
  private @Nullable RecordCipher inbound;

  RecordLayer(Dialect dialect) {
    this(dialect, 0);
  }

  /** Epoch 1 begins with another number, for tests. */
  RecordLayer(Dialect dialect, long firstSealed) {
    this.dialect = dialect;
    this.nextSealed = firstSealed;
  }

  /** Epoch 1 begins, both ways. Takes the ciphers over. */
  void protect(Suite suite, RecordCipher outbound, RecordCipher inbound) {
    this.explicitBytes = suite.bulk().explicitBytes();
    this.outbound = outbound;
    this.inbound = inbound;
  }

  boolean isProtected() {
    return outbound != null;
  }

  /** Records sealed so far in epoch 1. */
  long sealed() {
    return nextSealed;
  }

  /** Bytes that {@link #seal} needs in front of the content. */
  int before() {
    return RecordHeader.BYTES + explicitBytes;
  }

  /**
   * Writes a record of epoch 0.
   *
   * @return its length
   */
  int writePlain(byte[] to, int at, int type, byte[] content) {
    RecordHeader.write(to, at, type, dialect.version(), nextPlain++, content.length);
    System.arraycopy(content, 0, to, at + RecordHeader.BYTES, content.length);
    return RecordHeader.BYTES + content.length;
  }

  /**
   * Seals content that already stands at {@code contentAt}, with {@link #before} bytes free in
   * front and room for the trailer behind.
   *
   * @return length of the record, which begins at {@code contentAt - before()}
   */
  int seal(byte[] bytes, int contentAt, int contentLength, int type) {
    RecordCipher cipher = outbound;
    if (cipher == null || nextSealed > LAST_NUMBER) {
      throw new IllegalStateException(cipher == null ? "no keys yet" : "sequence numbers used up");
    }
    long number = EPOCH_1 | nextSealed++;
    int body = contentAt - explicitBytes;
    int length = cipher.seal(bytes, body, contentLength, type, number);
    RecordHeader.write(bytes, body - RecordHeader.BYTES, type, dialect.version(), number, length);
    return RecordHeader.BYTES + length;
  }

  /**
   * Reads the record that begins at {@code at}, in place, in a datagram that ends at {@code end}.
   */
  Verdict open(byte[] bytes, int at, int end, Opened opened) {
    if (end - at < RecordHeader.BYTES) {
      return Verdict.MALFORMED;
    }
    int body = at + RecordHeader.BYTES;
    int length = RecordHeader.length(bytes, at);
    if (length > end - body || !plausibleVersion(RecordHeader.version(bytes, at))) {
      return Verdict.MALFORMED;
    }
    opened.type = RecordHeader.type(bytes, at);
    opened.epoch = RecordHeader.epoch(bytes, at);
    opened.end = body + length;
    if (opened.epoch == 0) {
      opened.contentAt = body;
      opened.contentLength = length;
      return Verdict.GOOD;
    }
    RecordCipher cipher = inbound;
    if (cipher == null) {
      return Verdict.EARLY;
    }
    long number = RecordHeader.epochAndSequence(bytes, at);
    if (opened.epoch != 1 || RecordHeader.version(bytes, at) != dialect.version()) {
      return Verdict.UNAUTHENTIC;
    }
    if (!window.accepts(number & NUMBER_MASK)) {
      return Verdict.REPLAYED;
    }
    int content = cipher.open(bytes, body, length, opened.type, number);
    if (content < 0) {
      return Verdict.UNAUTHENTIC;
    }
    window.mark(number & NUMBER_MASK);
    opened.contentAt = body + explicitBytes;
    opened.contentLength = content;
    return Verdict.GOOD;
  }

  /** Records that did not come so far, by the peer's numbers. */
  long missing() {
    return window.missing();
  }

  /**
   * Before the version is agreed, RFC 6347 §4.2.1 lets a server's first records say 1.0 (fe ff).
   */
  private boolean plausibleVersion(int version) {
    return version == dialect.version() || dialect == Dialect.DTLS_1_2 && version == 0xfeff;
  }

  @Override
  public void close() {
    if (outbound != null) {
      outbound.close();
    }
    if (inbound != null) {
      inbound.close();
    }
    outbound = null;
    inbound = null;
  }
}
