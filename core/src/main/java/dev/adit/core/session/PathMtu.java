package dev.adit.core.session;

import dev.adit.api.tunnel.TunnelConfig;
import dev.adit.core.loop.Scheduler;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The MTU that the path by UDP really has, found by {@link MtuProbe} whenever an association is up
 * or a packet was refused as too long. What was found stays in force over reconnects, until another
 * search finds something else. The peer does not learn of it: its own long packets may still be
 * lost.
 */
final class PathMtu {
  private static final Logger LOG = LoggerFactory.getLogger(PathMtu.class);

  /** RFC 8200 §5. An interface with less carries no IPv6. */
  private static final int IPV6_LEAST = 1280;

  /** A path that shrinks again and again is searched no more often. */
  private static final long PAUSE_NANOS = 60_000_000_000L;

  private final Scheduler loop;
  private final boolean wanted;
  private final Consumer<TunnelConfig> changed;
  private final Scheduler.Timer timer;
  private Optional<TunnelConfig> negotiated = Optional.empty();
  private OptionalInt limit = OptionalInt.empty();
  private @Nullable DatagramPath link;
  private @Nullable MtuProbe probe;
  private long lastSearch;

  /**
   * Nothing is searched yet.
   *
   * @param wanted false if the user gave an MTU
   * @param changed hears the configuration with another MTU than before
   */
  PathMtu(Scheduler loop, boolean wanted, Consumer<TunnelConfig> changed) {
    this.loop = loop;
    this.wanted = wanted;
    this.changed = changed;
    this.timer = loop.timer(this::step);
  }

  /** What the server gave, with an MTU that the path allows. */
  TunnelConfig within(TunnelConfig config) {
    negotiated = Optional.of(config);
    return limit.isPresent() ? lowered(config, limit.getAsInt()) : config;
  }

  /** An association is up. */
  void search(DatagramPath up) {
    stop();
    if (!wanted || negotiated.isEmpty()) {
      return;
    }
    link = up;
    lastSearch = loop.now();
    probe = new MtuProbe(TunnelConfig.MIN_MTU, negotiated.get().mtu(), lastSearch);
    step();
  }

  /** A probe came back. */
  void answered(DatagramPath from, int bytes) {
    if (probe != null && from == link) {
      probe.answered(bytes, loop.now());
      step();
    }
  }

  /** A packet was refused: the path is narrower than it was. */
  void refused(DatagramPath from) {
    if (probe == null && loop.now() - lastSearch > PAUSE_NANOS) {
      search(from);
    }
  }

  /** A carrier whose answers tell nothing of a question's length: what the kernel knows holds. */
  void trustKernel(DatagramPath up) {
    if (wanted && negotiated.isPresent()) {
      finish(OptionalInt.of(Math.max(TunnelConfig.MIN_MTU, up.longestPacket())));
    }
  }

  void stop() {
    timer.stop();
    probe = null;
    link = null;
  }

  /** A configuration with a smaller MTU, and without IPv6 where that leaves it no room. */
  static TunnelConfig lowered(TunnelConfig config, int limit) {
    int mtu = Math.min(config.mtu(), limit);
    if (config.ipv4().isEmpty()) {
      return config.toBuilder().mtu(Math.max(mtu, Math.min(config.mtu(), IPV6_LEAST))).build();
    }
    TunnelConfig.Builder lower = config.toBuilder().mtu(mtu);
    return (mtu < IPV6_LEAST ? lower.withoutIpv6() : lower).build();
  }

  private void step() {
    MtuProbe search = probe;
    DatagramPath over = link;
    if (search == null || over == null) {
      return;
    }
    for (int bytes = search.next(loop.now()); bytes > 0; bytes = search.next(loop.now())) {
      if (over.probe(bytes)) {
        LOG.debug("path MTU: a probe of {} bytes", bytes);
      } else {
        search.tooBig(Math.min(bytes, over.longestPacket() + 1));
      }
      if (search != probe) {
        return;
      }
    }
    if (search.isDone()) {
      stop();
      finish(search.result());
    } else {
      timer.start(search.nanosUntilDeadline(loop.now()));
    }
  }

  private void finish(OptionalInt result) {
    if (result.isEmpty()) {
      LOG.debug("path MTU: no probe was answered; the server's MTU stays");
      return;
    }
    TunnelConfig config = negotiated.orElseThrow();
    TunnelConfig before = within(config);
    limit = result.getAsInt() < config.mtu() ? result : OptionalInt.empty();
    TunnelConfig now = within(config);
    LOG.debug("path MTU: packets of {} bytes get through", result.getAsInt());
    if (now.mtu() > result.getAsInt()) {
      LOG.warn(
          "By UDP, packets of more than {} bytes are lost, and a tunnel that is all IPv6 cannot have"
              + " less than {}: --no-dtls goes around it.",
          result.getAsInt(),
          IPV6_LEAST);
    }
    if (now.mtu() != before.mtu()) {
      changed.accept(now);
    }
  }
}
