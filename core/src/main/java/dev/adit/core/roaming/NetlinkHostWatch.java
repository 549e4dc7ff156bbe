package dev.adit.core.roaming;

import dev.adit.api.error.VpnException;
import dev.adit.core.loop.Reactor;
import dev.adit.core.loop.Scheduler;
import dev.adit.core.rtnetlink.AddressMessage;
import dev.adit.core.rtnetlink.RouteMessage;
import dev.adit.core.rtnetlink.RouteMessage.Route;
import dev.adit.core.sys.ClockWatch;
import dev.adit.core.sys.Errno;
import dev.adit.core.sys.NetlinkSocket;
import dev.adit.core.sys.SystemCallException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The kernel's own view, by rtnetlink(7) and a timer that a resume cancels. */
public final class NetlinkHostWatch implements HostWatch {
  private static final Logger LOG = LoggerFactory.getLogger(NetlinkHostWatch.class);

  /** linux/rtnetlink.h: RTMGRP_LINK, _IPV4_IFADDR, _IPV4_ROUTE, _IPV6_IFADDR, _IPV6_ROUTE. */
  private static final int GROUPS = 1 | 0x10 | 0x40 | 0x100 | 0x400;

  /** A new address comes with its routes, one message after the other: one look at all. */
  private static final long BURST_NANOS = 30_000_000;

  /** A clock that was set differs by less, or not at all; a lid that was closed by more. */
  private static final Duration LEAST_SLEEP = Duration.ofSeconds(2);

  private final Reactor loop;
  private final NetlinkSocket questions;
  private final NetlinkSocket announcements;
  private final ClockWatch clock;
  private final List<Reactor.Watch> watches = new ArrayList<>();
  private Scheduler.@Nullable Timer burst;

  /** Opens what is needed; nothing is told yet. */
  public NetlinkHostWatch(Reactor loop) throws SystemCallException {
    this.loop = loop;
    this.questions = NetlinkSocket.open(NetlinkSocket.ROUTE, 0);
    this.announcements = NetlinkSocket.open(NetlinkSocket.ROUTE, GROUPS);
    this.clock = ClockWatch.open();
  }

  @Override
  public void start(Listener listener) throws VpnException {
    Scheduler.Timer timer = loop.timer(listener::networkChanged);
    burst = timer;
    watch(loop.register(announcements.fd(), (in, out) -> announced(timer)));
    watch(loop.register(clock.fd(), (in, out) -> clockJumped(listener)));
  }

  private void watch(Reactor.Watch watch) {
    watch.interest(true, false);
    watches.add(watch);
  }

  private void announced(Scheduler.Timer timer) {
    try {
      while (!announcements.announced().isEmpty()) {
        // What they say is asked for anew, as a whole.
      }
    } catch (SystemCallException e) {
      if (e.errno() != Errno.ENOBUFS) {
        LOG.warn("changes of the network are not seen any more: {}", e.getMessage());
        close();
        return;
      }
    }
    if (!timer.isRunning()) {
      timer.start(BURST_NANOS);
    }
  }

  private void clockJumped(Listener listener) {
    Duration slept = clock.slept();
    if (slept.compareTo(LEAST_SLEEP) >= 0) {
      listener.slept(slept);
    }
  }

  @Override
  public Optional<Way> wayTo(InetAddress gateway, int tunnel) throws VpnException {
    List<Route> routes = new ArrayList<>();
    boolean ipv4 = gateway instanceof Inet4Address;
    for (byte[] message : questions.transact(RouteMessage.dump(ipv4), "routes of this host")) {
      RouteMessage.read(message).ifPresent(routes::add);
    }
    return Ways.find(gateway, tunnel, routes);
  }

  @Override
  public boolean hasAddress(InetAddress address) throws VpnException {
    boolean ipv4 = address instanceof Inet4Address;
    return questions.transact(AddressMessage.dump(ipv4), "addresses of this host").stream()
        .flatMap(m -> AddressMessage.read(m).stream())
        .anyMatch(address::equals);
  }

  @Override
  public void close() {
    watches.forEach(Reactor.Watch::close);
    watches.clear();
    if (burst != null) {
      burst.stop();
    }
    announcements.close();
    questions.close();
    clock.close();
  }
}
