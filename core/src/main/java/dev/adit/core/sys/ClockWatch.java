package dev.adit.core.sys;

import java.time.Duration;
import java.util.function.LongSupplier;
import jnr.ffi.Pointer;

/**
 * Becomes readable when the wall clock jumps, which a resume from suspend makes it do:
 * timerfd_create(2), TFD_TIMER_CANCEL_ON_SET. It costs nothing meanwhile. Whether the machine slept
 * or somebody set the clock is told by CLOCK_BOOTTIME, which goes on in suspend, and
 * CLOCK_MONOTONIC, which does not; neither can be set. One thread.
 */
public final class ClockWatch implements AutoCloseable {
  private static final int REALTIME = 0;
  private static final int NONBLOCK_CLOEXEC = 0x80800;

  /** TFD_TIMER_ABSTIME and TFD_TIMER_CANCEL_ON_SET. */
  private static final int ABSOLUTE_CANCEL_ON_SET = 3;

  /** Far away, and still within 32 bits. */
  private static final long NEVER_SECONDS = Integer.MAX_VALUE;

  private final Fd fd;
  private final LongSupplier suspended;
  private final Pointer memory = LibC.allocate(32);
  private long offset;

  private ClockWatch(Fd fd, LongSupplier suspended) {
    this.fd = fd;
    this.suspended = suspended;
    this.offset = suspended.getAsLong();
  }

  public static ClockWatch open() throws SystemCallException {
    return open(() -> Clocks.bootNanos() - System.nanoTime());
  }

  /**
   * With another measure of the time in suspend, for tests.
   *
   * @param suspended nanoseconds so far, from wherever
   */
  static ClockWatch open(LongSupplier suspended) throws SystemCallException {
    int number = LibC.C.timerfd_create(REALTIME, NONBLOCK_CLOEXEC);
    if (number < 0) {
      throw SystemCallException.last("timerfd_create", "clock");
    }
    ClockWatch watch = new ClockWatch(new Fd(number), suspended);
    watch.arm();
    return watch;
  }

  /** To be watched for readability; then {@link #slept} is to be called. */
  public Fd fd() {
    return fd;
  }

  /** Time in suspend since the last call; zero if the clock was only set. */
  public Duration slept() {
    LibC.C.read(fd.number(), memory, 8);
    arm();
    long now = suspended.getAsLong();
    Duration slept = Duration.ofNanos(Math.max(0, now - offset));
    offset = now;
    return slept;
  }

  @Override
  public void close() {
    fd.close();
  }

  private void arm() {
    memory.putLong(0, 0);
    memory.putLong(8, 0);
    memory.putLong(16, NEVER_SECONDS);
    memory.putLong(24, 0);
    LibC.C.timerfd_settime(fd.number(), ABSOLUTE_CANCEL_ON_SET, memory, LibC.NONE);
  }
}
