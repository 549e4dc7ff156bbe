package dev.adit.core.session;

import dev.adit.api.error.VpnException;
import dev.adit.api.packet.PacketBatch;
import dev.adit.core.loop.Scheduler;
import dev.adit.core.transport.TransportTimings;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The associations of UDP: the one in use, one of new keys that follows it, and one that is used no
 * more but read from a while longer.
 */
final class DatagramPaths {
  private static final Logger LOG = LoggerFactory.getLogger(DatagramPaths.class);

  private final TransportTimings timings;
  private final Maker maker;
  private final Scheduler.Timer renewal;
  private final Scheduler.Timer drain;

  private @Nullable DatagramPath current;
  private @Nullable DatagramPath successor;
  private @Nullable DatagramPath retired;

  /** Makes an association on a socket of its own. */
  interface Maker {
    DatagramPath make() throws VpnException;
  }

  DatagramPaths(Scheduler loop, TransportTimings timings, Maker maker) {
    this.timings = timings;
    this.maker = maker;
    this.renewal = loop.timer(this::beginSuccessor);
    this.drain = loop.timer(this::endDraining);
  }

  Optional<DatagramPath> current() {
    return Optional.ofNullable(current);
  }

  boolean isCurrent(DatagramPath path) {
    return path == current;
  }

  boolean isSuccessor(DatagramPath path) {
    return path == successor;
  }

  boolean isRetired(DatagramPath path) {
    return path == retired;
  }

  /** By the one in use; without one they are lost. */
  void send(PacketBatch batch) {
    if (current != null) {
      current.sendPackets(batch);
    }
  }

  /** Whether the one in use has no room for what is to be sent. */
  boolean isCongested() {
    return current != null && current.isCongested();
  }

  void begin() throws VpnException {
    current = maker.make();
    current.start();
  }

  /** Makes a second one, to move to when it is up; tries again later if that fails. */
  void beginSuccessor() {
    if (successor != null) {
      return;
    }
    try {
      successor = maker.make();
      successor.start();
    } catch (VpnException e) {
      renewLater(e.getMessage());
    }
  }

  /** The successor is up: it is used from now on, and the other one drains. */
  void moveToSuccessor() {
    if (current != null) {
      drain(current);
    }
    current = successor;
    successor = null;
  }

  /** The successor came to nothing. */
  void dropSuccessor(String reason) {
    if (successor != null) {
      successor.close();
      successor = null;
      renewLater(reason);
    }
  }

  /** The association in use works on meanwhile. */
  private void renewLater(String reason) {
    LOG.info("no new keys by UDP yet: {}", reason);
    renewal.start(timings.longestProbe().toNanos());
  }

  /** Uses the present one no more, but reads what is under way a while longer. */
  void retire() {
    if (current != null) {
      drain(current);
      current = null;
    }
  }

  private void drain(DatagramPath path) {
    endDraining();
    path.mute(true);
    retired = path;
    drain.start(timings.drain().toNanos());
  }

  private void endDraining() {
    drain.stop();
    if (retired != null) {
      retired.close();
      retired = null;
    }
  }

  /** Closes the one in use and the one to follow; one that drains goes on. */
  void close() {
    renewal.stop();
    Stream.of(current(), Optional.ofNullable(successor))
        .flatMap(Optional::stream)
        .forEach(DatagramPath::close);
    current = null;
    successor = null;
  }

  /** Closes all. */
  void end() {
    close();
    endDraining();
  }
}
