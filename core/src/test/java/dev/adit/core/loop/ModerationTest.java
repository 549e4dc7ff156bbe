package dev.adit.core.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ModerationTest {
  private static final long MICROSECOND = 1_000;

  private final Moderation moderation = new Moderation(0);
  private long at;

  @Test
  void aBulkTransferIsLoadAfterOneWindow() {
    assertThat(turns(900, 18_000)).as("not yet judged").isZero();
    assertThat(turns(2_000, 18_000)).isEqualTo(Moderation.LONGEST_REST_NANOS);
  }

  @Test
  void theMoreLoadTheLongerIsTheRest() {
    assertThat(turns(5_000, 2_000)).isEqualTo(Moderation.SHORTEST_REST_NANOS);
    assertThat(turns(10_000, 8_000)).isEqualTo(125 * MICROSECOND);
    assertThat(turns(15_000, 12_800)).isEqualTo(200 * MICROSECOND);
  }

  /** At 1 GB/s 64 KB are there in 64 microseconds. */
  @Test
  void noLongerThanAGroupTakesToCome() {
    assertThat(turns(5_000, 100_000)).isEqualTo(64 * MICROSECOND);
  }

  /** Between two bursts of the load, a ping and its answer do not wait. */
  @Test
  void whatIsSmallIsNotRestedAfter() {
    assertThat(turns(2_000, 14_000)).isPositive();
    moderation.rested();
    moderation.received(84);
    assertThat(moderation.restNanos(2_010 * MICROSECOND)).isZero();
    moderation.received(1_400);
    assertThat(moderation.restNanos(2_020 * MICROSECOND)).isPositive();
  }

  /** Its answers must not wait: who waits for each of them would be slowed by every rest. */
  @Test
  void oneThatAsksAndWaitsIsNoLoad() {
    assertThat(turns(10_000, 1_400)).isZero();
  }

  /** From 140 KB in a millisecond below 16: four halves. */
  @Test
  void loadFadesWithinMilliseconds() {
    assertThat(turns(2_900, 14_000)).isPositive();
    for (int i = 3; i <= 6; i++) {
      assertThat(moderation.restNanos(i * 1_000L * MICROSECOND)).isPositive();
    }
    assertThat(moderation.restNanos(7_000 * MICROSECOND)).isZero();
  }

  /** One that waits for room in its socket: a megabyte in a millisecond, five without any. */
  @Test
  void bulkInBurstsIsLoadInBetweenAsWell() {
    assertThat(turns(900, 100_000)).as("not yet judged").isZero();
    for (int burst = 0; burst < 5; burst++) {
      assertThat(turns(burst * 6_000L + 5_900, 62)).isPositive();
      assertThat(turns(burst * 6_000L + 6_900, 100_000)).isPositive();
    }
  }

  @Test
  void aSmallGroupThatCameInIsLetGather() {
    assertThat(turns(2_000, 14_000)).isPositive();
    assertThat(moderation.letsGather()).as("nothing came in this turn").isFalse();
    moderation.received(2_800);
    moderation.sent(52);
    assertThat(moderation.letsGather()).isTrue();
    moderation.received(Moderation.SMALL_GROUP_BYTES);
    assertThat(moderation.letsGather()).as("a group as it should be").isFalse();
  }

  /** What the host sends goes when it is there: its TCP is clocked by that. */
  @Test
  void nothingGathersWhereTheHostSends() {
    assertThat(turns(2_000, 14_000)).isPositive();
    moderation.received(2_800);
    moderation.sent(1_400);
    assertThat(moderation.letsGather()).isFalse();
  }

  @Test
  void nothingGathersAtHalfTheLoad() {
    assertThat(turns(2_000, 7_000)).isPositive();
    moderation.received(2_800);
    assertThat(moderation.letsGather()).isFalse();
  }

  /** What came in a long time is not mistaken for what came in a window. */
  @Test
  void oneBurstAfterALongQuietIsNoLoad() {
    moderation.received(10 * Moderation.BYTES_PER_WINDOW);
    assertThat(moderation.restNanos(1_000_000 * MICROSECOND)).isZero();
  }

  /** A turn each 100 microseconds until a time in microseconds, which carries so many bytes. */
  private long turns(long until, long bytes) {
    long rest = 0;
    for (; at <= until; at += 100) {
      rest = moderation.restNanos(at * MICROSECOND);
      moderation.turn();
      moderation.received(bytes);
    }
    moderation.turn();
    return rest;
  }
}
