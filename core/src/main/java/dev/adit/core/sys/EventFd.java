package dev.adit.core.sys;

import jnr.ffi.Pointer;

/** eventfd(2): wakes a thread that waits in {@link Epoll}. {@link #signal} is for any thread. */
public final class EventFd implements AutoCloseable {
  private static final int NONBLOCK_CLOEXEC = 0x80800;

  private final Fd fd;
  private final Pointer one = LibC.allocate(8);
  private final Pointer drained = LibC.allocate(8);

  private EventFd(Fd fd) {
    this.fd = fd;
    one.putLong(0, 1);
  }

  public static EventFd open() throws SystemCallException {
    int number = LibC.C.eventfd(0, NONBLOCK_CLOEXEC);
    if (number < 0) {
      throw SystemCallException.last("eventfd", "event loop");
    }
    return new EventFd(new Fd(number));
  }

  public void signal() {
    LibC.C.write(fd.number(), one, 8);
  }

  public void drain() {
    LibC.C.read(fd.number(), drained, 8);
  }

  public Fd fd() {
    return fd;
  }

  @Override
  public void close() {
    fd.close();
  }
}
