package dev.adit.core.http;

import dev.adit.api.error.VpnException;
import dev.adit.core.net.TlsConnection;
import dev.adit.core.tls.TlsEngine;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/** A TLS connection as a stream, for HttpCore's parsers. */
final class TlsInput extends InputStream {
  /** More came than was allowed. */
  static final class TooMuch extends IOException {
    private static final long serialVersionUID = 1L;
  }

  private final TlsConnection connection;
  private final Duration limit;
  private final byte[] record = new byte[TlsEngine.ROOM_BYTES];
  private int from;
  private int to;
  private long budget = Long.MAX_VALUE;

  TlsInput(TlsConnection connection, Duration limit) {
    this.connection = connection;
    this.limit = limit;
  }

  /** Lets so many bytes more through; what exceeds them is a {@link TooMuch}. */
  void allow(long bytes) {
    budget = bytes;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (from == to) {
      try {
        int n = connection.read(record, limit);
        if (n < 0) {
          return -1;
        }
        from = 0;
        to = n;
        budget -= n;
        if (budget < 0) {
          throw new TooMuch();
        }
      } catch (VpnException e) {
        throw new IOException(e.getMessage(), e);
      }
    }
    int n = Math.min(length, to - from);
    System.arraycopy(record, from, bytes, offset, n);
    from += n;
    return n;
  }
}
