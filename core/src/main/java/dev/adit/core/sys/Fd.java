package dev.adit.core.sys;

/** A file descriptor; closing it again does nothing. */
public final class Fd implements AutoCloseable {
  private final int number;
  private boolean open = true;

  Fd(int number) {
    this.number = number;
  }

  public int number() {
    if (!open) {
      throw new IllegalStateException("descriptor " + number + " is closed");
    }
    return number;
  }

  public boolean isOpen() {
    return open;
  }

  @Override
  public void close() {
    if (open) {
      open = false;
      LibC.C.close(number);
    }
  }

  @Override
  public String toString() {
    return "fd " + number + (open ? "" : " (closed)");
  }
}
