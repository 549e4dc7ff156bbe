package dev.adit.core.session;

import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.core.loop.EventLoop;
import dev.adit.core.net.Dialer;
import dev.adit.core.net.Target;
import dev.adit.core.net.TlsConnection;
import java.util.function.Consumer;

/** One attempt at a TLS connection on a thread of its own; its result comes to the loop. */
final class Dialing {
  private final Thread thread;
  private volatile boolean cancelled;

  Dialing(
      EventLoop loop,
      Dialer dialer,
      Target target,
      Consumer<TlsConnection> connected,
      Consumer<VpnException> failed) {
    thread =
        new Thread(
            () -> {
              try {
                TlsConnection connection = dialer.connect(target);
                loop.execute(
                    () -> {
                      if (cancelled) {
                        connection.close();
                      } else {
                        connected.accept(connection);
                      }
                    });
              } catch (VpnException e) {
                tell(loop, failed, e);
              } catch (InterruptedException e) {
                tell(loop, failed, new VpnException(Kind.CANCELLED, "interrupted", e));
              }
            },
            "dial " + target.host());
    thread.setDaemon(true);
    thread.start();
  }

  /** Nothing is told any more. */
  void cancel() {
    cancelled = true;
    thread.interrupt();
  }

  private void tell(EventLoop loop, Consumer<VpnException> failed, VpnException e) {
    loop.execute(
        () -> {
          if (!cancelled) {
            failed.accept(e);
          }
        });
  }
}
