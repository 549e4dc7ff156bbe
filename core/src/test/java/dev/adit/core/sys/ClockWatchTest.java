package dev.adit.core.sys;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What is sleep, and what is only somebody who sets the clock. */
class ClockWatchTest {
  private final AtomicLong suspended = new AtomicLong(1_000_000_000L);

  @Test
  void onlyTimeInSuspendCounts() throws Exception {
    try (ClockWatch clock = ClockWatch.open(suspended::get)) {
      // Somebody sets the clock, by an hour in either direction: neither of the two clocks jumps.
      assertThat(clock.slept()).isZero();
      suspended.addAndGet(Duration.ofHours(8).toNanos());
      assertThat(clock.slept()).isEqualTo(Duration.ofHours(8));
      assertThat(clock.slept()).as("told once").isZero();
      suspended.addAndGet(-1000);
      assertThat(clock.slept()).as("read one after the other").isZero();
    }
  }

  @Test
  void theMachinesOwnClocksAgreeWhileItIsAwake() throws Exception {
    try (ClockWatch clock = ClockWatch.open()) {
      assertThat(clock.slept()).isLessThan(Duration.ofSeconds(2));
    }
  }
}
