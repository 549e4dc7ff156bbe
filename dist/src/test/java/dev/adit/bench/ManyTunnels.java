package dev.adit.bench;

import dev.adit.api.OptionValues;
import dev.adit.api.PluginContext;
import dev.adit.api.VpnProtocol;
import dev.adit.api.auth.AuthField.Role;
import dev.adit.api.auth.ClientIdentity;
import dev.adit.api.auth.SessionTicket;
import dev.adit.api.error.VpnException;
import dev.adit.api.fixture.ScriptedUser;
import dev.adit.api.secret.SecretText;
import dev.adit.api.tunnel.TunnelEngine.Farewell;
import dev.adit.api.tunnel.TunnelSettings;
import dev.adit.api.tunnel.TunnelSettings.Compression;
import dev.adit.core.host.HostNetwork;
import dev.adit.core.host.HostWanted;
import dev.adit.core.host.HostWanted.Ipv6Policy;
import dev.adit.core.http.CoreHttpClient;
import dev.adit.core.http.HttpDump;
import dev.adit.core.ipsec.UserspaceIpsec;
import dev.adit.core.loop.EventLoop;
import dev.adit.core.net.Connector;
import dev.adit.core.net.Target;
import dev.adit.core.plugin.PluginHost;
import dev.adit.core.plugin.PluginPolicy;
import dev.adit.core.roaming.NetlinkHostWatch;
import dev.adit.core.session.Carrier;
import dev.adit.core.session.LoopBuffers;
import dev.adit.core.session.SessionEvent;
import dev.adit.core.session.SessionSettings;
import dev.adit.core.session.TicketSource;
import dev.adit.core.session.TunPacketDevice;
import dev.adit.core.session.VpnSession;
import dev.adit.core.sys.TunDevice;
import dev.adit.core.tls.ServerPin;
import dev.adit.core.tls.ServerTrust;
import dev.adit.core.tls.TlsSettings;
import dev.adit.core.transport.TransportTimings;
import dev.adit.interop.AditProcess;
import dev.adit.interop.Lab;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * A program with many sessions of {@code core} on one loop, each with a TUN of its own and log-in
 * of its own; what they were like is told in lines {@code found NAME NUMBER}. Its host's addresses
 * and routes stay as they are: a hundred tunnels to one server would want the same.
 */
final class ManyTunnels {
  /** Log-ins at a time: more would only wait for each other. */
  private static final int AT_ONCE = 4;

  private static final int LIMIT_SECONDS = 120;

  private final PluginContext plugin = new PluginContext(new SecureRandom(), Clock.systemUTC());
  private final VpnProtocol protocol;
  private final TlsSettings tls;
  private final String user;
  private final String password;
  private final Carrier wanted;
  private final EventLoop loop = EventLoop.start("adit");
  private final LoopBuffers buffers = new LoopBuffers(64);
  private final List<VpnSession> sessions = new ArrayList<>();
  private final CountDownLatch ended;

  private ManyTunnels(int count, String pin, String user, String password, Setup.Carrier carrier)
      throws VpnException {
    List<Path> plugins = List.of(AditProcess.tree().resolve("plugins"));
    protocol =
        PluginHost.discover(plugins, new PluginPolicy(true, Map.of()))
            .protocol(carrier == Setup.Carrier.ESP ? "juniper" : "anyconnect");
    tls =
        new TlsSettings(
            ServerTrust.of(List.of(ServerPin.parse(pin)), List.of(), false),
            Optional.empty(),
            Optional.empty(),
            protocol.info().tlsExports(),
            false);
    this.user = user;
    this.password = password;
    this.wanted = carrier.udp() ? Carrier.UDP : Carrier.TLS;
    this.ended = new CountDownLatch(count);
  }

  /** COUNT SECONDS PIN USER PASSWORD CARRIER. */
  public static void main(String[] arguments) throws Exception {
    int count = Integer.parseInt(arguments[0]);
    int seconds = Integer.parseInt(arguments[1]);
    ManyTunnels all =
        new ManyTunnels(
            count, arguments[2], arguments[3], arguments[4], Setup.Carrier.valueOf(arguments[5]));
    long began = System.nanoTime();
    all.bringUp(1);
    final double first = since(began);
    all.settle(seconds);
    found("memory-of-one", residentMebibytes());
    found("threads-of-one", threads());
    began = System.nanoTime();
    all.bringUp(count - 1);
    found("seconds", first + since(began));
    all.settle(seconds);
    found("memory", residentMebibytes());
    found("threads", threads());
    all.sessions.forEach(session -> session.stop(Farewell.LOG_OFF));
    System.exit(all.ended.await(20, TimeUnit.SECONDS) ? 0 : 1);
  }

  private void bringUp(int count) throws Exception {
    CountDownLatch up = new CountDownLatch(count);
    ExecutorService pool = Executors.newFixedThreadPool(AT_ONCE);
    List<Future<VpnSession>> begun = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      begun.add(pool.submit(() -> begin(up)));
    }
    for (Future<VpnSession> one : begun) {
      sessions.add(one.get());
    }
    pool.shutdown();
    if (!up.await(LIMIT_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException(up.getCount() + " of " + count + " are not up");
    }
  }

  private VpnSession begin(CountDownLatch up) throws VpnException, InterruptedException {
    Connector connector = new Connector(tls);
    ClientIdentity identity;
    SessionTicket ticket;
    try (CoreHttpClient http =
        new CoreHttpClient(connector, host -> List.of(), HttpDump.NONE, plugin.clock())) {
      ScriptedUser known = new ScriptedUser(plugin, http);
      known.start = "https://" + Lab.SERVER;
      known.knowsRole.put(Role.USERNAME, user);
      known.knowsRole.put(Role.PASSWORD, password);
      identity = known.settings().identity();
      ticket = protocol.authenticate(known);
    }
    TunnelSettings tunnel =
        new TunnelSettings(
            OptionalInt.empty(),
            1500,
            false,
            wanted == Carrier.UDP,
            Compression.NONE,
            Optional.empty(),
            identity,
            new OptionValues(Map.of()));
    SessionSettings settings =
        new SessionSettings(
            new Target(Lab.SERVER, 443, List.of()),
            plugin,
            tunnel,
            Ipv6Policy.LEAVE,
            Duration.ofMinutes(5),
            OptionalInt.empty(),
            SessionSettings.Mss.AS_ANNOUNCED,
            TransportTimings.DEFAULT);
    NetlinkHostWatch watch = new NetlinkHostWatch(loop);
    VpnSession session =
        new VpnSession(
            loop,
            buffers,
            protocol,
            new OneTicket(ticket),
            settings,
            connector,
            config -> new TunPacketDevice(TunDevice.open("many%d")),
            new Untouched(),
            watch,
            reactor -> new UserspaceIpsec(plugin.random()),
            event -> {
              if (event instanceof SessionEvent.CarrierChanged change && change.kind() == wanted) {
                up.countDown();
              } else if (event instanceof SessionEvent.Disconnected) {
                ended.countDown();
              }
            });
    session.start();
    return session;
  }

  private void settle(int seconds) throws InterruptedException {
    System.gc();
    TimeUnit.SECONDS.sleep(seconds);
  }

  private static double since(long began) {
    return (System.nanoTime() - began) / 1e9;
  }

  private static void found(String name, double value) {
    System.out.println("found " + name + " " + value);
  }

  private static double residentMebibytes() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(line -> line.startsWith("VmRSS:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
            .sum()
        / 1024.0;
  }

  /** Of Java: how many the compilers have is theirs. */
  private static double threads() {
    return Thread.getAllStackTraces().size();
  }

  private record OneTicket(SessionTicket current) implements TicketSource {
    @Override
    public void cookieRenewed(SecretText cookie) {
      cookie.close();
    }

    @Override
    public boolean isWilling() {
      return false;
    }

    @Override
    public void renew() {
      throw new IllegalStateException("nobody was asked to log in again");
    }
  }

  private static final class Untouched implements HostNetwork {
    @Override
    public void apply(HostWanted wanted) {}

    @Override
    public void beforeReconnect(InetAddress gateway) {}

    @Override
    public void close() {}
  }
}
