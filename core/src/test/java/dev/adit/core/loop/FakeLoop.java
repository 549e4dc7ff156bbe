package dev.adit.core.loop;

import dev.adit.core.sys.Fd;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * An event loop that stands still until a test moves its time. Tasks and timers run on the test's
 * own thread, in order; descriptors are ready when the test says so.
 */
public final class FakeLoop implements Reactor {
  private static final int MOST_TURNS = 1_000_000;

  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private final List<FakeTimer> running = new ArrayList<>();
  private final List<FakeWatch> watches = new ArrayList<>();
  private long now = 1_000_000_000_000L;
  private int wakeUps;

  @Override
  public long now() {
    return now;
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  @Override
  public void sent(long bytes) {}

  @Override
  public void received(long bytes) {}

  @Override
  public Timer timer(Runnable action) {
    return new FakeTimer(action);
  }

  @Override
  public Watch register(Fd fd, IoHandler handler) {
    FakeWatch watch = new FakeWatch(handler);
    watches.add(watch);
    return watch;
  }

  /** Runs what is to be done without time passing. */
  public void settle() {
    advance(Duration.ZERO);
  }

  /** Lets time pass, with all timers in their order. */
  public void advance(Duration time) {
    long end = now + time.toNanos();
    for (int turn = 0; turn < MOST_TURNS; turn++) {
      Runnable task = tasks.poll();
      if (task != null) {
        task.run();
        continue;
      }
      Optional<FakeTimer> next = running.stream().min(Comparator.comparingLong(t -> t.due - now));
      if (next.isEmpty() || next.get().due - end > 0) {
        now = end;
        return;
      }
      FakeTimer due = next.get();
      now = Math.max(now, due.due);
      running.remove(due);
      wakeUps++;
      due.action.run();
    }
    throw new AssertionError("no end within " + MOST_TURNS + " turns: a timer starts itself anew");
  }

  /** All descriptors that are watched for it become readable. */
  public void readable() {
    for (FakeWatch watch : List.copyOf(watches)) {
      if (watch.readable && watches.contains(watch)) {
        watch.handler.onReady(true, false);
      }
    }
  }

  /** Whether anybody waits for packets. */
  public boolean isListening() {
    return watches.stream().anyMatch(w -> w.readable);
  }

  /** Timers that would fire some day; none may be left at the end. */
  public int runningTimers() {
    return running.size();
  }

  /** Descriptors under watch; none may be left at the end. */
  public int watched() {
    return watches.size();
  }

  /** How often a timer has fired so far. */
  public int wakeUps() {
    return wakeUps;
  }

  private final class FakeTimer implements Timer {
    private final Runnable action;
    private long due;

    private FakeTimer(Runnable action) {
      this.action = action;
    }

    @Override
    public void start(long delayNanos) {
      due = now + Math.max(0, Math.min(delayNanos, Long.MAX_VALUE / 4));
      running.remove(this);
      running.add(this);
    }

    @Override
    public void stop() {
      running.remove(this);
    }

    @Override
    public boolean isRunning() {
      return running.contains(this);
    }
  }

  private final class FakeWatch implements Watch {
    private final IoHandler handler;
    private boolean readable;

    private FakeWatch(IoHandler handler) {
      this.handler = handler;
    }

    @Override
    public void interest(boolean readable, boolean writable) {
      this.readable = readable;
    }

    @Override
    public void close() {
      watches.remove(this);
    }
  }
}
