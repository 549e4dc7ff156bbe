package dev.adit.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.PriorityQueue;
import java.util.function.IntPredicate;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The search against paths that are made up, with a clock that moves when told. */
class MtuProbeTest {
  private static final long MILLI = 1_000_000L;
  private static final long START = Long.MAX_VALUE - 5 * MILLI;

  /** A path; the fields are a test's to change. */
  private static final class Path {
    IntPredicate carries = bytes -> true;
    IntPredicate refuses = bytes -> false;
    LongPredicate loses = number -> false;
    long roundTrip = 20 * MILLI;
    int kernelKnows = Integer.MAX_VALUE;
    int answerAs = -1;

    final List<Integer> sent = new ArrayList<>();
    long elapsed;

    private record Answer(long at, int bytes) {}

    OptionalInt search(int least, int most) {
      MtuProbe probe = new MtuProbe(least, most, START);
      PriorityQueue<Answer> answers =
          new PriorityQueue<>((a, b) -> Long.compare(a.at() - b.at(), 0));
      long now = START;
      while (true) {
        for (int bytes = probe.next(now); bytes > 0; bytes = probe.next(now)) {
          sent.add(bytes);
          assertThat(sent).as("probes without end").hasSizeLessThan(100);
          if (refuses.test(bytes)) {
            probe.tooBig(Math.min(bytes, kernelKnows));
          } else if (carries.test(bytes) && !loses.test(sent.size())) {
            answers.add(new Answer(now + roundTrip, answerAs < 0 ? bytes : answerAs));
          }
        }
        elapsed = now - START;
        if (probe.isDone()) {
          return probe.result();
        }
        long deadline = now + probe.nanosUntilDeadline(now);
        Answer next = answers.peek();
        if (next != null && next.at() - deadline <= 0) {
          answers.remove();
          now = next.at();
          probe.answered(next.bytes(), now);
        } else {
          assertThat(deadline - now).isPositive();
          now = deadline;
        }
      }
    }
  }

  @Test
  void oneProbeIsEnoughWhereEverythingGetsThrough() {
    Path path = new Path();
    assertThat(path.search(576, 1434)).hasValue(1434);
    assertThat(path.sent).containsExactly(1434);
    assertThat(path.elapsed).isEqualTo(path.roundTrip);
  }

  @ParameterizedTest
  @ValueSource(ints = {576, 577, 900, 1234, 1279, 1280, 1281, 1400, 1433})
  void findsTheExactLimit(int limit) {
    Path path = new Path();
    path.carries = bytes -> bytes <= limit;
    assertThat(path.search(576, 1434)).hasValue(limit);
    assertThat(path.sent).hasSizeLessThan(30);
    assertThat(path.elapsed).isLessThanOrEqualTo(MtuProbe.LIMIT_NANOS);
  }

  @Test
  void aRefusalNeedsNoWaiting() {
    Path path = new Path();
    path.refuses = bytes -> bytes > 1334;
    assertThat(path.search(576, 1434)).hasValue(1334);
    assertThat(path.elapsed).isLessThan(300 * MILLI);
  }

  @Test
  void aRefusalIsBelievedThoughThePeerIsSilent() {
    Path path = new Path();
    path.carries = bytes -> false;
    path.refuses = bytes -> bytes > 1334;
    path.kernelKnows = 1335;
    assertThat(path.search(576, 1434)).hasValue(1334);
  }

  @Test
  void aPeerThatForgetsTheLengthTellsNothing() {
    Path path = new Path();
    path.answerAs = 0;
    assertThat(path.search(576, 1434)).isEmpty();
    assertThat(path.sent).hasSizeLessThan(10);
    assertThat(path.elapsed).isLessThanOrEqualTo(MtuProbe.LIMIT_NANOS);
  }

  @Test
  void aLostProbeIsSentAgain() {
    Path path = new Path();
    path.loses = number -> number <= 2;
    assertThat(path.search(576, 1434)).hasValue(1434);
  }

  @Test
  void aSlowPathIsHeardByItsLateAnswers() {
    Path path = new Path();
    path.roundTrip = 800 * MILLI;
    assertThat(path.search(576, 1434)).hasValue(1434);
    assertThat(path.elapsed).isLessThan(1500 * MILLI);
  }

  @Test
  void endsInTimeOnASlowAndNarrowPath() {
    Path path = new Path();
    path.roundTrip = 600 * MILLI;
    path.carries = bytes -> bytes <= 1234;
    assertThat(path.search(576, 1434).orElseThrow()).isBetween(1000, 1234);
    assertThat(path.elapsed).isLessThanOrEqualTo(MtuProbe.LIMIT_NANOS);
  }

  @Test
  void neverClaimsMoreThanGotThrough() {
    for (int limit = 560; limit < 1440; limit += 7) {
      for (int lossOneIn = 2; lossOneIn < 6; lossOneIn++) {
        Path path = new Path();
        int most = limit;
        int every = lossOneIn;
        path.carries = bytes -> bytes <= most;
        path.loses = number -> number % every == 0;
        path.search(576, 1434).ifPresent(found -> assertThat(found).isLessThanOrEqualTo(most));
      }
    }
  }
}
