package dev.adit.core.session;

import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.core.loop.Scheduler;
import java.util.function.Consumer;

/** One request for another ticket, on a thread of its own; its result comes to the loop. */
final class Renewal {
  private final Scheduler loop;
  private final Thread thread;
  private volatile boolean cancelled;

  Renewal(Scheduler loop, TicketSource tickets, Runnable renewed, Consumer<VpnException> failed) {
    this.loop = loop;
    thread =
        new Thread(
            () -> {
              try {
                tickets.renew();
                tell(renewed);
              } catch (VpnException e) {
                tell(() -> failed.accept(e));
              } catch (InterruptedException e) {
                tell(() -> failed.accept(new VpnException(Kind.CANCELLED, "interrupted", e)));
              }
            },
            "log-in");
    thread.setDaemon(true);
    thread.start();
  }

  /** Nothing is told any more. */
  void cancel() {
    cancelled = true;
    thread.interrupt();
  }

  private void tell(Runnable result) {
    loop.execute(
        () -> {
          if (!cancelled) {
            result.run();
          }
        });
  }
}
