package dev.adit.core.session;

import dev.adit.api.VpnProtocol;
import dev.adit.api.auth.SessionTicket;
import dev.adit.api.datagram.DatagramEvent;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.packet.PacketBatch;
import dev.adit.api.tunnel.TunnelConfig;
import dev.adit.api.tunnel.TunnelContext;
import dev.adit.api.tunnel.TunnelEngine.CarrierKind;
import dev.adit.api.tunnel.TunnelEngine.Farewell;
import dev.adit.api.tunnel.TunnelEvent;
import dev.adit.core.host.HostNetwork;
import dev.adit.core.host.HostWanted;
import dev.adit.core.ipsec.UserspaceIpsec;
import dev.adit.core.loop.EventLoop;
import dev.adit.core.loop.Scheduler;
import dev.adit.core.net.Dialer;
import dev.adit.core.net.TlsConnection;
import dev.adit.core.sys.SystemCallException;
import dev.adit.core.transport.Action;
import dev.adit.core.transport.State;
import dev.adit.core.transport.TransportMachine;
import dev.adit.core.transport.Trigger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One session from the ticket to the good-bye. Public methods may be called by any thread; the rest
 * runs on the event loop.
 */
public final class VpnSession {
  private static final Logger LOG = LoggerFactory.getLogger(VpnSession.class);

  private final EventLoop loop;
  private final LoopBuffers buffers;
  private final VpnProtocol protocol;
  private final SessionTicket ticket;
  private final SessionSettings settings;
  private final Dialer dialer;
  private final DeviceFactory devices;
  private final HostNetwork host;
  private final SessionListener listener;

  private final TransportMachine machine = new TransportMachine();
  private final TrafficCounters traffic = new TrafficCounters();
  private final PathMtu pathMtu;
  private final UdpCarrier udp;
  private final BackOff backOff;
  private final Scheduler.Timer retry;
  private final Scheduler.Timer drain;
  private final Instant started = Instant.now();

  private @Nullable Dialing dialing;
  private @Nullable TlsLink link;
  private @Nullable TlsLink rekeying;
  private @Nullable TlsLink draining;
  private @Nullable PacketDevice device;
  private EventLoop.@Nullable Registration deviceWatch;
  private Optional<TunnelConfig> config = Optional.empty();
  private long lostAt;
  private int attempts;
  private boolean throughUdp;
  private Instant carrierSince = Instant.now();
  private String lastCause = "";
  private volatile SessionStatus status;

  /** Makes the device when the first configuration is known. */
  public interface DeviceFactory {
    PacketDevice open(TunnelConfig config) throws VpnException;
  }

  public VpnSession(
      EventLoop loop,
      LoopBuffers buffers,
      VpnProtocol protocol,
      SessionTicket ticket,
      SessionSettings settings,
      Dialer dialer,
      DeviceFactory devices,
      HostNetwork host,
      SessionListener listener) {
    this.loop = loop;
    this.buffers = buffers;
    this.protocol = protocol;
    this.ticket = ticket;
    this.settings = settings;
    this.dialer = dialer;
    this.devices = devices;
    this.host = host;
    this.listener = listener;
    this.pathMtu = new PathMtu(loop, settings.tunnel().mtu().isEmpty(), this::onPathMtu);
    this.udp =
        new UdpCarrier(
            loop,
            buffers,
            settings.timings(),
            settings.udpLocalPort(),
            new UserspaceIpsec(settings.plugin().random()),
            settings.plugin().random(),
            pathMtu,
            this::fire,
            this::onUdpPackets,
            this::onUdpEvent);
    this.backOff =
        new BackOff(
            settings.timings().firstRetry(),
            settings.timings().longestRetry(),
            settings.plugin().random());
    this.retry = loop.timer(this::dial);
    this.drain = loop.timer(this::endDraining);
    this.status = snapshot();
  }

  /** Begins; everything else is told to the listener. */
  public void start() {
    loop.execute(this::dial);
  }

  /** Ends the session; {@link SessionEvent.Disconnected} follows. */
  public void stop(Farewell farewell) {
    loop.execute(
        () -> {
          if (machine.state() != State.CLOSED) {
            end(
                farewell,
                new SessionEvent.Disconnected(
                    farewell == Farewell.LOG_OFF
                        ? SessionEvent.Disconnected.LOGGED_OFF
                        : "detached",
                    Kind.CANCELLED,
                    true));
          }
        });
  }

  /** Makes the connection anew, at once. */
  public void reconnectNow() {
    loop.execute(() -> lost(new VpnException(Kind.OTHER, "reconnect was asked for")));
  }

  /** The session as it was when something last changed, with counters of now. */
  public SessionStatus status() {
    SessionStatus s = status;
    return new SessionStatus(
        s.state(),
        s.host(),
        s.device(),
        s.config(),
        s.carrier(),
        s.carrierSince(),
        s.whyNotBetter(),
        s.started(),
        traffic.snapshot());
  }

  // Connecting

  private void dial() {
    if (machine.state() == State.CLOSED || dialing != null) {
      return;
    }
    listener.on(new SessionEvent.Connecting(settings.target().host(), settings.target().port()));
    dialing = new Dialing(loop, dialer, settings.target(), this::connected, this::dialFailed);
  }

  private void connected(TlsConnection connection) {
    dialing = null;
    link = open(connection);
  }

  private @Nullable TlsLink open(TlsConnection connection) {
    try {
      TunnelContext context =
          new TunnelContext(
              settings.plugin(), ticket, connection.tls().session(), settings.tunnel(), config);
      TlsLink opened =
          new TlsLink(connection, protocol.tunnel(context), loop, buffers, new LinkOwner());
      // Set before start: events may come during it.
      if (machine.state().carriesPackets()) {
        rekeying = opened;
      } else {
        link = opened;
      }
      opened.start();
      return opened;
    } catch (SystemCallException e) {
      connection.close();
      lost(e);
      return null;
    }
  }

  private void dialFailed(VpnException e) {
    dialing = null;
    lost(e);
  }

  private void tunnelEvent(TlsLink from, TunnelEvent event) {
    if (from == draining || machine.state() == State.CLOSED) {
      if (event instanceof TunnelEvent.Ended || event instanceof TunnelEvent.Failed) {
        endDraining();
      }
      return;
    }
    if (event instanceof TunnelEvent.Established established) {
      established(from, established);
    } else if (event instanceof TunnelEvent.Failed failed) {
      failed(from, failed.error());
    } else if (event instanceof TunnelEvent.PeerSilent silent) {
      failed(from, new VpnException(Kind.UNREACHABLE, silent.detail()));
    } else if (event instanceof TunnelEvent.Ended ended) {
      if (from == rekeying) {
        failed(from, ended.error());
      } else if (rekeying != null) {
        // The server drops the old connection as soon as it sees the new one.
        from.close();
      } else {
        end(Farewell.DETACH, disconnected(ended.error()));
      }
    } else if (event instanceof TunnelEvent.RekeyDue) {
      beginRekey();
    } else if (event instanceof TunnelEvent.CarrierConfirmed confirmed) {
      if (confirmed.carrier() == CarrierKind.DATAGRAM) {
        fire(Trigger.UDP_ENABLED, "UDP works");
      }
    } else if (event instanceof TunnelEvent.OffersChanged changed) {
      if (udp.rekey(changed.offers())) {
        traffic.rekeyed();
        listener.on(new SessionEvent.Rekeyed("UDP"));
      } else {
        udp.offers(changed.offers(), "the server withdrew UDP");
        fire(Trigger.TUNNEL_REPLACED, "the server gave new keys");
      }
    } else if (event instanceof TunnelEvent.Message message) {
      listener.on(new SessionEvent.ServerMessage(message.text()));
    }
  }

  private void established(TlsLink from, TunnelEvent.Established event) {
    TunnelConfig now = pathMtu.within(event.config());
    try {
      configure(from, now);
    } catch (VpnException e) {
      end(Farewell.LOG_OFF, disconnected(e));
      return;
    }
    udp.offers(event.offers(), event.noDatagram());
    udp.gateway(from.remote().getAddress());
    if (from == rekeying) {
      moveTo(from);
      return;
    }
    backOff.reset();
    attempts = 0;
    announce(from, now);
    fire(Trigger.TUNNEL_UP, "connected");
  }

  private void announce(TlsLink from, TunnelConfig now) {
    listener.on(
        new SessionEvent.Connected(
            device == null ? "" : device.name(),
            from.remote(),
            now,
            from.tlsVersion(),
            from.cipherSuite()));
  }

  /** The device and the host's network, as the server wants them now. */
  private void configure(TlsLink from, TunnelConfig now) throws VpnException {
    PacketDevice open = device;
    if (open == null) {
      open = devices.open(now);
      device = open;
      deviceWatch = loop.register(open.fd(), (readable, writable) -> pump());
    }
    Optional<TunnelConfig> before = config;
    host.apply(
        new HostWanted(
            open.name(), open.index(), from.remote().getAddress(), now, settings.ipv6()));
    config = Optional.of(now);
    if (before.isPresent() && !sameNetwork(before.get(), now)) {
      listener.on(new SessionEvent.Reconfigured(before.get(), now));
    }
  }

  /** The path by UDP allows another MTU than was in force. */
  private void onPathMtu(TunnelConfig now) {
    TlsLink by = link;
    PacketDevice open = device;
    if (by == null || open == null || config.isEmpty()) {
      return;
    }
    TunnelConfig before = config.get();
    try {
      host.apply(
          new HostWanted(
              open.name(), open.index(), by.remote().getAddress(), now, settings.ipv6()));
    } catch (VpnException e) {
      end(Farewell.LOG_OFF, disconnected(e));
      return;
    }
    config = Optional.of(now);
    status = snapshot();
    listener.on(new SessionEvent.MtuChanged(before, now));
  }

  private static boolean sameNetwork(TunnelConfig a, TunnelConfig b) {
    return a.ipv4().equals(b.ipv4())
        && a.ipv6().equals(b.ipv6())
        && a.splitInclude().equals(b.splitInclude())
        && a.splitExclude().equals(b.splitExclude())
        && a.dns().equals(b.dns())
        && a.mtu() == b.mtu();
  }

  // Rekey: a second connection, then a move; the first is read for a while longer.

  private void beginRekey() {
    if (dialing == null && rekeying == null && machine.state().carriesPackets()) {
      dialing =
          new Dialing(loop, dialer, settings.target(), this::rekeyConnected, this::rekeyFailed);
    }
  }

  private void rekeyConnected(TlsConnection connection) {
    dialing = null;
    open(connection);
  }

  private void rekeyFailed(VpnException e) {
    dialing = null;
    lost(new VpnException(e.kind(), "no new keys: " + e.getMessage(), e));
  }

  private void moveTo(TlsLink fresh) {
    endDraining();
    draining = link;
    link = fresh;
    rekeying = null;
    drain.start(settings.timings().drain().toNanos());
    traffic.rekeyed();
    fire(Trigger.TUNNEL_REPLACED, "new keys");
    listener.on(new SessionEvent.Rekeyed("TLS"));
  }

  private void endDraining() {
    if (draining != null) {
      draining.close();
      draining = null;
    }
  }

  // Losing and finding the connection

  private void failed(TlsLink from, VpnException e) {
    if (from == rekeying) {
      rekeying = null;
      from.close();
      LOG.info("rekeying failed: {}", e.getMessage());
      if (link == null || link.isClosed()) {
        lost(e);
      }
      return;
    }
    if (from == link && rekeying != null) {
      // The server closed the old connection as soon as it saw the new one.
      from.close();
      return;
    }
    lost(e);
  }

  private void lost(VpnException e) {
    if (machine.state() == State.CLOSED) {
      return;
    }
    if (machine.state() == State.CONNECTING || !mayPass(e)) {
      end(Farewell.DETACH, disconnected(e));
      return;
    }
    lastCause = e.getMessage();
    closeLinks();
    long now = loop.now();
    if (machine.state() != State.RECONNECTING) {
      lostAt = now;
      attempts = 0;
      backOff.reset();
      fire(Trigger.TUNNEL_LOST, e.getMessage());
    }
    if (now - lostAt >= settings.reconnectTimeout().toNanos()) {
      end(
          Farewell.DETACH,
          new SessionEvent.Disconnected(
              "no connection for "
                  + settings.reconnectTimeout().toSeconds()
                  + " s (--reconnect-timeout): "
                  + e.getMessage(),
              Kind.UNREACHABLE,
              false));
      return;
    }
    attempts++;
    Duration delay = attempts == 1 ? Duration.ZERO : backOff.next();
    traffic.reconnected();
    listener.on(new SessionEvent.Reconnecting(lastCause, attempts, delay));
    host.beforeReconnect(udp.gateway());
    retry.start(delay.toNanos());
  }

  /** Whether trying again may help. */
  private static boolean mayPass(VpnException e) {
    return switch (e.kind()) {
      case UNREACHABLE, OTHER, PEER_VIOLATION -> true;
      case SESSION_REFUSED,
          AUTHENTICATION,
          UNTRUSTED_SERVER,
          CONFIGURATION,
          PRIVILEGE,
          PLUGIN,
          HOST_CHECK,
          CANCELLED ->
          false;
    };
  }

  // The machine

  private void fire(Trigger trigger, String reason) {
    State before = machine.state();
    List<Action> actions = machine.fire(trigger);
    if (before != machine.state()) {
      LOG.debug("transport: {} --{}--> {} ({})", before, trigger, machine.state(), reason);
    }
    for (Action action : actions) {
      perform(action, reason);
    }
    status = snapshot();
  }

  private void perform(Action action, String reason) {
    switch (action) {
      case SEND_ON_TLS -> carrier(false, reason);
      case SEND_ON_UDP -> carrier(true, reason);
      case START_PROBE -> udp.begin();
      case START_QUIET_PROBES -> udp.askQuietly();
      case SCHEDULE_PROBE -> udp.tryLater();
      case SCHEDULE_PROBE_NOW -> udp.tryNow();
      case CLOSE_UDP -> udp.close();
      case ENABLE_UDP -> withLink(l -> l.useCarrier(CarrierKind.DATAGRAM));
      case DISABLE_UDP -> withLink(l -> l.useCarrier(CarrierKind.TLS));
      case RECONNECT, CLOSE -> watchDevice();
    }
  }

  private void withLink(Consumer<TlsLink> work) {
    if (link != null) {
      work.accept(link);
    }
  }

  private void carrier(boolean byUdp, String reason) {
    throughUdp = byUdp;
    carrierSince = Instant.now();
    listener.on(new SessionEvent.CarrierChanged(byUdp ? udp.description() : "TLS", reason));
    watchDevice();
  }

  // Packets

  private void pump() {
    PacketDevice from = device;
    if (from == null) {
      return;
    }
    PacketBatch batch = buffers.outbound;
    batch.clear();
    try {
      if (from.read(batch) == 0) {
        return;
      }
    } catch (SystemCallException e) {
      end(Farewell.LOG_OFF, disconnected(e));
      return;
    }
    traffic.sent(batch);
    if (throughUdp) {
      udp.send(batch);
    } else if (link != null) {
      link.sendPackets(batch);
    }
    watchDevice();
  }

  private void deliver(PacketBatch packets) {
    traffic.received(packets);
    if (device != null) {
      try {
        device.write(packets);
      } catch (SystemCallException e) {
        end(Farewell.LOG_OFF, disconnected(e));
      }
    }
  }

  private void onUdpPackets(PacketBatch packets) {
    deliver(packets);
  }

  private void onUdpEvent(DatagramEvent event) {
    if (event instanceof DatagramEvent.RekeyDue) {
      // A second association on a new socket, moved to when it is up; or a second tunnel.
      if (udp.replace()) {
        listener.on(new SessionEvent.Rekeyed("UDP"));
      } else {
        beginRekey();
      }
    }
    status = snapshot();
  }

  /** Reads the device only while there is somewhere to send to. */
  private void watchDevice() {
    if (deviceWatch != null) {
      boolean open =
          machine.state().carriesPackets() && (throughUdp || link != null && !link.isCongested());
      deviceWatch.interest(open, false);
    }
  }

  // The end

  private void end(Farewell farewell, SessionEvent.Disconnected last) {
    if (machine.state() == State.CLOSED) {
      return;
    }
    fire(Trigger.STOP, last.reason());
    retry.stop();
    drain.stop();
    if (link != null) {
      link.end(farewell);
    }
    closeLinks();
    udp.end();
    if (deviceWatch != null) {
      deviceWatch.close();
    }
    host.close();
    if (device != null) {
      device.close();
    }
    status = snapshot();
    listener.on(last);
  }

  private void closeLinks() {
    if (dialing != null) {
      dialing.cancel();
      dialing = null;
    }
    for (TlsLink each : new TlsLink[] {link, rekeying, draining}) {
      if (each != null) {
        each.close();
      }
    }
    link = null;
    rekeying = null;
    draining = null;
  }

  private static SessionEvent.Disconnected disconnected(VpnException e) {
    return new SessionEvent.Disconnected(e.getMessage(), e.kind(), false);
  }

  private SessionStatus snapshot() {
    return new SessionStatus(
        machine.state(),
        settings.target().host(),
        device == null ? "" : device.name(),
        config,
        throughUdp ? udp.description() : machine.state().carriesPackets() ? "TLS" : "none",
        carrierSince,
        throughUdp ? "" : udp.whyNot(),
        started,
        traffic.snapshot());
  }

  private final class LinkOwner implements TlsLink.Owner {
    @Override
    public void tunnelEvent(TlsLink from, TunnelEvent event) {
      VpnSession.this.tunnelEvent(from, event);
    }

    @Override
    public void tunnelPackets(TlsLink from, PacketBatch packets) {
      deliver(packets);
      if (throughUdp && from == link) {
        // The server has left UDP: ask it at once whether it still hears us.
        udp.ask();
      }
    }

    @Override
    public void tunnelDrained(TlsLink from) {
      watchDevice();
    }
  }
}
