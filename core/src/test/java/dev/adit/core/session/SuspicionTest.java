package dev.adit.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.core.loop.FakeLoop;
import dev.adit.core.transport.TransportTimings;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** How soon a dark path is noticed, what is not taken for one, and what it costs. */
class SuspicionTest {
  private static final long MILLI = 1_000_000;

  private final FakeLoop loop = new FakeLoop();
  private int probes;
  private long darkAt = -1;
  private long roundTrip = MILLI;
  private BooleanSupplier answers = () -> true;
  private final Suspicion suspicion =
      new Suspicion(
          loop,
          TransportTimings.DEFAULT,
          this::probe,
          why -> darkAt = darkAt < 0 ? loop.now() : darkAt);

  private void probe() {
    probes++;
    if (answers.getAsBoolean()) {
      loop.timer(suspicion::answered).start(roundTrip);
    }
  }

  /** Fifty packets a second, of which the peer answers those it may. */
  private void traffic(Duration time, BooleanSupplier heard) {
    for (long at = 0; at < time.toMillis(); at += 20) {
      suspicion.sent();
      if (heard.getAsBoolean()) {
        loop.timer(suspicion::heard).start(roundTrip);
      }
      loop.advance(Duration.ofMillis(20));
    }
  }

  @Test
  void aDarkPathIsNoticedWithinASecond() {
    traffic(Duration.ofSeconds(10), () -> true);
    assertThat(darkAt).isEqualTo(-1);
    long dark = loop.now();
    answers = () -> false;
    traffic(Duration.ofSeconds(1), () -> false);
    assertThat(darkAt - dark).isBetween(0L, 900 * MILLI);
  }

  @Test
  void oneAnswerIsNotBelieved() {
    traffic(Duration.ofSeconds(10), () -> true);
    long rebound = loop.now();
    int before = probes;
    answers = () -> probes == before + 1;
    traffic(Duration.ofMillis(1500), () -> false);
    assertThat(darkAt - rebound).isBetween(0L, 1100 * MILLI);
  }

  @Test
  void trafficInOneDirectionIsNoReason() {
    traffic(Duration.ofSeconds(60), () -> false);
    assertThat(darkAt).isEqualTo(-1);
    assertThat(probes).isLessThan(60 * 8);
  }

  @Test
  void packetsThatComeDoNotProveThatOursGo() {
    traffic(Duration.ofSeconds(5), () -> true);
    answers = () -> false;
    long deaf = loop.now();
    traffic(Duration.ofSeconds(10), () -> true);
    assertThat(darkAt - deaf).isBetween(0L, 5000 * MILLI);
  }

  @Test
  void aLongWayIsGivenTime() {
    roundTrip = 20 * MILLI;
    traffic(Duration.ofSeconds(4), () -> true);
    roundTrip = 700 * MILLI;
    suspicion.probed();
    loop.timer(suspicion::answered).start(roundTrip);
    loop.advance(Duration.ofSeconds(1));
    for (int i = 0; i < 30; i++) {
      suspicion.probed();
      loop.timer(suspicion::answered).start(roundTrip);
      loop.advance(Duration.ofSeconds(1));
    }
    traffic(Duration.ofSeconds(30), () -> true);
    assertThat(darkAt).isEqualTo(-1);
    assertThat(suspicion.roundTripNanos()).isBetween(500 * MILLI, 700 * MILLI);
  }

  /** Questions that were lost in the dark, and the answer to the last one in the light. */
  @Test
  void timeInTheDarkIsNoRoundTrip() {
    traffic(Duration.ofSeconds(30), () -> true);
    long before = suspicion.roundTripNanos();
    assertThat(before).isPositive();
    for (int i = 0; i < 10; i++) {
      suspicion.probed();
      loop.advance(Duration.ofMillis(500));
    }
    suspicion.answered();
    assertThat(suspicion.roundTripNanos()).isEqualTo(before);
  }

  @Test
  void aFirstAnswerThatTookLongIsForgottenSoon() {
    suspicion.probed();
    loop.advance(Duration.ofMillis(800));
    suspicion.answered();
    for (int i = 0; i < 3; i++) {
      suspicion.probed();
      loop.advance(Duration.ofMillis(1));
      suspicion.answered();
    }
    assertThat(suspicion.roundTripNanos()).isLessThanOrEqualTo(110 * MILLI);
  }

  @Test
  void anIdlePathCostsNothing() {
    traffic(Duration.ofSeconds(1), () -> true);
    loop.advance(Duration.ofSeconds(2));
    int before = loop.wakeUps();
    loop.advance(Duration.ofHours(10));
    assertThat(loop.wakeUps()).isEqualTo(before);
    assertThat(loop.runningTimers()).isZero();
  }
}
