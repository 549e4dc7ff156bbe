package dev.adit.cli;

import dev.adit.api.auth.SessionTicket;
import dev.adit.api.error.VpnException;
import dev.adit.api.tunnel.TunnelEngine.Farewell;
import dev.adit.core.host.HandedOverNetwork;
import dev.adit.core.host.HostNetwork;
import dev.adit.core.host.NativeHostNetwork;
import dev.adit.core.host.ProgramHostNetwork;
import dev.adit.core.host.ScriptHostNetwork;
import dev.adit.core.ipsec.IpsecBackend;
import dev.adit.core.ipsec.IpsecMode;
import dev.adit.core.ipsec.KernelIpsec;
import dev.adit.core.ipsec.LinuxIpsecKernel;
import dev.adit.core.ipsec.UserspaceIpsec;
import dev.adit.core.loop.EventLoop;
import dev.adit.core.loop.Reactor;
import dev.adit.core.net.Dialer;
import dev.adit.core.net.Target;
import dev.adit.core.roaming.NetlinkHostWatch;
import dev.adit.core.session.Carrier;
import dev.adit.core.session.LoopBuffers;
import dev.adit.core.session.PacketDevice;
import dev.adit.core.session.PipePacketDevice;
import dev.adit.core.session.SessionEvent;
import dev.adit.core.session.SessionSettings;
import dev.adit.core.session.SessionSettings.Mss;
import dev.adit.core.session.TunPacketDevice;
import dev.adit.core.session.VpnSession;
import dev.adit.core.sys.PacketPipe;
import dev.adit.core.sys.Signals;
import dev.adit.core.sys.TunDevice;
import dev.adit.core.transport.TransportTimings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One session in this process, from the ticket to the end, with all that is told of it. */
final class SessionRun {
  private static final Logger LOG = LoggerFactory.getLogger(SessionRun.class);

  private final Invocation asked;
  private final ConnectOptions options;
  private final Tickets tickets;
  private final KnownGateway gateway;
  private final Optional<CookieCache> cache;
  private final Optional<EventWriter> events;
  private final Optional<DroppedPrivilege> other;
  private final SessionStory story;
  private final Carrier least;
  private final @Nullable PacketPipe pipe;

  /**
   * A program has no TUN for the kernel, who gives root up may not ask it, and no MSS is clamped in
   * what it seals.
   */
  private final IpsecMode ipsec;

  private final HandedOverNetwork network;
  private final CompletableFuture<SessionEvent.Disconnected> ended = new CompletableFuture<>();
  private volatile boolean ready;
  private boolean connected;
  private volatile Optional<MetricsFile> metrics = Optional.empty();

  /**
   * Takes away what a session that was killed has left, and changes nothing yet.
   *
   * @param cache that learns of the session; empty if none is kept
   * @param other who this process becomes once the network is set up
   */
  SessionRun(
      Invocation asked,
      Tickets tickets,
      KnownGateway gateway,
      Optional<CookieCache> cache,
      Optional<EventWriter> events,
      Optional<DroppedPrivilege> other)
      throws VpnException {
    this.asked = asked;
    this.options = asked.options();
    this.tickets = tickets;
    this.gateway = gateway;
    this.cache = cache;
    this.events = events;
    this.other = other;
    this.story = new SessionStory(tickets.current().banner().orElse(""));
    this.least = asked.choices().waitFor();
    NativeHostNetwork.recover(Installation.runDirectory());
    this.pipe = options.local.scriptTun ? PacketPipe.open() : null;
    boolean kernel =
        pipe == null && asked.choices().mss() == Mss.AS_ANNOUNCED && options.local.setUid == null;
    this.ipsec = kernel ? asked.choices().ipsec() : IpsecMode.USERSPACE;
    this.network =
        new HandedOverNetwork(
            pipe == null
                ? hostNetwork()
                : new ProgramHostNetwork(String.valueOf(options.local.script), pipe));
  }

  /**
   * Runs to the end.
   *
   * @return how it ended
   */
  SessionEvent.Disconnected run(Dialer connector, boolean throughProxy) throws VpnException {
    try (EventLoop loop = EventLoop.start("adit")) {
      VpnSession session =
          new VpnSession(
              loop,
              new LoopBuffers(asked.choices().queueLength()),
              asked.protocol(),
              tickets,
              settings(throughProxy),
              connector,
              config -> device(),
              network,
              new NetlinkHostWatch(loop),
              this::ipsec,
              this::on);
      Signals.handle("INT", () -> session.stop(Farewell.LOG_OFF));
      Signals.handle("TERM", () -> session.stop(Farewell.LOG_OFF));
      Signals.handle("HUP", () -> session.stop(Farewell.DETACH));
      Signals.handle("USR1", () -> LOG.info("{}", session.status().stats()));
      Signals.handle("USR2", session::reconnectNow);
      ControlServer control = ControlServer.open(Installation.runDirectory(), session);
      try {
        if (options.running.metrics != null) {
          metrics = Optional.of(new MetricsFile(options.running.metrics, session::status));
        }
        WaitLimit limit = new WaitLimit(least, Duration.ofSeconds(options.running.waitTimeout));
        limit.start(loop, session, () -> ready);
        session.start();
        SessionEvent.Disconnected last = ended.join();
        limit.check();
        return last;
      } finally {
        metrics.ifPresent(MetricsFile::close);
        control.close();
        if (options.local.setUid == null) {
          pidFile().ifPresent(PidFile::remove);
        }
      }
    }
  }

  private SessionSettings settings(boolean throughProxy) throws VpnException {
    URI url = tickets.current().connectUrl();
    int port = url.getPort() > 0 ? url.getPort() : asked.protocol().info().defaultPort();
    String host = url.getHost().replaceAll("[\\[\\]]", "");
    return new SessionSettings(
        new Target(host, port, asked.choices().pinned(host)),
        asked.plugin(),
        asked.choices().tunnel(throughProxy, asked.protocolOptions()),
        asked.choices().ipv6(),
        Duration.ofSeconds(options.session.reconnectTimeout),
        asked.choices().udpLocalPort(),
        asked.choices().mss(),
        TransportTimings.DEFAULT);
  }

  private PacketDevice device() throws VpnException {
    return pipe == null
        ? new TunPacketDevice(TunDevice.open(options.local.device))
        : new PipePacketDevice(pipe);
  }

  private HostNetwork hostNetwork() throws VpnException {
    return options.local.script == null
        ? new NativeHostNetwork(Installation.runDirectory(), Path.of("/etc/resolv.conf"))
        : new ScriptHostNetwork(options.local.script);
  }

  private IpsecBackend ipsec(Reactor reactor) {
    return ipsec == IpsecMode.USERSPACE
        ? new UserspaceIpsec(asked.plugin().random())
        : new KernelIpsec(
            reactor,
            asked.plugin().random(),
            LinuxIpsecKernel::open,
            Installation.runDirectory(),
            ipsec);
  }

  /** On the session's thread. */
  private void on(SessionEvent event) {
    story.tell(event);
    events.ifPresent(e -> e.write(event));
    metrics.ifPresent(MetricsFile::refresh);
    if (event instanceof SessionEvent.CarrierChanged change) {
      if (change.kind().compareTo(least) >= 0 && !ready) {
        ready = true;
        up();
      }
    } else if (event instanceof SessionEvent.Connected up) {
      keep(tickets.current(), up);
      if (!connected) {
        connected = true;
        other.ifPresent(this::leaveRoot);
      }
    } else if (event instanceof SessionEvent.Disconnected last) {
      ended.complete(last);
    }
  }

  private void keep(SessionTicket ticket, SessionEvent.Connected up) {
    gateway.reached(ticket.connectUrl().getHost(), up.gateway().getAddress());
    if (cache.isEmpty()) {
      return;
    }
    Optional<Duration> left = up.config().sessionTimeout();
    try {
      cache.get().write(ticket, left.map(asked.plugin().clock().instant()::plus));
    } catch (VpnException e) {
      LOG.warn("{}", e.getMessage());
    }
  }

  /**
   * Who cannot become somebody else must not go on as root. The PID is written before, where only
   * root may write.
   */
  private void leaveRoot(DroppedPrivilege user) {
    network.handOver();
    List<Path> files = new ArrayList<>(List.of(ControlServer.path(Installation.runDirectory())));
    pidFile().ifPresent(PidFile::write);
    pidFile().filter(PidFile::isOurs).map(PidFile::path).ifPresent(files::add);
    try {
      user.leaveRoot(files);
    } catch (VpnException e) {
      LOG.error("adit: {}", e.getMessage());
      ended.complete(new SessionEvent.Disconnected(e.getMessage(), e.kind(), false));
    }
  }

  /** Data flows for the first time. */
  private void up() {
    if (options.local.setUid == null) {
      pidFile().ifPresent(PidFile::write);
    }
    if (Background.isChild()) {
      System.out.println(Background.READY);
      System.out.flush();
    }
    if (options.running.syslog) {
      try {
        LogSetup.switchToSyslog();
      } catch (VpnException e) {
        LOG.warn("{}", e.getMessage());
      }
    }
  }

  private Optional<PidFile> pidFile() {
    return Optional.ofNullable(options.running.pidFile).map(PidFile::new);
  }
}
