package dev.adit.core.sys;

import jnr.ffi.Pointer;

/** Clocks that the JDK does not show. */
public final class Clocks {
  private static final int BOOTTIME = 7;
  private static final ThreadLocal<Pointer> TIME = ThreadLocal.withInitial(() -> LibC.allocate(16));

  private Clocks() {}

  /** Nanoseconds since the start of the machine, those in suspend included. */
  public static long bootNanos() {
    Pointer time = TIME.get();
    LibC.C.clock_gettime(BOOTTIME, time);
    return time.getLong(0) * 1_000_000_000L + time.getLong(8);
  }
}
