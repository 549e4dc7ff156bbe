package dev.adit.core.session;

import dev.adit.api.VpnProtocol;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.tunnel.TunnelConfig;
import dev.adit.api.tunnel.TunnelContext;
import dev.adit.core.loop.EventLoop;
import dev.adit.core.loop.Scheduler;
import dev.adit.core.net.Dialer;
import dev.adit.core.net.Target;
import dev.adit.core.net.TlsConnection;
import dev.adit.core.sys.SystemCallException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Makes TLS connections, each on a thread of its own; the result comes to the loop.
 *
 * <p>Where there was a connection before, its address is tried first, since names may be asked for
 * through the very tunnel that is lost; the name gets its turn when that fails or takes long, for
 * the gateway may have moved.
 */
final class TlsDialer implements TunnelDialer {
  /**
   * Beyond a handshake with a gateway that is where it was; one that has moved is found within a
   * second all the same.
   */
  private static final Duration HEAD_START = Duration.ofMillis(400);

  private final EventLoop loop;
  private final LoopBuffers buffers;
  private final VpnProtocol protocol;
  private final TicketSource tickets;
  private final SessionSettings settings;
  private final Dialer dialer;
  private final Consumer<InetAddress> moved;
  private List<InetAddress> known = List.of();

  /**
   * Knows nobody yet.
   *
   * @param moved hears on the loop of an address that is new, before packets go there: the tunnel
   *     that is lost may still have the route
   */
  TlsDialer(
      EventLoop loop,
      LoopBuffers buffers,
      VpnProtocol protocol,
      TicketSource tickets,
      SessionSettings settings,
      Dialer dialer,
      Consumer<InetAddress> moved) {
    this.loop = loop;
    this.buffers = buffers;
    this.protocol = protocol;
    this.tickets = tickets;
    this.settings = settings;
    this.dialer = dialer;
    this.moved = moved;
  }

  @Override
  public Attempt dial(
      Optional<TunnelConfig> held,
      TunnelLink.Owner owner,
      Consumer<TunnelLink> connected,
      Consumer<VpnException> failed) {
    Dialing dialing = new Dialing(held, owner, connected, failed);
    dialing.begin();
    return dialing;
  }

  private final class Dialing implements Attempt {
    private final Optional<TunnelConfig> held;
    private final TunnelLink.Owner owner;
    private final Consumer<TunnelLink> connected;
    private final Consumer<VpnException> failed;
    private final List<Thread> threads = new ArrayList<>();
    private final Scheduler.Timer headStart = loop.timer(this::byName);
    private int running;
    private boolean named;
    private boolean over;

    private Dialing(
        Optional<TunnelConfig> held,
        TunnelLink.Owner owner,
        Consumer<TunnelLink> connected,
        Consumer<VpnException> failed) {
      this.held = held;
      this.owner = owner;
      this.connected = connected;
      this.failed = failed;
    }

    private void begin() {
      Target target = settings.target();
      if (known.isEmpty() || !target.pinned().isEmpty()) {
        byName();
      } else {
        headStart.start(HEAD_START.toNanos());
        Target again = new Target(target.host(), target.port(), known);
        start(() -> connect(again));
      }
    }

    private void byName() {
      headStart.stop();
      if (!named && !over) {
        named = true;
        List<InetAddress> before = known;
        start(() -> connectByName(before));
      }
    }

    private void start(Runnable blocking) {
      running++;
      Thread thread = new Thread(blocking, "dial " + settings.target().host());
      thread.setDaemon(true);
      threads.add(thread);
      thread.start();
    }

    private void connectByName(List<InetAddress> before) {
      List<InetAddress> now = before.isEmpty() ? before : dialer.addresses(settings.target());
      if (!now.isEmpty() && Collections.disjoint(now, before)) {
        loop.call(
            () -> {
              if (!over) {
                moved.accept(now.get(0));
              }
              return now;
            });
      }
      connect(settings.target());
    }

    private void connect(Target target) {
      try {
        TlsConnection connection = dialer.connect(target);
        loop.execute(() -> use(connection));
      } catch (VpnException e) {
        loop.execute(() -> failedOnce(e));
      } catch (InterruptedException e) {
        loop.execute(() -> failedOnce(new VpnException(Kind.CANCELLED, "interrupted", e)));
      }
    }

    @Override
    public void cancel() {
      over = true;
      headStart.stop();
      threads.forEach(Thread::interrupt);
    }

    private void use(TlsConnection connection) {
      if (over) {
        connection.close();
        return;
      }
      cancel();
      TunnelContext context =
          new TunnelContext(
              settings.plugin(),
              tickets.current(),
              connection.tls().session(),
              settings.tunnel(),
              held);
      try {
        known = List.of(connection.socket().remote().getAddress());
        connected.accept(new TlsLink(connection, protocol.tunnel(context), loop, buffers, owner));
      } catch (SystemCallException e) {
        connection.close();
        failed.accept(e);
      }
    }

    private void failedOnce(VpnException e) {
      running--;
      if (over) {
        return;
      }
      if (!named) {
        byName();
      } else if (running == 0) {
        over = true;
        failed.accept(e);
      }
    }
  }
}
