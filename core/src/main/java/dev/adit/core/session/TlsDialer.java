package dev.adit.core.session;

import dev.adit.api.VpnProtocol;
import dev.adit.api.auth.SessionTicket;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.tunnel.TunnelConfig;
import dev.adit.api.tunnel.TunnelContext;
import dev.adit.core.loop.EventLoop;
import dev.adit.core.net.Dialer;
import dev.adit.core.net.TlsConnection;
import dev.adit.core.sys.SystemCallException;
import java.util.Optional;
import java.util.function.Consumer;

/** Makes TLS connections, each on a thread of its own; the result comes to the loop. */
record TlsDialer(
    EventLoop loop,
    LoopBuffers buffers,
    VpnProtocol protocol,
    SessionTicket ticket,
    SessionSettings settings,
    Dialer dialer)
    implements TunnelDialer {
  @Override
  public Attempt dial(
      Optional<TunnelConfig> held,
      TunnelLink.Owner owner,
      Consumer<TunnelLink> connected,
      Consumer<VpnException> failed) {
    Dialing dialing = new Dialing(held, owner, connected, failed);
    dialing.thread.start();
    return dialing;
  }

  private final class Dialing implements Attempt {
    private final Optional<TunnelConfig> held;
    private final TunnelLink.Owner owner;
    private final Consumer<TunnelLink> connected;
    private final Consumer<VpnException> failed;
    private final Thread thread;
    private volatile boolean cancelled;

    private Dialing(
        Optional<TunnelConfig> held,
        TunnelLink.Owner owner,
        Consumer<TunnelLink> connected,
        Consumer<VpnException> failed) {
      this.held = held;
      this.owner = owner;
      this.connected = connected;
      this.failed = failed;
      this.thread = new Thread(this::connect, "dial " + settings.target().host());
      this.thread.setDaemon(true);
    }

    @Override
    public void cancel() {
      cancelled = true;
      thread.interrupt();
    }

    private void connect() {
      try {
        TlsConnection connection = dialer.connect(settings.target());
        loop.execute(() -> use(connection));
      } catch (VpnException e) {
        loop.execute(() -> tell(e));
      } catch (InterruptedException e) {
        loop.execute(() -> tell(new VpnException(Kind.CANCELLED, "interrupted", e)));
      }
    }

    private void use(TlsConnection connection) {
      if (cancelled) {
        connection.close();
        return;
      }
      TunnelContext context =
          new TunnelContext(
              settings.plugin(), ticket, connection.tls().session(), settings.tunnel(), held);
      try {
        connected.accept(new TlsLink(connection, protocol.tunnel(context), loop, buffers, owner));
      } catch (SystemCallException e) {
        connection.close();
        tell(e);
      }
    }

    private void tell(VpnException e) {
      if (!cancelled) {
        failed.accept(e);
      }
    }
  }
}
