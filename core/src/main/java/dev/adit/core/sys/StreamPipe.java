package dev.adit.core.sys;

import java.time.Duration;
import jnr.ffi.Pointer;

/**
 * Two ends of a local socket that carries a stream both ways, for a program that talks to us. See
 * unix(7). One thread at a time; each wait is bounded, and an interrupt ends it within a tenth of a
 * second.
 */
public final class StreamPipe implements AutoCloseable {
  /** What {@link #read} returns when the program has closed its end. */
  public static final int END = -1;

  private static final int AF_UNIX = 1;
  private static final int SOCK_STREAM = 1;
  private static final int SOCK_CLOEXEC = 0x80000;
  private static final int SLAB_BYTES = 4096;
  private static final short POLLIN = 1;
  private static final short POLLOUT = 4;
  private static final long SLICE_NANOS = 100_000_000;

  private final Fd ours;
  private final Fd theirs;
  private final Pointer slab = LibC.allocate(SLAB_BYTES);

  private StreamPipe(Fd ours, Fd theirs) {
    this.ours = ours;
    this.theirs = theirs;
  }

  public static StreamPipe open() throws SystemCallException {
    Pointer pair = LibC.allocate(8);
    if (LibC.C.socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
      throw SystemCallException.last("socketpair", "a socket for a program");
    }
    return new StreamPipe(new Fd(pair.getInt(0)), new Fd(pair.getInt(4)));
  }

  /** The program's end, closed by {@link #giveAway} once the program has it. */
  Fd theirs() {
    return theirs;
  }

  /** Forgets the program's end, so that we notice when the program ends. */
  void giveAway() {
    theirs.close();
  }

  /**
   * Reads what is there, waiting for the first byte of it.
   *
   * @return bytes read, 0 when the time is over, {@link #END} when no more can come
   */
  public int read(byte[] into, Duration limit) throws SystemCallException, InterruptedException {
    if (!await(POLLIN, limit)) {
      return 0;
    }
    int most = Math.min(into.length, SLAB_BYTES);
    long n = LibC.C.recv(ours.number(), slab, most, Sockets.MSG_DONTWAIT);
    if (n < 0) {
      Errno errno = LibC.errno();
      if (errno == Errno.EAGAIN || errno == Errno.EINTR) {
        return 0;
      }
      if (errno == Errno.ECONNRESET) {
        return END;
      }
      throw new SystemCallException("recv", "socket of a program", errno);
    }
    slab.get(0, into, 0, (int) n);
    slab.setMemory(0, SLAB_BYTES, (byte) 0);
    return n == 0 ? END : (int) n;
  }

  /**
   * Writes all of it.
   *
   * @throws SystemCallException EPIPE: the program has closed its end; ETIMEDOUT: it does not read
   */
  public void write(byte[] bytes, Duration limit) throws SystemCallException, InterruptedException {
    for (int at = 0; at < bytes.length; ) {
      if (!await(POLLOUT, limit)) {
        throw new SystemCallException("send", "socket of a program", Errno.ETIMEDOUT);
      }
      int most = Math.min(bytes.length - at, SLAB_BYTES);
      slab.put(0, bytes, at, most);
      long n = LibC.C.send(ours.number(), slab, most, Sockets.MSG_DONTWAIT | Sockets.MSG_NOSIGNAL);
      slab.setMemory(0, SLAB_BYTES, (byte) 0);
      Errno errno = n < 0 ? LibC.errno() : Errno.EAGAIN;
      if (n < 0 && errno != Errno.EAGAIN && errno != Errno.EINTR) {
        throw new SystemCallException("send", "socket of a program", errno);
      }
      at += (int) Math.max(0, n);
    }
  }

  /** In slices, because a thread that waits in the kernel does not notice an interrupt. */
  private boolean await(short events, Duration limit)
      throws SystemCallException, InterruptedException {
    Pointer poll = LibC.allocate(8);
    poll.putInt(0, ours.number());
    poll.putShort(4, events);
    long left = limit.toNanos();
    while (true) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      long slice = Math.min(left, SLICE_NANOS);
      int ready = LibC.C.poll(poll, 1, (int) ((slice + 999_999) / 1_000_000));
      if (ready > 0) {
        return true;
      }
      Errno errno = ready < 0 ? LibC.errno() : Errno.EINTR;
      if (errno != Errno.EINTR) {
        throw new SystemCallException("poll", "socket of a program", errno);
      }
      left -= slice;
      if (left <= 0) {
        return false;
      }
    }
  }

  /** The program reads the end of its input. */
  @Override
  public void close() {
    ours.close();
    theirs.close();
  }
}
