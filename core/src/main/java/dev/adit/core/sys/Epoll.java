package dev.adit.core.sys;

import java.util.Locale;
import jnr.ffi.Pointer;

/** epoll(7), level-triggered; for the event loop. */
public final class Epoll implements AutoCloseable {
  public static final int READABLE = 1;
  public static final int WRITABLE = 4;
  public static final int ERROR = 8;
  public static final int HANGUP = 16;

  private static final int ADD = 1;
  private static final int DELETE = 2;
  private static final int MODIFY = 3;
  private static final int CLOEXEC = 0x80000;
  private static final int MOST_EVENTS = 256;

  /** {@code struct epoll_event} is packed on x86-64 and nowhere else. */
  private static final boolean PACKED =
      System.getProperty("os.arch", "").toLowerCase(Locale.ROOT).matches("amd64|x86_64");

  private static final int EVENT_BYTES = PACKED ? 12 : 16;
  private static final int DATA_AT = PACKED ? 4 : 8;

  private final Fd fd;
  private final Pointer event = LibC.allocate(16);
  private final Pointer events = LibC.allocate(MOST_EVENTS * EVENT_BYTES);

  private Epoll(Fd fd) {
    this.fd = fd;
  }

  public static Epoll open() throws SystemCallException {
    int number = LibC.C.epoll_create1(CLOEXEC);
    if (number < 0) {
      throw SystemCallException.last("epoll_create1", "event loop");
    }
    return new Epoll(new Fd(number));
  }

  /** Watches a descriptor; {@code token} comes back with its events. */
  public void add(Fd watched, int interest, int token) throws SystemCallException {
    control(ADD, watched, interest, token);
  }

  public void modify(Fd watched, int interest, int token) throws SystemCallException {
    control(MODIFY, watched, interest, token);
  }

  /** Stops watching; a descriptor that is closed already is forgotten by the kernel. */
  public void remove(Fd watched) {
    if (watched.isOpen()) {
      LibC.C.epoll_ctl(fd.number(), DELETE, watched.number(), event);
    }
  }

  /**
   * Waits for events.
   *
   * @param timeoutMillis -1 for ever
   * @return how many there are, for {@link #token} and {@link #readiness}
   */
  public int await(int timeoutMillis) throws SystemCallException {
    int n = LibC.C.epoll_wait(fd.number(), events, MOST_EVENTS, timeoutMillis);
    if (n < 0) {
      if (LibC.errno() == Errno.EINTR) {
        return 0;
      }
      throw SystemCallException.last("epoll_wait", "event loop");
    }
    return n;
  }

  public int token(int index) {
    return events.getInt((long) index * EVENT_BYTES + DATA_AT);
  }

  public int readiness(int index) {
    return events.getInt((long) index * EVENT_BYTES);
  }

  @Override
  public void close() {
    fd.close();
  }

  private void control(int operation, Fd watched, int interest, int token)
      throws SystemCallException {
    event.putInt(0, interest);
    event.putLong(DATA_AT, token);
    if (LibC.C.epoll_ctl(fd.number(), operation, watched.number(), event) != 0) {
      throw SystemCallException.last("epoll_ctl", watched.toString());
    }
  }
}
