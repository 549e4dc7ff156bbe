package dev.adit.core.session;

import dev.adit.api.OptionValues;
import dev.adit.api.PluginContext;
import dev.adit.api.auth.ClientIdentity;
import dev.adit.api.auth.SessionTicket;
import dev.adit.api.datagram.CustomOffer;
import dev.adit.api.datagram.DatagramEvent;
import dev.adit.api.datagram.DatagramOffer;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.packet.PacketBatch;
import dev.adit.api.secret.SecretText;
import dev.adit.api.tunnel.IpPrefix;
import dev.adit.api.tunnel.TunnelConfig;
import dev.adit.api.tunnel.TunnelEngine.CarrierKind;
import dev.adit.api.tunnel.TunnelEngine.Farewell;
import dev.adit.api.tunnel.TunnelEvent;
import dev.adit.api.tunnel.TunnelSettings;
import dev.adit.core.host.HostNetwork;
import dev.adit.core.host.HostWanted;
import dev.adit.core.host.HostWanted.Ipv6Policy;
import dev.adit.core.ipsec.IpsecAssociation;
import dev.adit.core.ipsec.IpsecBackend;
import dev.adit.core.ipsec.UserspaceIpsec;
import dev.adit.core.loop.FakeLoop;
import dev.adit.core.loop.Reactor;
import dev.adit.core.net.Target;
import dev.adit.core.roaming.HostWatch;
import dev.adit.core.roaming.Way;
import dev.adit.core.sys.EventFd;
import dev.adit.core.sys.Fd;
import dev.adit.core.sys.SystemCallException;
import dev.adit.core.transport.TransportTimings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A session between things that a test holds in its hands: time, connections, associations, a
 * device and a host. Everything that happens is a line of {@link #log}.
 */
final class SessionRig {
  final FakeLoop loop = new FakeLoop();
  final List<String> log = new ArrayList<>();
  final List<SessionEvent> events = new ArrayList<>();
  final List<Tunnel> tunnels = new ArrayList<>();
  final List<Path> paths = new ArrayList<>();
  final Device device = new Device();
  final Surroundings surroundings = new Surroundings();
  final VpnSession session;

  /** What becomes of the next connections; those not named succeed. */
  final Deque<Optional<VpnException>> dials = new ArrayDeque<>();

  /** Set to keep a connection from being made. */
  boolean dialsHang;

  SessionRig() {
    this(loop -> new UserspaceIpsec(new SecureRandom()), sas -> {});
  }

  /**
   * @param ipsec who performs ESP
   * @param opened is told of the SAs for which a socket would be opened
   */
  SessionRig(Function<Reactor, IpsecBackend> ipsec, Consumer<IpsecAssociation> opened) {
    SessionSettings settings =
        new SessionSettings(
            new Target("vpn.example.com", 443, List.of()),
            new PluginContext(new SecureRandom(), InstantSource.system()),
            new TunnelSettings(
                OptionalInt.of(1400),
                1500,
                true,
                true,
                TunnelSettings.Compression.NONE,
                Optional.empty(),
                new ClientIdentity("linux", Optional.empty(), Optional.empty(), "host"),
                new OptionValues(Map.of())),
            Ipv6Policy.TUNNEL,
            Duration.ofMinutes(5),
            OptionalInt.empty(),
            SessionSettings.Mss.AS_ANNOUNCED,
            TransportTimings.DEFAULT);
    session =
        new VpnSession(
            loop,
            new LoopBuffers(16),
            settings,
            new OneTicket(),
            this::dial,
            (peer, offer, sas, owner) -> {
              Optional.ofNullable(sas).ifPresent(opened);
              Path path = new Path(owner, paths.size());
              paths.add(path);
              return path;
            },
            config -> device,
            new Host(),
            surroundings,
            ipsec.apply(loop),
            event -> {
              events.add(event);
              log.add(text(event));
            });
  }

  /** A configuration with one address. */
  static TunnelConfig config(String address) {
    try {
      return TunnelConfig.builder(1400)
          .ipv4(new IpPrefix(InetAddress.getByName(address), 32))
          .build();
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  static List<DatagramOffer> offers() {
    return List.of(
        new CustomOffer(
            "UDP of a test",
            443,
            () -> {
              throw new AssertionError("paths of a rig have no engine");
            }));
  }

  /** Starts, connects, and has UDP up and enabled. */
  SessionRig onUdp() {
    onTls();
    path().ready();
    loop.settle();
    return this;
  }

  /** Starts and connects; UDP is being tried. */
  SessionRig onTls() {
    session.start();
    loop.settle();
    tunnel().establish();
    loop.settle();
    return this;
  }

  /** The newest. */
  Tunnel tunnel() {
    return tunnels.get(tunnels.size() - 1);
  }

  /** The newest. */
  Path path() {
    return paths.get(paths.size() - 1);
  }

  /** Gives the device so many packets to be sent. */
  void packets(int count) {
    device.waiting += count;
    loop.readable();
  }

  private TunnelDialer.Attempt dial(
      Optional<TunnelConfig> held,
      TunnelLink.Owner owner,
      Consumer<TunnelLink> connected,
      Consumer<VpnException> failed) {
    log.add("dial");
    boolean[] cancelled = {false};
    Optional<VpnException> error = dials.isEmpty() ? Optional.empty() : dials.poll();
    if (!dialsHang) {
      loop.execute(
          () -> {
            if (cancelled[0]) {
              return;
            }
            if (error.isPresent()) {
              failed.accept(error.get());
              return;
            }
            Tunnel tunnel = new Tunnel(owner, tunnels.size());
            tunnels.add(tunnel);
            connected.accept(tunnel);
          });
    }
    return () -> cancelled[0] = true;
  }

  private static String text(SessionEvent event) {
    if (event instanceof SessionEvent.CarrierChanged e) {
      return "carrier " + e.carrier();
    }
    if (event instanceof SessionEvent.Reconnecting e) {
      return "reconnecting " + e.attempt();
    }
    if (event instanceof SessionEvent.Disconnected e) {
      return "disconnected " + e.reason();
    }
    return event.getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }

  /** A connection. */
  final class Tunnel implements TunnelLink {
    private final TunnelLink.Owner owner;
    private final String name;
    boolean closed;
    boolean congested;
    boolean confirms = true;
    int sent;

    private Tunnel(TunnelLink.Owner owner, int number) {
      this.owner = owner;
      this.name = "tls" + number;
    }

    void establish() {
      establish(config("10.9.0.2"));
    }

    void establish(TunnelConfig config) {
      establish(config, offers());
    }

    void establish(TunnelConfig config, List<DatagramOffer> offers) {
      event(new TunnelEvent.Established(config, offers, ""));
    }

    void event(TunnelEvent event) {
      owner.tunnelEvent(this, event);
    }

    void fail(String reason) {
      event(new TunnelEvent.Failed(new VpnException(Kind.UNREACHABLE, reason)));
    }

    void receive(int packets) {
      owner.tunnelPackets(this, batch(packets));
    }

    @Override
    public void start() {
      log.add(name + " start");
    }

    @Override
    public InetSocketAddress remote() {
      return new InetSocketAddress(InetAddress.getLoopbackAddress(), 443);
    }

    @Override
    public InetAddress local() {
      return surroundings.address;
    }

    @Override
    public String tlsVersion() {
      return "TLS";
    }

    @Override
    public String cipherSuite() {
      return "none";
    }

    @Override
    public boolean isCongested() {
      return congested;
    }

    @Override
    public boolean isClosed() {
      return closed;
    }

    @Override
    public void sendPackets(PacketBatch packets) {
      sent += packets.count();
    }

    @Override
    public void useCarrier(CarrierKind carrier) {
      log.add(name + " use " + carrier);
      if (confirms) {
        event(new TunnelEvent.CarrierConfirmed(carrier));
      }
    }

    @Override
    public void probe() {
      log.add(name + " probe");
    }

    @Override
    public void end(Farewell farewell) {
      log.add(name + " end " + farewell);
      close();
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        log.add(name + " close");
      }
    }
  }

  /** An association. */
  final class Path implements DatagramPath {
    private final DatagramPath.Owner owner;
    private final String name;
    boolean closed;
    boolean congested;
    boolean muted;
    int sent;
    int probes;
    int rests;
    long roundTripNanos;

    private Path(DatagramPath.Owner owner, int number) {
      this.owner = owner;
      this.name = "udp" + number;
    }

    void ready() {
      event(new DatagramEvent.Ready("test"));
    }

    void event(DatagramEvent event) {
      if (!closed) {
        owner.datagramEvent(this, event);
      }
    }

    void drained() {
      congested = false;
      owner.datagramDrained(this);
    }

    void receive(int packets) {
      owner.datagramPackets(this, batch(packets));
    }

    @Override
    public boolean isCongested() {
      return congested;
    }

    @Override
    public void start() {
      log.add(name + " start");
    }

    @Override
    public String description() {
      return "UDP";
    }

    @Override
    public void sendPackets(PacketBatch packets) {
      sent += packets.count();
    }

    @Override
    public void probe() {
      probes++;
    }

    @Override
    public boolean probe(int packetBytes) {
      return true;
    }

    @Override
    public void mute(boolean now) {
      muted = now;
    }

    @Override
    public long roundTripNanos() {
      return roundTripNanos;
    }

    @Override
    public boolean isMeasured() {
      return roundTripNanos != 0;
    }

    @Override
    public void rest() {
      rests++;
    }

    @Override
    public int longestPacket() {
      return 1400;
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        log.add(name + " close");
      }
    }
  }

  private static PacketBatch batch(int packets) {
    PacketBatch batch = new PacketBatch(packets, 128, 0);
    for (int i = 0; i < packets; i++) {
      batch.append(new byte[20], 0, 20);
    }
    return batch;
  }

  /** Where packets come from and go to. */
  final class Device implements PacketDevice {
    private @Nullable EventFd fd;
    int waiting;
    int written;

    /** Of those that wait, so many were read at once by the kernel's leave. */
    int together;

    @Override
    public String name() {
      return "tun0";
    }

    @Override
    public int index() {
      return 7;
    }

    @Override
    public Fd fd() {
      try {
        EventFd open = EventFd.open();
        fd = open;
        return open.fd();
      } catch (SystemCallException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public int read(PacketBatch into) {
      int count = 0;
      while (waiting > 0 && into.append(new byte[20], 0, 20)) {
        waiting--;
        count++;
      }
      return count;
    }

    @Override
    public boolean hasPending() {
      return together > 0 && waiting > 0;
    }

    @Override
    public void write(PacketBatch packets) {
      written += packets.count();
    }

    @Override
    public void close() {
      log.add("device close");
      if (fd != null) {
        fd.close();
      }
    }
  }

  /** The host's network as a test wants it. */
  static final class Surroundings implements HostWatch {
    Optional<Way> way = Optional.of(new Way(2, Optional.empty()));
    InetAddress address = InetAddress.getLoopbackAddress();
    boolean addressThere = true;
    boolean closed;
    private @Nullable Listener listener;

    void changed() {
      Objects.requireNonNull(listener).networkChanged();
    }

    void slept(Duration time) {
      Objects.requireNonNull(listener).slept(time);
    }

    @Override
    public void start(Listener to) {
      listener = to;
    }

    @Override
    public Optional<Way> wayTo(InetAddress gateway, int tunnel) {
      return way;
    }

    @Override
    public boolean hasAddress(InetAddress asked) {
      return addressThere;
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  private final class Host implements HostNetwork {
    @Override
    public void apply(HostWanted wanted) {
      log.add("host " + wanted.config().ipv4().orElseThrow());
    }

    @Override
    public void beforeReconnect(InetAddress gateway) {
      log.add("host before reconnect");
    }

    @Override
    public void close() {
      log.add("host close");
    }
  }

  /** A session that ends with its ticket; who dials here needs none. */
  private static final class OneTicket implements TicketSource {
    @Override
    public SessionTicket current() {
      throw new IllegalStateException("nobody connects to a server here");
    }

    @Override
    public void cookieRenewed(SecretText cookie) {
      throw new IllegalStateException("there is no cookie");
    }

    @Override
    public boolean isWilling() {
      return false;
    }

    @Override
    public void renew() {
      throw new IllegalStateException("not willing");
    }
  }
}
