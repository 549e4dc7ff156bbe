package dev.adit.core.session;

import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.packet.PacketBatch;
import dev.adit.api.tunnel.TunnelConfig;
import dev.adit.api.tunnel.TunnelEngine.CarrierKind;
import dev.adit.api.tunnel.TunnelEngine.Farewell;
import dev.adit.api.tunnel.TunnelEvent;
import dev.adit.core.loop.Scheduler;
import dev.adit.core.transport.TransportTimings;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The TLS connections of a session: the one in use; during a rekey a second one, which takes its
 * place when it is up; and the one that was replaced, which is read for a while longer so that
 * nothing under way is lost. See {@link Changeover}.
 */
final class TunnelLinks {
  private final TunnelDialer dialer;
  private final TunnelLink.Owner owner;
  private final TransportTimings timings;
  private final Changeover changeover;
  private final Scheduler.Timer opening;
  private final Scheduler.Timer drain;
  private TunnelDialer.@Nullable Attempt attempt;
  private @Nullable TunnelLink current;
  private @Nullable TunnelLink successor;
  private @Nullable TunnelLink draining;

  /**
   * None yet.
   *
   * @param paused called when {@link #isPausing} has changed
   */
  TunnelLinks(
      Scheduler loop,
      TunnelDialer dialer,
      TunnelLink.Owner owner,
      TransportTimings timings,
      Runnable paused) {
    this.dialer = dialer;
    this.owner = owner;
    this.timings = timings;
    this.changeover = new Changeover(loop, timings, paused);
    this.opening = loop.timer(this::onNotOpened);
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
          start(link);
        },
        failed);
  }

  /**
   * Makes a second one, unless one is being made.
   *
   * @param roundTrip to the server, as far as it is known
   */
  void dialSuccessor(
      Optional<TunnelConfig> held, Duration roundTrip, Consumer<VpnException> failed) {
    if (attempt == null && successor == null) {
      dial(
          held,
          link -> {
            successor = link;
            changeover.begin(roundTrip, () -> start(link));
          },
          failed);
    }
  }

  private void start(TunnelLink link) {
    opening.start(timings.openLimit().toNanos());
    link.start();
  }

  private void onNotOpened() {
    TunnelLink late = successor == null ? current : successor;
    if (late != null) {
      String reason =
          "the server does not open the tunnel within " + timings.openLimit().toSeconds() + " s";
      owner.tunnelEvent(late, new TunnelEvent.Failed(new VpnException(Kind.UNREACHABLE, reason)));
    }
  }

  /** The tunnel that was asked for is open. */
  void opened() {
    opening.stop();
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

  /** Whether packets had better wait: by any carrier. */
  boolean isPausing() {
    return changeover.isPausing();
  }

  /** Whether there is somewhere to send to. */
  boolean takesPackets() {
    return current().filter(l -> !l.isCongested()).isPresent();
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
    changeover.opened(current().isEmpty());
    draining = current;
    current = successor;
    successor = null;
    drain.start(timings.drain().toNanos());
  }

  /** The successor is of no use. */
  void dropSuccessor() {
    if (successor != null) {
      opening.stop();
      successor.close();
      successor = null;
      changeover.release();
    }
  }

  /** The server has closed the one that was replaced. */
  void drainingClosed() {
    changeover.opened(true);
    endDraining();
  }

  private void endDraining() {
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
    opening.stop();
    changeover.end();
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
