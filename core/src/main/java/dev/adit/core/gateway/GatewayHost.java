package dev.adit.core.gateway;

import dev.adit.api.OptionValues;
import dev.adit.api.PluginContext;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.gateway.AddressPool;
import dev.adit.api.gateway.GatewayEngine;
import dev.adit.api.gateway.GatewayProtocol;
import dev.adit.api.gateway.GatewaySettings;
import dev.adit.api.packet.PacketBatch;
import dev.adit.api.tunnel.IpPrefix;
import dev.adit.core.loop.EventLoop;
import dev.adit.core.loop.Scheduler;
import dev.adit.core.rtnetlink.AddressMessage;
import dev.adit.core.rtnetlink.LinkMessage;
import dev.adit.core.session.PacketDevice;
import dev.adit.core.session.TunPacketDevice;
import dev.adit.core.sys.NetlinkSocket;
import dev.adit.core.sys.SystemCallException;
import dev.adit.core.sys.TcpListener;
import dev.adit.core.sys.TcpSocket;
import dev.adit.core.sys.TunDevice;
import dev.adit.core.sys.UdpListener;
import dev.adit.core.tls.TlsEngine;
import dev.adit.core.tls.TlsServerSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running gateway. {@link #start}, {@link #faults} and {@link #close} are for any thread. */
public final class GatewayHost implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(GatewayHost.class);
  private static final int HEADROOM = 64;
  private static final int BATCH = 64;

  private final EventLoop loop;
  private final GatewayHostSettings settings;
  private final GatewayListener listener;
  private final GatewayEngine engine;
  private final TcpListener tcp;
  private final UdpListener udp;
  private final PacketDevice tun;
  private final Scheduler.Timer deadline;
  private final Set<ClientConnection> connections = new LinkedHashSet<>();
  private final Map<InetAddress, ClientConnection> routes = new HashMap<>();
  private final PacketBatch fromTun = new PacketBatch(BATCH, 2048 + HEADROOM, HEADROOM);
  private final PacketBatch run = new PacketBatch(BATCH, 2048 + 2 * HEADROOM, HEADROOM);
  private final PacketBatch datagrams = new PacketBatch(BATCH, 2048, 0);
  private final PacketBatch oneSender = new PacketBatch(BATCH, 2048, 0);
  final PacketBatch toTun = new PacketBatch(BATCH, 16640, 0);
  private final InetSocketAddress[] senders = new InetSocketAddress[BATCH];
  private final Runnable flushing = this::flushDatagrams;
  private boolean sending;
  private Set<NetworkFault> networkFaults = Set.of();

  private GatewayHost(
      EventLoop loop,
      GatewayHostSettings settings,
      Optional<PacketDevice> given,
      GatewayListener listener)
      throws VpnException {
    this.loop = loop;
    this.settings = settings;
    this.listener = listener;
    GatewayProtocol protocol =
        settings
            .protocol()
            .gateway()
            .orElseThrow(
                () ->
                    new VpnException(
                        Kind.CONFIGURATION, settings.protocol().info().id() + " ships no gateway"));
    InetSocketAddress address = new InetSocketAddress(settings.address(), settings.port());
    this.tcp = TcpListener.listen(address, 64);
    this.udp = UdpListener.bind(new InetSocketAddress(settings.address(), tcp.local().getPort()));
    this.tun = given.isPresent() ? given.get() : tun(settings);
    SecureRandom random = new SecureRandom();
    this.engine =
        protocol.open(
            new GatewaySettings(
                new PluginContext(random, Clock.systemUTC()),
                settings.users(),
                settings.template(),
                new Addresses(settings.network(), settings.network6()),
                tcp.local().getPort(),
                settings.groups(),
                new OptionValues(settings.options()),
                new HostedEsp(random)));
    this.deadline = loop.timer(this::onDeadline);
    loop.register(tcp.fd(), (r, w) -> accept()).interest(true, false);
    loop.register(udp.fd(), (r, w) -> receiveDatagrams()).interest(true, false);
    loop.register(tun.fd(), (r, w) -> fromTun()).interest(true, false);
  }

  /** A TUN of its own, with the gateway's addresses. */
  private static PacketDevice tun(GatewayHostSettings settings) throws VpnException {
    TunDevice tun = TunDevice.open(settings.device());
    try (NetlinkSocket netlink = NetlinkSocket.open(NetlinkSocket.ROUTE, 0)) {
      netlink.transact(LinkMessage.up(tun.index(), settings.template().mtu()), "gateway's device");
      netlink.transact(
          AddressMessage.add(tun.index(), Addresses.own(settings.network())), "gateway's address");
      if (settings.network6().isPresent()) {
        netlink.transact(
            AddressMessage.add(tun.index(), Addresses.own(settings.network6().get())),
            "gateway's IPv6 address");
      }
    }
    return new TunPacketDevice(tun);
  }

  /**
   * Starts on a loop, which decides on the network namespace. Blocks until it listens.
   *
   * @param device closed with the gateway; empty for a TUN, which takes privilege
   */
  public static GatewayHost start(
      EventLoop loop,
      GatewayHostSettings settings,
      Optional<PacketDevice> device,
      GatewayListener listener)
      throws VpnException {
    List<VpnException> failure = new ArrayList<>();
    GatewayHost host =
        loop.<@Nullable GatewayHost>call(
            () -> {
              try {
                return new GatewayHost(loop, settings, device, listener);
              } catch (VpnException e) {
                failure.add(e);
                return null;
              }
            });
    if (host == null) {
      throw failure.get(0);
    }
    return host;
  }

  /** Where it listens, by TCP and UDP alike. */
  public int port() throws SystemCallException {
    return tcp.local().getPort();
  }

  /** Turns faults on by name, the network's and the protocol's; those not named are off. */
  public void faults(String... names) {
    Set<String> wanted = Set.of(names);
    loop.execute(
        () -> {
          Set<NetworkFault> network = new LinkedHashSet<>();
          for (NetworkFault fault : NetworkFault.values()) {
            if (wanted.contains(fault.id())) {
              network.add(fault);
            }
          }
          networkFaults = network;
          engine.setFaults(wanted);
          if (network.remove(NetworkFault.CUT)) {
            List.copyOf(connections).forEach(ClientConnection::reset);
          }
        });
  }

  @Override
  public void close() {
    loop.call(
        () -> {
          List.copyOf(connections).forEach(ClientConnection::close);
          engine.close();
          tcp.close();
          udp.close();
          tun.close();
          return true;
        });
  }

  boolean has(NetworkFault fault) {
    return networkFaults.contains(fault);
  }

  EventLoop loop() {
    return loop;
  }

  void event(String name, String detail) {
    LOG.debug("gateway: {} {}", name, detail);
    listener.on(name, detail);
  }

  void attach(AddressPool.Lease lease, ClientConnection to) {
    lease.ipv4().map(IpPrefix::address).ifPresent(a -> routes.put(a, to));
    lease.ipv6().map(IpPrefix::address).ifPresent(a -> routes.put(a, to));
  }

  void gone(ClientConnection connection) {
    connections.remove(connection);
    routes.values().removeIf(c -> c == connection);
  }

  /** Hands clients' packets to the kernel. */
  void flushToTun() {
    if (!toTun.isEmpty()) {
      try {
        loop.received(toTun.bytes());
        tun.write(toTun);
      } catch (SystemCallException e) {
        LOG.warn("gateway: {}", e.getMessage());
      }
      toTun.clear();
    }
  }

  /** Sends with the end of this turn of the loop, so that many go together. */
  void sendDatagram(InetSocketAddress to, byte[] bytes, int offset, int length) {
    if (!has(NetworkFault.SILENCE) && !has(NetworkFault.UDP_BLOCKED)) {
      if (!sending) {
        sending = true;
        loop.execute(flushing);
      }
      udp.send(to, bytes, offset, length);
    }
  }

  private void flushDatagrams() {
    sending = false;
    udp.flush();
  }

  void armDeadline() {
    long nanos = engine.nanosUntilDeadline(loop.now());
    if (nanos == Long.MAX_VALUE) {
      deadline.stop();
    } else {
      deadline.start(nanos);
    }
  }

  private void accept() {
    try {
      for (Optional<TcpSocket> next = tcp.accept(); next.isPresent(); next = tcp.accept()) {
        TlsEngine tls =
            TlsEngine.server(
                new TlsServerSettings(
                    settings.identity(), true, settings.protocol().info().tlsExports()),
                next.get().remote());
        connections.add(new ClientConnection(this, next.get(), tls, engine));
      }
    } catch (VpnException e) {
      LOG.warn("gateway: {}", e.getMessage());
    }
  }

  private void receiveDatagrams() {
    try {
      datagrams.clear();
      int count = udp.receive(datagrams, senders);
      if (has(NetworkFault.SILENCE) || has(NetworkFault.UDP_BLOCKED)) {
        return;
      }
      for (int i = 0; i < count; ) {
        InetSocketAddress sender = senders[i];
        oneSender.clear();
        while (i < count && senders[i].equals(sender)) {
          oneSender.append(datagrams.array(), datagrams.offset(i), datagrams.length(i));
          i++;
        }
        engine.receiveDatagrams(sender, oneSender, loop.now(), toTun, this::sendDatagram);
        flushToTun();
      }
      armDeadline();
    } catch (SystemCallException e) {
      LOG.warn("gateway: {}", e.getMessage());
    }
  }

  private void fromTun() {
    do {
      try {
        fromTun.clear();
        tun.read(fromTun);
        loop.sent(fromTun.bytes());
      } catch (SystemCallException e) {
        LOG.warn("gateway: {}", e.getMessage());
        return;
      }
      toClients();
    } while (tun.hasPending());
    armDeadline();
  }

  /** Packets for clients, in runs of one destination. */
  private void toClients() {
    ClientConnection target = null;
    run.clear();
    for (int i = 0; i < fromTun.count(); i++) {
      ClientConnection to =
          routes.get(destination(fromTun.array(), fromTun.offset(i), fromTun.length(i)));
      if (to != target) {
        send(target);
        target = to;
      }
      run.append(fromTun.array(), fromTun.offset(i), fromTun.length(i));
    }
    send(target);
  }

  private void send(@Nullable ClientConnection target) {
    if (target != null && !run.isEmpty() && !has(NetworkFault.SILENCE)) {
      target.sendPackets(run);
    }
    run.clear();
  }

  private static @Nullable InetAddress destination(byte[] packet, int at, int length) {
    try {
      if (length >= 20 && packet[at] >> 4 == 4) {
        return InetAddress.getByAddress(Arrays.copyOfRange(packet, at + 16, at + 20));
      }
      return length >= 40
          ? InetAddress.getByAddress(Arrays.copyOfRange(packet, at + 24, at + 40))
          : null;
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  private void onDeadline() {
    engine.onDeadline(loop.now(), this::sendDatagram);
    armDeadline();
  }

  @Override
  public String toString() {
    return settings.protocol().info().id().toLowerCase(Locale.ROOT) + " gateway";
  }
}
