package dev.adit.core.loop;

/** Time and turn: what a session needs of an event loop besides descriptors. */
public interface Scheduler {
  /** Nanoseconds of a monotonic clock; to be compared by subtraction only. */
  long now();

  /** Runs a task on the loop; from any thread. */
  void execute(Runnable task);

  /** A timer that is not running yet; from the loop alone. */
  Timer timer(Runnable action);

  /** Runs its action once, each time it was started, on the loop. */
  interface Timer {
    /** Starts it, or moves it if it is running. */
    void start(long delayNanos);

    /** Forgets the start, if there was one. */
    void stop();

    boolean isRunning();
  }
}
