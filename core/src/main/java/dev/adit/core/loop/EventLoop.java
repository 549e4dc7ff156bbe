package dev.adit.core.loop;

import dev.adit.core.sys.Epoll;
import dev.adit.core.sys.EventFd;
import dev.adit.core.sys.Fd;
import dev.adit.core.sys.Rest;
import dev.adit.core.sys.SystemCallException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loop: wait for descriptors and timers, serve them, run tasks. {@link #execute} and {@link
 * #close} may be called by any thread, everything else by the loop's own.
 *
 * <p>A handler that throws is our bug: it is logged and the loop goes on with the others.
 */
public final class EventLoop implements Reactor, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EventLoop.class);
  private static final int WAKE_TOKEN = 0;

  private final Epoll epoll;
  private final EventFd wake;
  private final Thread thread;
  private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean awake = new AtomicBoolean();
  private final List<@Nullable Registration> registrations = new ArrayList<>();
  private final ArrayDeque<Integer> freeTokens = new ArrayDeque<>();
  private final PriorityQueue<LoopTimer> timers = new PriorityQueue<>();
  private final Moderation moderation = new Moderation(now());
  private final Rest rest = new Rest();
  private volatile boolean closing;

  private EventLoop(String name, Runnable prologue) throws SystemCallException {
    epoll = Epoll.open();
    wake = EventFd.open();
    epoll.add(wake.fd(), Epoll.READABLE, WAKE_TOKEN);
    registrations.add(null);
    thread =
        new Thread(
            () -> {
              prologue.run();
              run();
            },
            name);
    thread.setDaemon(true);
  }

  /** A running loop on a thread of that name. */
  public static EventLoop start(String name) throws SystemCallException {
    return start(name, () -> {});
  }

  /** The same, with something to be done first on its thread: to enter a namespace, for example. */
  public static EventLoop start(String name, Runnable prologue) throws SystemCallException {
    EventLoop loop = new EventLoop(name, prologue);
    loop.thread.start();
    return loop;
  }

  @Override
  public long now() {
    return System.nanoTime();
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
    if (!inLoop() && awake.compareAndSet(false, true)) {
      wake.signal();
    }
  }

  @Override
  public void sent(long bytes) {
    moderation.sent(bytes);
  }

  @Override
  public void received(long bytes) {
    moderation.received(bytes);
  }

  /** Runs something on the loop and waits for its result; not to be called on the loop. */
  public <T> T call(Supplier<T> work) {
    CompletableFuture<T> result = new CompletableFuture<>();
    execute(
        () -> {
          try {
            result.complete(work.get());
          } catch (RuntimeException | Error e) {
            result.completeExceptionally(e);
          }
        });
    return result.join();
  }

  public boolean inLoop() {
    return Thread.currentThread() == thread;
  }

  @Override
  public Timer timer(Runnable action) {
    return new LoopTimer(action);
  }

  @Override
  public Registration register(Fd fd, IoHandler handler) throws SystemCallException {
    Integer free = freeTokens.poll();
    int token = free == null ? registrations.size() : free;
    Registration registration = new Registration(fd, handler, token);
    epoll.add(fd, 0, token);
    if (free == null) {
      registrations.add(registration);
    } else {
      registrations.set(token, registration);
    }
    return registration;
  }

  /** Ends the loop after what it is at, and waits for its thread unless called by it. */
  @Override
  public void close() {
    closing = true;
    wake.signal();
    if (!inLoop()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void run() {
    Rest.makeExact();
    try (epoll;
        wake) {
      while (!closing) {
        int events = await();
        moderation.turn();
        serve(events);
        runTimers();
        runTasks();
      }
    } catch (SystemCallException e) {
      LOG.error("event loop ends: {}", e.getMessage());
    }
  }

  /** Events that are to be served; perhaps none. */
  private int await() throws SystemCallException {
    long restNanos = timeoutMillis() == 0 ? 0 : moderation.restNanos(now());
    if (restNanos > 0) {
      int events = moderation.letsGather() ? 0 : epoll.await(0);
      if (events > 0) {
        return events;
      }
      rest.sleep(restNanos);
      moderation.rested();
    }
    // After a rest as well: whoever sends may send in bursts, and then it is the next to wait for.
    return epoll.await(timeoutMillis());
  }

  private void serve(int events) {
    for (int i = 0; i < events; i++) {
      int token = epoll.token(i);
      if (token == WAKE_TOKEN) {
        wake.drain();
        continue;
      }
      Registration registration = token < registrations.size() ? registrations.get(token) : null;
      if (registration != null) {
        int readiness = epoll.readiness(i);
        boolean broken = (readiness & (Epoll.ERROR | Epoll.HANGUP)) != 0;
        ready(
            registration,
            broken || (readiness & Epoll.READABLE) != 0,
            broken || (readiness & Epoll.WRITABLE) != 0);
      }
    }
  }

  private void runTimers() {
    long now = now();
    for (LoopTimer timer = timers.peek();
        timer != null && timer.due - now <= 0;
        timer = timers.peek()) {
      timers.poll();
      if (!timer.postpone()) {
        guarded(timer.action);
      }
    }
  }

  private void runTasks() {
    awake.set(false);
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      guarded(task);
    }
  }

  private int timeoutMillis() {
    if (!tasks.isEmpty()) {
      return 0;
    }
    LoopTimer first = timers.peek();
    if (first == null) {
      return -1;
    }
    long nanos = first.due - now();
    return nanos <= 0 ? 0 : (int) Math.min(Integer.MAX_VALUE, nanos / 1_000_000 + 1);
  }

  private static void guarded(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException e) {
      bug(e);
    }
  }

  /** The same, with no object made: for each event. */
  private static void ready(Registration registration, boolean readable, boolean writable) {
    try {
      registration.handler.onReady(readable, writable);
    } catch (RuntimeException e) {
      bug(e);
    }
  }

  private static void bug(RuntimeException e) {
    LOG.error("a handler failed, which is a bug", e);
  }

  /** A descriptor under watch. */
  public final class Registration implements Watch {
    private final Fd fd;
    private final IoHandler handler;
    private final int token;
    private int interest;
    private boolean closed;

    private Registration(Fd fd, IoHandler handler, int token) {
      this.fd = fd;
      this.handler = handler;
      this.token = token;
    }

    @Override
    public void interest(boolean readable, boolean writable) {
      int wanted = (readable ? Epoll.READABLE : 0) | (writable ? Epoll.WRITABLE : 0);
      if (closed || wanted == interest) {
        return;
      }
      interest = wanted;
      try {
        epoll.modify(fd, wanted, token);
      } catch (SystemCallException e) {
        throw new IllegalStateException(e.getMessage(), e);
      }
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        epoll.remove(fd);
        registrations.set(token, null);
        // The token may come back in events read already: it is free only in the next turn.
        execute(() -> freeTokens.add(token));
      }
    }
  }

  /**
   * A timer that moves later without touching the queue: it notices when it fires early. So
   * starting it for each packet costs a store.
   */
  private final class LoopTimer implements Timer, Comparable<LoopTimer> {
    private final Runnable action;
    private long due;
    private long wanted;
    private boolean queued;
    private boolean running;

    private LoopTimer(Runnable action) {
      this.action = action;
    }

    @Override
    public void start(long delayNanos) {
      long now = now();
      wanted = now + Math.min(delayNanos, Long.MAX_VALUE / 4);
      running = true;
      if (queued && wanted - due < 0) {
        timers.remove(this);
        queued = false;
      }
      if (!queued) {
        enqueue();
      }
    }

    @Override
    public void stop() {
      running = false;
      if (queued) {
        // Left there, it would keep a closed connection in memory until it is due.
        timers.remove(this);
        queued = false;
      }
    }

    @Override
    public boolean isRunning() {
      return running;
    }

    @Override
    public int compareTo(LoopTimer other) {
      return Long.signum(due - other.due);
    }

    /** Called when taken from the queue: returns true if the action is not due after all. */
    private boolean postpone() {
      queued = false;
      if (!running) {
        return true;
      }
      if (wanted - now() > 0) {
        enqueue();
        return true;
      }
      running = false;
      return false;
    }

    private void enqueue() {
      due = wanted;
      queued = true;
      timers.add(this);
    }
  }
}
