package dev.adit.core.net;

import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.core.sys.TcpSocket;
import dev.adit.core.tls.TlsEngine;
import java.time.Duration;

/**
 * A socket with TLS on it. The methods here block and are for log-in; a tunnel takes {@link
 * #socket} and {@link #tls} to its event loop and never calls them.
 */
public final class TlsConnection implements AutoCloseable {
  private static final int CHUNK_BYTES = 32 << 10;

  private final TcpSocket socket;
  private final TlsEngine tls;
  private final String host;
  private final byte[] chunk = new byte[CHUNK_BYTES];

  TlsConnection(TcpSocket socket, TlsEngine tls, String host) {
    this.socket = socket;
    this.tls = tls;
    this.host = host;
  }

  public TcpSocket socket() {
    return socket;
  }

  public TlsEngine tls() {
    return tls;
  }

  /** Runs the handshake to its end. */
  void handshake(Duration limit) throws VpnException {
    long end = System.nanoTime() + limit.toNanos();
    while (!tls.established()) {
      flush(end);
      if (!tls.established() && !fill(end)) {
        throw new VpnException(
            Kind.UNREACHABLE,
            host
                + " at "
                + socket.remote().getAddress().getHostAddress()
                + " closed the connection during the TLS handshake");
      }
    }
    flush(end);
  }

  /**
   * Reads one record's content.
   *
   * @param to with room for {@link TlsEngine#ROOM_BYTES}
   * @return bytes, or -1 at the end
   */
  public int read(byte[] to, Duration limit) throws VpnException {
    long end = System.nanoTime() + limit.toNanos();
    while (true) {
      int n = tls.readRecord(to, 0);
      if (n > 0) {
        return n;
      }
      if (tls.closed() || !fill(end)) {
        return -1;
      }
    }
  }

  /** Writes everything, in records of at most {@link TlsEngine#MAX_RECORD_BYTES}. */
  public void write(byte[] bytes, int offset, int length, Duration limit) throws VpnException {
    long end = System.nanoTime() + limit.toNanos();
    for (int at = 0; at < length; at += TlsEngine.MAX_RECORD_BYTES) {
      tls.seal(bytes, offset + at, Math.min(TlsEngine.MAX_RECORD_BYTES, length - at));
      flush(end);
    }
  }

  @Override
  public void close() {
    tls.close();
    int n = tls.wireAvailable();
    if (n > 0 && n <= CHUNK_BYTES && socket.fd().isOpen()) {
      try {
        socket.write(chunk, 0, tls.takeWire(chunk, 0, n));
      } catch (VpnException e) {
        // The other side is gone already; there is nobody to say good-bye to.
      }
    }
    socket.close();
  }

  private boolean fill(long end) throws VpnException {
    while (true) {
      int n = socket.read(chunk, 0, CHUNK_BYTES);
      if (n < 0) {
        return false;
      }
      if (n > 0) {
        tls.receive(chunk, 0, n);
        return true;
      }
      await(TcpSocket.Readiness.READABLE, end);
    }
  }

  private void flush(long end) throws VpnException {
    while (tls.wireAvailable() > 0) {
      int length = tls.takeWire(chunk, 0, CHUNK_BYTES);
      for (int at = 0; at < length; ) {
        int n = socket.write(chunk, at, length - at);
        at += n;
        if (n == 0) {
          await(TcpSocket.Readiness.WRITABLE, end);
        }
      }
    }
  }

  private void await(TcpSocket.Readiness readiness, long end) throws VpnException {
    long left = end - System.nanoTime();
    if (left <= 0 || !waits(readiness, left)) {
      throw new VpnException(
          Kind.UNREACHABLE,
          host
              + " at "
              + socket.remote()
              + " does not answer; is it a VPN gateway, and the port right?");
    }
  }

  /** Waits in slices, so that an interrupt is noticed. */
  private boolean waits(TcpSocket.Readiness readiness, long nanos) throws VpnException {
    long end = System.nanoTime() + nanos;
    while (end - System.nanoTime() > 0) {
      if (Thread.interrupted()) {
        Thread.currentThread().interrupt();
        throw new VpnException(Kind.CANCELLED, "interrupted");
      }
      long slice = Math.min(200_000_000L, end - System.nanoTime());
      if (slice > 0 && socket.await(readiness, Duration.ofNanos(Math.max(slice, 1_000_000)))) {
        return true;
      }
    }
    return false;
  }
}
