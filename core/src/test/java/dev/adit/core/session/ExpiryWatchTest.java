package dev.adit.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.api.error.PeerViolationException;
import dev.adit.api.tunnel.IpPrefix;
import dev.adit.api.tunnel.TunnelConfig;
import dev.adit.core.loop.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Hours of warnings by a clock that moves when told. */
class ExpiryWatchTest {
  private static final long SECOND = 1_000_000_000L;

  /** Close to where nanoseconds wrap round: only differences count. */
  private long now = Long.MAX_VALUE - 90 * SECOND;

  private final long start = now;
  private long packets;
  private final List<FakeTimer> timers = new ArrayList<>();
  private final List<String> told = new ArrayList<>();
  private final ExpiryWatch watch =
      new ExpiryWatch(
          new FakeScheduler(),
          () -> packets,
          e ->
              told.add(
                  (now - start) / SECOND + " " + e.limit() + " " + e.left().toSeconds() + " left"));

  @Test
  void warnsFiveMinutesAndOneMinuteBeforeTheEnd() {
    watch.start(config(3600, 0));
    pass(4000);
    assertThat(told).containsExactly("3300 SESSION 300 left", "3540 SESSION 60 left");
  }

  @Test
  void warnsWhenTheServerWantsItToo() {
    watch.alertBefore(Duration.ofMinutes(30));
    watch.start(config(3600, 0));
    pass(3400);
    assertThat(told).containsExactly("1800 SESSION 1800 left", "3300 SESSION 300 left");
  }

  @Test
  void leavesOutWarningsThatAreTooLate() {
    watch.start(config(50, 0));
    pass(100);
    assertThat(told).isEmpty();
    watch.start(config(120, 0));
    pass(100);
    assertThat(told).containsExactly("160 SESSION 60 left");
  }

  @Test
  void anotherConnectionBeginsAnew() {
    watch.start(config(400, 0));
    pass(50);
    watch.start(config(1000, 0));
    pass(660);
    assertThat(told).isEmpty();
    pass(50);
    assertThat(told).containsExactly("750 SESSION 300 left");
  }

  @Test
  void warnsOfQuietOnceAndAgainOnlyAfterTraffic() {
    watch.start(config(0, 600));
    pass(300);
    packets++;
    pass(500);
    assertThat(told).isEmpty();
    pass(400);
    assertThat(told).hasSize(1).first().asString().endsWith("IDLE 60 left");
    packets++;
    pass(1000);
    assertThat(told).hasSize(2);
  }

  @Test
  void aShortLimitOfQuietIsHalved() {
    watch.start(config(0, 30));
    pass(60);
    assertThat(told).containsExactly("15 IDLE 15 left");
  }

  @Test
  void nothingIsToldAfterTheEnd() {
    watch.start(config(400, 400));
    watch.stop();
    pass(1000);
    assertThat(told).isEmpty();
  }

  private void pass(long seconds) {
    long until = now + seconds * SECOND;
    while (true) {
      FakeTimer next = null;
      for (FakeTimer each : timers) {
        if (each.running && each.due - until <= 0 && (next == null || each.due - next.due < 0)) {
          next = each;
        }
      }
      if (next == null) {
        break;
      }
      now = next.due;
      next.running = false;
      next.action.run();
    }
    now = until;
  }

  private static TunnelConfig config(long sessionSeconds, long idleSeconds) {
    TunnelConfig.Builder config =
        TunnelConfig.builder(1400).ipv4(prefix()).idleTimeout(Duration.ofSeconds(idleSeconds));
    return (sessionSeconds == 0
            ? config
            : config.sessionTimeout(Duration.ofSeconds(sessionSeconds)))
        .build();
  }

  private static IpPrefix prefix() {
    try {
      return IpPrefix.parse("address", "198.18.0.2/32");
    } catch (PeerViolationException e) {
      throw new IllegalStateException(e);
    }
  }

  private final class FakeTimer implements Scheduler.Timer {
    private final Runnable action;
    private long due;
    private boolean running;

    FakeTimer(Runnable action) {
      this.action = action;
    }

    @Override
    public void start(long delayNanos) {
      due = now + delayNanos;
      running = true;
    }

    @Override
    public void stop() {
      running = false;
    }

    @Override
    public boolean isRunning() {
      return running;
    }
  }

  private final class FakeScheduler implements Scheduler {
    @Override
    public long now() {
      return now;
    }

    @Override
    public void execute(Runnable task) {
      task.run();
    }

    @Override
    public Timer timer(Runnable action) {
      FakeTimer timer = new FakeTimer(action);
      timers.add(timer);
      return timer;
    }
  }
}
