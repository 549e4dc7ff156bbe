package dev.adit.core.sys;

import jnr.ffi.Pointer;

/** Sleeps for microseconds; for one thread. */
public final class Rest {
  private static final int PR_SET_TIMERSLACK = 29;

  private final Pointer time = LibC.allocate(16);

  /**
   * From now on this thread is woken when it asked to be, and not up to 50 µs later, prctl(2)
   * {@code PR_SET_TIMERSLACK}.
   */
  public static void makeExact() {
    LibC.C.prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
  }

  /**
   * Sleeps; a signal may end it early.
   *
   * @param nanos less than a second
   */
  public void sleep(long nanos) {
    time.putLong(8, nanos);
    LibC.C.nanosleep(time, LibC.NONE);
  }
}
