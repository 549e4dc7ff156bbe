package dev.adit.core.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ModerationTest {
  private static final long MICROSECOND = 1_000;

  private final Moderation moderation = new Moderation(0);

  @Test
  void aBulkTransferIsLoadAfterOneWindow() {
    assertThat(turns(900, 14_000)).as("not yet judged").isZero();
    assertThat(turns(2_000, 14_000)).isEqualTo(Moderation.LONGEST_REST_NANOS);
  }

  /** At 1 GB/s 64 KB are there in 64 microseconds. */
  @Test
  void theFasterTheShorterIsTheRest() {
    assertThat(turns(5_000, 100_000)).isEqualTo(64 * MICROSECOND);
  }

  /** Its answers must not wait: who waits for each of them would be slowed by every rest. */
  @Test
  void oneThatAsksAndWaitsIsNoLoad() {
    assertThat(turns(10_000, 1_400)).isZero();
  }

  @Test
  void loadEndsWithTheNextWindow() {
    assertThat(turns(2_900, 14_000)).isPositive();
    assertThat(moderation.restNanos(3_000 * MICROSECOND)).isPositive();
    assertThat(moderation.restNanos(4_000 * MICROSECOND)).isZero();
  }

  /** What came in a long time is not mistaken for what came in a window. */
  @Test
  void oneBurstAfterALongQuietIsNoLoad() {
    moderation.carried(10 * Moderation.BYTES_PER_WINDOW);
    assertThat(moderation.restNanos(1_000_000 * MICROSECOND)).isZero();
  }

  /** A turn each 100 microseconds until a time in microseconds, which carries so many bytes. */
  private long turns(long until, long bytes) {
    long rest = 0;
    for (long at = 0; at <= until; at += 100) {
      rest = moderation.restNanos(at * MICROSECOND);
      moderation.carried(bytes);
    }
    return rest;
  }
}
