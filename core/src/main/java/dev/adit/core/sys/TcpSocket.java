package dev.adit.core.sys;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import jnr.ffi.Pointer;

/** A TCP connection, never blocking unless asked to wait. */
public final class TcpSocket implements AutoCloseable {
  private static final int SLAB_BYTES = 128 << 10;
  private static final int TCP_NODELAY = 1;
  private static final int TCP_KEEPIDLE = 4;
  private static final int TCP_KEEPINTVL = 5;
  private static final int TCP_USER_TIMEOUT = 18;

  /** What {@link #await} waits for; also the bits of poll(2). */
  public enum Readiness {
    READABLE(1),
    WRITABLE(4);

    private final short bits;

    Readiness(int bits) {
      this.bits = (short) bits;
    }
  }

  private final Fd fd;
  private final InetSocketAddress remote;
  private final ByteBuffer incoming = LibC.buffer(SLAB_BYTES);
  private final ByteBuffer outgoing = LibC.buffer(SLAB_BYTES);
  private final Pointer incomingMemory = LibC.pointer(incoming);
  private final Pointer outgoingMemory = LibC.pointer(outgoing);

  /** Where in {@link #outgoing} those bytes begin that are still to be sent. */
  private int unsent;

  private boolean connecting;

  private TcpSocket(Fd fd, InetSocketAddress remote, boolean connecting) {
    this.fd = fd;
    this.remote = remote;
    this.connecting = connecting;
  }

  /** Begins to connect; {@link #finishConnect} tells when it is done. */
  public static TcpSocket open(InetSocketAddress remote) throws SystemCallException {
    Fd fd =
        Sockets.open(
            SocketAddress.family(remote), Sockets.SOCK_STREAM, SocketAddress.words(remote));
    try {
      Sockets.set(fd, Sockets.IPPROTO_TCP, TCP_NODELAY, 1);
      Pointer memory = LibC.allocate(SocketAddress.MAX_BYTES);
      int length = SocketAddress.write(memory, remote);
      if (LibC.C.connect(fd.number(), memory, length) == 0) {
        return new TcpSocket(fd, remote, false);
      }
      if (LibC.errno() != Errno.EINPROGRESS) {
        throw SystemCallException.last("connect", SocketAddress.words(remote));
      }
      return new TcpSocket(fd, remote, true);
    } catch (SystemCallException e) {
      fd.close();
      throw e;
    }
  }

  static TcpSocket accepted(Fd fd, InetSocketAddress remote) throws SystemCallException {
    Sockets.set(fd, Sockets.IPPROTO_TCP, TCP_NODELAY, 1);
    return new TcpSocket(fd, remote, false);
  }

  /** Whether the connection is up; to be asked once the socket is writable. */
  public boolean finishConnect() throws SystemCallException {
    if (connecting) {
      int error = Sockets.get(fd, Sockets.SOL_SOCKET, Sockets.SO_ERROR, 0);
      if (error != 0) {
        throw new SystemCallException("connect", SocketAddress.words(remote), Errno.of(error));
      }
      if (!await(Readiness.WRITABLE, Duration.ZERO)) {
        return false;
      }
      connecting = false;
    }
    return true;
  }

  /**
   * Reads what is there.
   *
   * @return bytes read, 0 if there are none now, -1 if the other side sends no more
   */
  public int read(byte[] to, int offset, int length) throws SystemCallException {
    int n = receive(length);
    if (n > 0) {
      incoming.get(0, to, offset, n);
    }
    return n;
  }

  /**
   * Reads what is there into memory of this socket's own, to be had from {@link #incoming}.
   *
   * @return as {@link #read}
   */
  public int receive() throws SystemCallException {
    return receive(SLAB_BYTES);
  }

  /** What {@link #receive} read last, until the next time. */
  public ByteBuffer incoming() {
    return incoming;
  }

  private int receive(int most) throws SystemCallException {
    long n = LibC.C.recv(fd.number(), incomingMemory, Math.min(most, SLAB_BYTES), 0);
    incoming.clear().limit((int) Math.max(n, 0));
    if (n > 0) {
      return (int) n;
    }
    return n == 0 ? -1 : wouldBlock("recv");
  }

  /**
   * Writes what fits now; nothing while {@link #hasUnsent}.
   *
   * @return bytes taken, perhaps 0
   */
  public int write(byte[] from, int offset, int length) throws SystemCallException {
    if (hasUnsent()) {
      return 0;
    }
    int most = Math.min(length, SLAB_BYTES);
    outgoing.put(0, from, offset, most);
    return send(outgoingMemory, most);
  }

  /** Where bytes are put, from its position on, that are for {@link #send}. */
  public ByteBuffer outgoing() {
    return outgoing;
  }

  /**
   * Sends what was put into {@link #outgoing}.
   *
   * @return false if the socket is full: the rest waits for the next call
   */
  public boolean send() throws SystemCallException {
    while (hasUnsent()) {
      Pointer from = unsent == 0 ? outgoingMemory : outgoingMemory.slice(unsent);
      int n = send(from, outgoing.position() - unsent);
      if (n == 0) {
        return false;
      }
      unsent += n;
    }
    unsent = 0;
    outgoing.clear();
    return true;
  }

  /** Whether something waits to be sent. */
  public boolean hasUnsent() {
    return unsent < outgoing.position();
  }

  private int send(Pointer from, int length) throws SystemCallException {
    long n = LibC.C.send(fd.number(), from, length, Sockets.MSG_NOSIGNAL);
    return n >= 0 ? (int) n : wouldBlock("send");
  }

  /**
   * Waits; for threads that may block.
   *
   * @return false if time ran out
   */
  public boolean await(Readiness readiness, Duration limit) throws SystemCallException {
    Pointer poll = LibC.allocate(8);
    poll.putInt(0, fd.number());
    poll.putShort(4, readiness.bits);
    int result = LibC.C.poll(poll, 1, (int) Math.min(limit.toMillis(), Integer.MAX_VALUE));
    if (result < 0) {
      Errno errno = LibC.errno();
      // Seen once under load without a number: to the caller the same as an interruption.
      if (errno != Errno.EINTR && errno != Errno.OTHER) {
        throw new SystemCallException("poll", SocketAddress.words(remote), errno);
      }
    }
    return result > 0;
  }

  /** Probes of the kernel on an idle connection. */
  public void keepAlive(Duration interval) throws SystemCallException {
    Sockets.set(fd, Sockets.SOL_SOCKET, Sockets.SO_KEEPALIVE, 1);
    int seconds = (int) Math.max(1, interval.toSeconds());
    Sockets.set(fd, Sockets.IPPROTO_TCP, TCP_KEEPIDLE, seconds);
    Sockets.set(fd, Sockets.IPPROTO_TCP, TCP_KEEPINTVL, seconds);
  }

  /** Sent data that stays unacknowledged for so long ends the connection. */
  public void unacknowledgedLimit(Duration limit) throws SystemCallException {
    Sockets.set(fd, Sockets.IPPROTO_TCP, TCP_USER_TIMEOUT, (int) limit.toMillis());
  }

  /** MTU of the path in bytes as the kernel knows it. */
  public int pathMtu() {
    return remote.getAddress().getAddress().length == 4
        ? Sockets.get(fd, Sockets.IPPROTO_IP, Sockets.IP_MTU, 1500)
        : Sockets.get(fd, Sockets.IPPROTO_IPV6, Sockets.IPV6_MTU, 1500);
  }

  public InetSocketAddress local() throws SystemCallException {
    return Sockets.local(fd);
  }

  public InetSocketAddress remote() {
    return remote;
  }

  public Fd fd() {
    return fd;
  }

  /** We send no more; the other side may. */
  public void shutdownOutput() {
    LibC.C.shutdown(fd.number(), 1);
  }

  /** Ends the connection with a reset. */
  public void abort() {
    if (fd.isOpen()) {
      Pointer linger = LibC.allocate(8);
      linger.putInt(0, 1);
      LibC.C.setsockopt(fd.number(), Sockets.SOL_SOCKET, Sockets.SO_LINGER, linger, 8);
      fd.close();
    }
  }

  @Override
  public void close() {
    fd.close();
  }

  private int wouldBlock(String call) throws SystemCallException {
    Errno errno = LibC.errno();
    if (errno == Errno.EAGAIN || errno == Errno.EINTR) {
      return 0;
    }
    throw new SystemCallException(call, SocketAddress.words(remote), errno);
  }
}
