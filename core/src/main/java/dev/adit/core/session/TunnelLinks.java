package dev.adit.core.session;

import dev.adit.api.error.VpnException;
import dev.adit.api.packet.PacketBatch;
import dev.adit.api.tunnel.TunnelConfig;
import dev.adit.api.tunnel.TunnelEngine.CarrierKind;
import dev.adit.api.tunnel.TunnelEngine.Farewell;
import dev.adit.core.loop.Scheduler;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The TLS connections of a session: the one in use; during a rekey a second one, which takes its
 * place when it is up; and the one that was replaced, which is read for a while longer so that
 * nothing under way is lost.
 */
final class TunnelLinks {
  private final TunnelDialer dialer;
  private final TunnelLink.Owner owner;
  private final Duration drainTime;
  private final Scheduler.Timer drain;
  private TunnelDialer.@Nullable Attempt attempt;
  private @Nullable TunnelLink current;
  private @Nullable TunnelLink successor;
  private @Nullable TunnelLink draining;

  TunnelLinks(Scheduler loop, TunnelDialer dialer, TunnelLink.Owner owner, Duration drainTime) {
    this.dialer = dialer;
    this.owner = owner;
    this.drainTime = drainTime;
    this.drain = loop.timer(this::endDraining);
  }

  boolean isDialing() {
    return attempt != null;
  }

  /** Makes the connection that is to be used. */
  void dial(Optional<TunnelConfig> held, Consumer<VpnException> failed) {
    dial(
        held,
        link -> {
          current = link;
          link.start();
        },
        failed);
  }

  /** Makes a second one, unless one is being made. */
  void dialSuccessor(Optional<TunnelConfig> held, Consumer<VpnException> failed) {
    if (attempt == null && successor == null) {
      dial(
          held,
          link -> {
            successor = link;
            link.start();
          },
          failed);
    }
  }

  private void dial(
      Optional<TunnelConfig> held, Consumer<TunnelLink> connected, Consumer<VpnException> failed) {
    attempt =
        dialer.dial(
            held,
            owner,
            link -> {
              attempt = null;
              // In its place before it starts: events may come during the start.
              connected.accept(link);
            },
            error -> {
              attempt = null;
              failed.accept(error);
            });
  }

  boolean isCurrent(TunnelLink link) {
    return link == current;
  }

  boolean isSuccessor(TunnelLink link) {
    return link == successor;
  }

  boolean isDraining(TunnelLink link) {
    return link == draining;
  }

  boolean hasSuccessor() {
    return successor != null;
  }

  /** The one in use, if it can be used. */
  Optional<TunnelLink> current() {
    return Optional.ofNullable(current).filter(l -> !l.isClosed());
  }

  /** Whether there is somewhere to send to. */
  boolean takesPackets() {
    return current != null && !current.isCongested();
  }

  void send(PacketBatch packets) {
    if (current != null) {
      current.sendPackets(packets);
    }
  }

  void useCarrier(CarrierKind carrier) {
    if (current != null) {
      current.useCarrier(carrier);
    }
  }

  /** The successor is up. */
  void moveToSuccessor() {
    endDraining();
    draining = current;
    current = successor;
    successor = null;
    drain.start(drainTime.toNanos());
  }

  /** The successor is of no use. */
  void dropSuccessor() {
    if (successor != null) {
      successor.close();
      successor = null;
    }
  }

  void endDraining() {
    if (draining != null) {
      draining.close();
      draining = null;
    }
  }

  /** Says good-bye on the one in use, and closes all. */
  void end(Farewell farewell) {
    if (current != null) {
      current.end(farewell);
    }
    closeAll();
  }

  /** Closes all without a word, those under way too. */
  void closeAll() {
    drain.stop();
    if (attempt != null) {
      attempt.cancel();
      attempt = null;
    }
    endDraining();
    dropSuccessor();
    if (current != null) {
      current.close();
      current = null;
    }
  }
}
