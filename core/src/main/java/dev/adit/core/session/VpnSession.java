package dev.adit.core.session;

import dev.adit.api.VpnProtocol;
import dev.adit.api.datagram.DatagramEvent;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.packet.PacketBatch;
import dev.adit.api.tunnel.TunnelConfig;
import dev.adit.api.tunnel.TunnelEngine.CarrierKind;
import dev.adit.api.tunnel.TunnelEngine.Farewell;
import dev.adit.api.tunnel.TunnelEvent;
import dev.adit.core.host.HostNetwork;
import dev.adit.core.ipsec.IpsecBackend;
import dev.adit.core.ipsec.KernelOffload;
import dev.adit.core.loop.EventLoop;
import dev.adit.core.loop.Reactor;
import dev.adit.core.net.Dialer;
import dev.adit.core.roaming.HostWatch;
import dev.adit.core.sys.SystemCallException;
import dev.adit.core.transport.Action;
import dev.adit.core.transport.State;
import dev.adit.core.transport.TransportMachine;
import dev.adit.core.transport.Trigger;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One session from the ticket to the good-bye: what happens is told to the machine, and what the
 * machine says is done. Public methods may be called by any thread; the rest runs on the event
 * loop.
 */
public final class VpnSession {
  private static final Logger LOG = LoggerFactory.getLogger(VpnSession.class);

  private final Reactor loop;
  private final LoopBuffers buffers;
  private final SessionSettings settings;
  private final SessionListener listener;

  private final TransportMachine machine = new TransportMachine();
  private final TrafficCounters traffic = new TrafficCounters();
  private final TunnelLinks links;
  private final UdpCarrier udp;
  private final PathMtu pathMtu;
  private final SessionNetwork network;
  private final Reconnecting reconnecting;
  private final Roaming roaming;
  private final History history = new History();
  private final TicketSource tickets;
  private final ExpiryWatch expiry;
  private final Instant started = Instant.now();

  private @Nullable Renewal renewal;
  private Carrier way = Carrier.TLS;
  private String carrier = "none";

  /** What was told last of why UDP does not carry packets. */
  private String whyNoUdp = "";

  private Instant carrierSince = Instant.now();
  private Instant keysSince = Instant.now();
  private volatile SessionStatus status;

  /** Makes the device when the first configuration is known. */
  public interface DeviceFactory {
    PacketDevice open(TunnelConfig config) throws VpnException;
  }

  /**
   * A session over TLS and UDP sockets of this host.
   *
   * @param watch sees where this host's packets go; closed with the session
   * @param ipsec who performs ESP, given the loop
   */
  public VpnSession(
      EventLoop loop,
      LoopBuffers buffers,
      VpnProtocol protocol,
      TicketSource tickets,
      SessionSettings settings,
      Dialer dialer,
      DeviceFactory devices,
      HostNetwork host,
      HostWatch watch,
      Function<Reactor, IpsecBackend> ipsec,
      SessionListener listener) {
    this(
        loop,
        buffers,
        settings,
        tickets,
        new TlsDialer(loop, buffers, protocol, tickets, settings, dialer, host::beforeReconnect),
        new UdpOpener(loop, buffers, settings.timings(), settings.udpLocalPort()),
        devices,
        host,
        watch,
        ipsec.apply(loop),
        listener);
  }

  /** A session whose time and connections are somebody else's, for tests. */
  VpnSession(
      Reactor loop,
      LoopBuffers buffers,
      SessionSettings settings,
      TicketSource tickets,
      TunnelDialer dialer,
      DatagramOpener opener,
      DeviceFactory devices,
      HostNetwork host,
      HostWatch watch,
      IpsecBackend ipsec,
      SessionListener listener) {
    this.loop = loop;
    this.buffers = buffers;
    this.settings = settings;
    this.tickets = tickets;
    this.listener = listener;
    this.expiry = new ExpiryWatch(loop, traffic::packets, listener::on);
    this.links = new TunnelLinks(loop, dialer, new LinkOwner(), settings.timings(), this::onPause);
    this.pathMtu = new PathMtu(loop, settings.tunnel().mtu().isEmpty(), this::onPathMtu);
    this.udp =
        new UdpCarrier(
            loop,
            settings.timings(),
            opener,
            ipsec,
            settings.plugin().random(),
            pathMtu,
            new UdpOwner());
    this.network = new SessionNetwork(loop, devices, host, settings, this::pump);
    this.reconnecting =
        new Reconnecting(
            loop,
            settings.timings(),
            settings.reconnectTimeout(),
            settings.plugin().random(),
            this::dial);
    this.roaming = new Roaming(watch, new Roamer());
    this.status = snapshot();
  }

  /** Begins; everything else is told to the listener. */
  public void start() {
    loop.execute(
        () -> {
          roaming.start();
          dial();
        });
  }

  /** Ends the session; {@link SessionEvent.Disconnected} follows. */
  public void stop(Farewell farewell) {
    String reason =
        farewell == Farewell.LOG_OFF ? SessionEvent.Disconnected.LOGGED_OFF : "detached";
    loop.execute(() -> end(farewell, new SessionEvent.Disconnected(reason, Kind.CANCELLED, true)));
  }

  /** Makes the connection anew, at once. */
  public void reconnectNow() {
    loop.execute(() -> lost(new VpnException(Kind.OTHER, "reconnect was asked for")));
  }

  /** The session as it was when something last changed, with counters of now. */
  public SessionStatus status() {
    return status.with(traffic.snapshot());
  }

  // Connecting

  private void dial() {
    if (machine.state() == State.CLOSED || links.isDialing() || renewal != null) {
      return;
    }
    listener.on(new SessionEvent.Connecting(settings.target().host(), settings.target().port()));
    links.dial(network.config(), this::lost);
  }

  private void tunnelEvent(TunnelLink from, TunnelEvent event) {
    if (links.isDraining(from) || machine.state() == State.CLOSED) {
      if (event instanceof TunnelEvent.Ended || event instanceof TunnelEvent.Failed) {
        links.drainingClosed();
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
      ended(from, ended.error());
    } else if (event instanceof TunnelEvent.RekeyDue) {
      beginRekey();
    } else if (event instanceof TunnelEvent.CarrierConfirmed confirmed) {
      if (confirmed.carrier() == CarrierKind.DATAGRAM) {
        fire(Trigger.UDP_ENABLED, "UDP works");
      }
    } else if (event instanceof TunnelEvent.OffersChanged changed) {
      offersChanged(changed);
    } else if (event instanceof TunnelEvent.CookieRenewed renewed) {
      tickets.cookieRenewed(renewed.cookie());
    } else if (event instanceof TunnelEvent.ExpiryAlert alert) {
      expiry.alertBefore(alert.before());
    } else if (event instanceof TunnelEvent.Message message) {
      listener.on(new SessionEvent.ServerMessage(message.text()));
    }
  }

  private void established(TunnelLink from, TunnelEvent.Established event) {
    links.opened();
    TunnelConfig now = pathMtu.within(event.config());
    InetAddress gateway = from.remote().getAddress();
    try {
      configure(gateway, now);
    } catch (VpnException e) {
      end(Farewell.LOG_OFF, disconnected(e));
      return;
    }
    udp.offers(event.offers(), event.noDatagram());
    udp.gateway(gateway);
    roaming.connected(gateway, from.local(), network.deviceIndex());
    expiry.start(now);
    keysSince = Instant.now();
    if (links.isSuccessor(from)) {
      links.moveToSuccessor();
      traffic.rekeyed();
      fire(Trigger.TUNNEL_REPLACED, "new keys");
      listener.on(new SessionEvent.Rekeyed("TLS"));
      return;
    }
    listener.on(
        new SessionEvent.Connected(
            network.deviceName(), from.remote(), now, from.tlsVersion(), from.cipherSuite()));
    fire(Trigger.TUNNEL_UP, "connected");
  }

  private void configure(InetAddress gateway, TunnelConfig now) throws VpnException {
    var before = network.config();
    network.apply(gateway, now);
    if (before.isPresent() && !SessionNetwork.isSame(before.get(), now)) {
      listener.on(new SessionEvent.Reconfigured(before.get(), now));
    }
  }

  /** The path by UDP allows another MTU than was in force. */
  private void onPathMtu(TunnelConfig now) {
    var before = network.config();
    if (before.isEmpty() || links.current().isEmpty()) {
      return;
    }
    try {
      network.apply(links.current().get().remote().getAddress(), now);
    } catch (VpnException e) {
      end(Farewell.LOG_OFF, disconnected(e));
      return;
    }
    status = snapshot();
    listener.on(new SessionEvent.MtuChanged(before.get(), now));
  }

  // New keys: a second connection and a move, or in the tunnel itself

  private void beginRekey() {
    if (machine.state().carriesPackets()) {
      links.dialSuccessor(
          network.config(),
          Duration.ofNanos(udp.roundTripNanos()),
          e -> lost(new VpnException(e.kind(), "no new keys: " + e.getMessage(), e)));
    }
  }

  private void onPause() {
    udp.mute(links.isPausing());
    watchDevice();
  }

  private void offersChanged(TunnelEvent.OffersChanged changed) {
    if (udp.rekey(changed.offers())) {
      traffic.rekeyed();
      listener.on(new SessionEvent.Rekeyed("UDP"));
    } else {
      links.useCarrier(CarrierKind.TLS);
      udp.offers(changed.offers(), changed.noDatagram());
      fire(Trigger.TUNNEL_REPLACED, "the server gave new keys");
    }
  }

  private void onUdpEvent(DatagramEvent event) {
    if (event instanceof DatagramEvent.RekeyDue) {
      // A second association on a new socket, moved to when it is up; or a second tunnel.
      if (udp.replace()) {
        keysSince = Instant.now();
        listener.on(new SessionEvent.Rekeyed("UDP"));
      } else {
        beginRekey();
      }
    }
    status = snapshot();
  }

  // Losing and finding the connection

  private void ended(TunnelLink from, VpnException e) {
    if (links.isSuccessor(from)) {
      failed(from, e);
    } else if (links.hasSuccessor()) {
      // The server drops the old connection as soon as it sees the new one.
      from.close();
    } else {
      ticketGone(e);
    }
  }

  private void failed(TunnelLink from, VpnException e) {
    if (links.isSuccessor(from)) {
      links.dropSuccessor();
      LOG.info("rekeying failed: {}", e.getMessage());
      if (links.current().isEmpty()) {
        lost(e);
      }
    } else if (links.isCurrent(from) && links.hasSuccessor()) {
      // The server closed the old connection as soon as it saw the new one.
      from.close();
    } else {
      lost(e);
    }
  }

  private void lost(VpnException e) {
    if (machine.state() == State.CLOSED || renewal != null) {
      return;
    }
    if (e.kind() == Kind.SESSION_REFUSED) {
      ticketGone(e);
      return;
    }
    if (machine.state() == State.CONNECTING || !Reconnecting.mayHelp(e)) {
      end(Farewell.DETACH, disconnected(e));
      return;
    }
    links.closeAll();
    roaming.lost();
    expiry.stop();
    if (machine.state() != State.RECONNECTING) {
      reconnecting.begin();
      history.add("no connection", e.getMessage());
      fire(Trigger.TUNNEL_LOST, e.getMessage());
    }
    if (reconnecting.isTimeOver()) {
      end(Farewell.DETACH, tooLong(e));
      return;
    }
    Duration delay = reconnecting.next();
    traffic.reconnected();
    listener.on(new SessionEvent.Reconnecting(e.getMessage(), reconnecting.attempts(), delay));
    network.beforeReconnect(udp.gateway());
  }

  /** Only a new log-in can help; the device and the network wait for it as they are. */
  private void ticketGone(VpnException e) {
    if (!tickets.isWilling()) {
      end(Farewell.DETACH, disconnected(e));
      return;
    }
    links.closeAll();
    reconnecting.stop();
    expiry.stop();
    if (machine.state().carriesPackets()) {
      reconnecting.begin();
      fire(Trigger.TUNNEL_LOST, e.getMessage());
    }
    listener.on(new SessionEvent.LoggingInAgain(e.getMessage()));
    renewal =
        new Renewal(
            loop,
            tickets,
            () -> {
              renewal = null;
              dial();
            },
            failure -> {
              renewal = null;
              lost(failure);
            });
  }

  private SessionEvent.Disconnected tooLong(VpnException e) {
    return new SessionEvent.Disconnected(
        "no connection for "
            + settings.reconnectTimeout().toSeconds()
            + " s (--reconnect-timeout): "
            + e.getMessage(),
        Kind.UNREACHABLE,
        false);
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
    tellWhyNoUdp();
    status = snapshot();
  }

  private void tellWhyNoUdp() {
    if (way != Carrier.TLS || !machine.state().carriesPackets()) {
      return;
    }
    String why = udp.whyNot();
    if (!why.isEmpty() && !why.equals(UdpCarrier.NOT_TRIED) && !why.equals(whyNoUdp)) {
      whyNoUdp = why;
      listener.on(new SessionEvent.NoUdp(why));
    }
  }

  private void perform(Action action, String reason) {
    switch (action) {
      case SEND_ON_TLS -> carrier(Carrier.TLS, "TLS", reason);
      case SEND_ON_UDP -> {
        udp.stopAwaiting();
        carrier(Carrier.UDP, udp.description(), reason);
      }
      case SEND_ON_KERNEL -> carrier(Carrier.KERNEL, udp.kernelDescription(), reason);
      case START_PROBE -> udp.begin();
      case START_QUIET_PROBES -> udp.askQuietly();
      case SCHEDULE_PROBE -> udp.tryLater();
      case SCHEDULE_PROBE_NOW -> udp.tryNow();
      case CLOSE_UDP -> udp.close();
      case RETIRE_UDP -> udp.retire();
      case UNSCHEDULE -> udp.unschedule();
      case ENABLE_UDP -> {
        udp.awaitEnabled();
        links.useCarrier(CarrierKind.DATAGRAM);
      }
      case DISABLE_UDP -> {
        udp.stopAwaiting();
        links.useCarrier(CarrierKind.TLS);
      }
      case HAND_OVER -> udp.handOver(network.device());
      case TAKE_BACK -> udp.takeBack();
      case SCHEDULE_HAND_OVER -> udp.handOverLater();
      case RECONNECT, CLOSE -> watchDevice();
    }
  }

  private void carrier(Carrier now, String description, String reason) {
    way = now;
    carrier = description;
    carrierSince = Instant.now();
    whyNoUdp = now == Carrier.TLS ? reason : "";
    history.add(description, reason);
    listener.on(new SessionEvent.CarrierChanged(now, description, reason));
    watchDevice();
  }

  // Packets

  private void pump() {
    PacketBatch batch = buffers.outbound;
    while (network.isListening()) {
      batch.clear();
      try {
        if (network.read(batch) == 0) {
          return;
        }
      } catch (SystemCallException e) {
        end(Farewell.LOG_OFF, disconnected(e));
        return;
      }
      traffic.sent(batch);
      loop.sent(batch.bytes());
      if (way == Carrier.UDP) {
        udp.send(batch);
      } else {
        // Also what the kernel let past: it alone may seal for UDP.
        links.send(batch);
      }
      watchDevice();
      if (!network.hasPending()) {
        return;
      }
    }
  }

  private void deliver(PacketBatch packets) {
    traffic.received(packets);
    loop.received(packets.bytes());
    try {
      network.write(packets);
    } catch (SystemCallException e) {
      end(Farewell.LOG_OFF, disconnected(e));
    }
  }

  /** Reads the device only while there is somewhere to send to. */
  private void watchDevice() {
    network.listen(
        machine.state().carriesPackets()
            && !links.isPausing()
            && (way == Carrier.UDP ? udp.takesPackets() : links.takesPackets()));
  }

  // The end

  private void end(Farewell farewell, SessionEvent.Disconnected last) {
    if (machine.state() == State.CLOSED) {
      return;
    }
    fire(Trigger.STOP, last.reason());
    reconnecting.stop();
    roaming.close();
    expiry.stop();
    if (renewal != null) {
      renewal.cancel();
    }
    links.end(farewell);
    udp.end();
    network.close();
    status = snapshot();
    listener.on(last);
  }

  private static SessionEvent.Disconnected disconnected(VpnException e) {
    return new SessionEvent.Disconnected(e.getMessage(), e.kind(), false);
  }

  private SessionStatus snapshot() {
    return new SessionStatus(
        machine.state(),
        settings.target().host(),
        network.config().map(c -> udp.gateway()),
        network.deviceName(),
        network.config(),
        machine.state().carriesPackets() ? carrier : "none",
        carrierSince,
        switch (way) {
          case TLS -> udp.whyNot();
          case UDP -> udp.whyNotKernel();
          case KERNEL -> "";
        },
        udp.longestPacket(),
        Optional.of(Duration.ofNanos(udp.roundTripNanos())).filter(t -> !t.isZero()),
        network.config().flatMap(TunnelConfig::rekeyAfter).map(keysSince::plus),
        started,
        history.list(),
        traffic.snapshot());
  }

  private final class Roamer implements Roaming.Owner {
    @Override
    public void wayLost(String why) {
      lost(new VpnException(Kind.UNREACHABLE, why));
    }

    @Override
    public void wayBack() {
      links.current().ifPresent(TunnelLink::probe);
      udp.ask();
    }

    @Override
    public void wayFound() {
      if (machine.state() == State.RECONNECTING) {
        network.beforeReconnect(udp.gateway());
        links.closeAll();
        reconnecting.now();
      }
    }
  }

  private final class UdpOwner implements UdpCarrier.Owner {
    @Override
    public void udpTrigger(Trigger trigger, String reason) {
      fire(trigger, reason);
    }

    @Override
    public void udpEvent(DatagramEvent event) {
      onUdpEvent(event);
    }

    @Override
    public void udpPackets(PacketBatch packets) {
      deliver(packets);
    }

    @Override
    public void udpDrained() {
      watchDevice();
    }

    @Override
    public void udpMoved(KernelOffload.Moved since) {
      traffic.moved(since);
    }

    @Override
    public void udpLosses(long lost, long refused) {
      traffic.lost(lost, refused);
    }
  }

  private final class LinkOwner implements TunnelLink.Owner {
    @Override
    public void tunnelEvent(TunnelLink from, TunnelEvent event) {
      VpnSession.this.tunnelEvent(from, event);
    }

    @Override
    public void tunnelPackets(TunnelLink from, PacketBatch packets) {
      deliver(packets);
      if (way != Carrier.TLS && links.isCurrent(from)) {
        // The server has left UDP: ask it at once whether it still hears us.
        udp.ask();
      }
    }

    @Override
    public void tunnelDrained(TunnelLink from) {
      watchDevice();
    }
  }
}
