package dev.adit.core.session;

import dev.adit.api.datagram.DatagramEngine;
import dev.adit.api.datagram.DatagramEvent;
import dev.adit.api.datagram.DatagramEvent.Retry;
import dev.adit.api.datagram.DatagramOutput;
import dev.adit.api.packet.PacketBatch;
import dev.adit.core.loop.EventLoop;
import dev.adit.core.loop.Scheduler;
import dev.adit.core.sys.Errno;
import dev.adit.core.sys.SystemCallException;
import dev.adit.core.sys.UdpSocket;
import dev.adit.core.transport.TransportTimings;
import java.net.Inet6Address;
import org.jspecify.annotations.Nullable;

/**
 * One UDP socket with an engine on it, on the event loop; a new attempt is a new link.
 *
 * <p>{@link Suspicion} tells while packets are sent whether the path is dark. An idle link costs
 * nothing beyond what its engine does.
 */
final class DatagramLink implements DatagramPath, DatagramOutput {
  private final UdpSocket socket;
  private final DatagramEngine engine;
  private final String description;
  private final EventLoop loop;
  private final LoopBuffers buffers;
  private final Owner owner;
  private final EventLoop.Registration registration;
  private final Scheduler.Timer deadline;
  private final Suspicion suspicion;
  private final PacketBatch single = new PacketBatch(1, 2048, 0);

  /** Sealed, and waiting for the socket; null until it was ever full. */
  private @Nullable PacketBatch waiting;

  private int waitingFrom;

  /** What was told of losses. The engine's numbers may go on from another socket's. */
  private long lostTold;

  private long refusedTold;
  private boolean tooLong;
  private boolean muted;
  private boolean closed;

  DatagramLink(
      UdpSocket socket,
      DatagramEngine engine,
      String description,
      EventLoop loop,
      LoopBuffers buffers,
      TransportTimings timings,
      Owner owner)
      throws SystemCallException {
    this.socket = socket;
    this.engine = engine;
    this.description = description;
    this.loop = loop;
    this.buffers = buffers;
    this.owner = owner;
    this.deadline = loop.timer(this::onDeadline);
    this.suspicion =
        new Suspicion(loop, timings, this::probe, why -> event(new DatagramEvent.PeerSilent(why)));
    this.lostTold = engine.lost();
    this.refusedTold = engine.drops().total();
    this.registration = loop.register(socket.fd(), this::onReady);
  }

  @Override
  public void start() {
    registration.interest(true, false);
    engine.start(loop.now(), this);
    armDeadline();
  }

  @Override
  public String description() {
    return description;
  }

  @Override
  public void sendPackets(PacketBatch packets) {
    engine.seal(packets, loop.now(), this);
    tooLong = false;
    int taken = transmit(packets, 0);
    if (taken < packets.count()) {
      hold(packets, taken);
    }
    if (tooLong && !closed) {
      owner.datagramTooLong(this);
    }
    suspicion.sent();
  }

  @Override
  public void mute(boolean now) {
    muted = now;
    suspicion.stop();
    armDeadline();
  }

  @Override
  public void probe() {
    if (!closed && !muted) {
      suspicion.probed();
      engine.probe(0, loop.now(), this);
      armDeadline();
    }
  }

  @Override
  public long roundTripNanos() {
    return suspicion.roundTripNanos();
  }

  @Override
  public boolean isMeasured() {
    return suspicion.isMeasured();
  }

  @Override
  public void rest() {
    suspicion.stop();
  }

  @Override
  public boolean probe(int packetBytes) {
    // The first refusal may be about an earlier packet: an ICMP error comes when it comes.
    for (int i = 0; i < 2 && !closed; i++) {
      tooLong = false;
      engine.probe(packetBytes, loop.now(), this);
      if (!tooLong) {
        armDeadline();
        return true;
      }
    }
    return closed;
  }

  @Override
  public int longestPacket() {
    int headers = socket.remote().getAddress() instanceof Inet6Address ? 48 : 28;
    return engine.maxPacket(socket.pathMtu() - headers);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      deadline.stop();
      suspicion.stop();
      registration.close();
      engine.close();
      socket.close();
    }
  }

  @Override
  public void send(byte[] bytes, int offset, int length) {
    if (muted) {
      return;
    }
    single.clear();
    if (single.append(bytes, offset, length)) {
      // If the socket is full it is lost, as it may be on the way.
      transmit(single, 0);
    } else {
      tooLong = true;
    }
  }

  @Override
  public void event(DatagramEvent event) {
    if (!closed) {
      if (event instanceof DatagramEvent.ProbeAnswered) {
        suspicion.answered();
      }
      owner.datagramEvent(this, event);
    }
  }

  @Override
  public boolean isCongested() {
    return waiting != null && waitingFrom < waiting.count();
  }

  /** Returns the index of the first that the socket did not take for now. */
  private int transmit(PacketBatch batch, int from) {
    if (closed) {
      return batch.count();
    }
    try {
      return socket.send(batch, from);
    } catch (SystemCallException e) {
      if (e.errno() == Errno.EMSGSIZE) {
        // The path's MTU shrank. TCP inside finds its way.
        tooLong = true;
      } else {
        event(new DatagramEvent.Failed(e.getMessage(), Retry.LATER));
      }
      return batch.count();
    }
  }

  /** The batch is lent: what waits is copied. It is never more than one batch. */
  private void hold(PacketBatch packets, int from) {
    PacketBatch kept = waiting;
    if (kept == null || kept.capacity() < packets.capacity()) {
      kept = new PacketBatch(packets.capacity(), 2048, 0);
      waiting = kept;
    }
    kept.clear();
    for (int i = from; i < packets.count(); i++) {
      kept.append(packets.array(), packets.offset(i), packets.length(i));
    }
    waitingFrom = 0;
    registration.interest(true, true);
  }

  private void drain() {
    PacketBatch kept = waiting;
    if (kept == null || !isCongested()) {
      return;
    }
    waitingFrom = transmit(kept, waitingFrom);
    if (!isCongested() && !closed) {
      registration.interest(true, false);
      owner.datagramDrained(this);
    }
  }

  private void onReady(boolean readable, boolean writable) {
    if (writable) {
      drain();
    }
    if (readable && !closed) {
      receive();
    }
  }

  /** One batch, so that packets on their way out have the next turn. */
  private void receive() {
    try {
      buffers.datagrams.clear();
      socket.receive(buffers.datagrams);
      PacketBatch packets = buffers.inbound;
      packets.clear();
      engine.open(buffers.datagrams, loop.now(), packets, this);
      if (!packets.isEmpty() && !closed) {
        suspicion.heard();
        owner.datagramPackets(this, packets);
      }
      tellLosses(buffers.datagrams.count() - packets.count());
      packets.clear();
    } catch (SystemCallException e) {
      // That a packet was too long for a router may be told here as well, and is no failure.
      if (e.errno() != Errno.EMSGSIZE) {
        event(new DatagramEvent.Failed(e.getMessage(), Retry.LATER));
      }
    }
    armDeadline();
  }

  /**
   * What is late and comes after all stays told.
   *
   * @param withoutPacket datagrams of the batch that held none
   */
  private void tellLosses(int withoutPacket) {
    long lost = Math.max(lostTold, engine.lost());
    long refused = withoutPacket > 0 ? engine.drops().total() : refusedTold;
    if (lost > lostTold || refused > refusedTold) {
      owner.datagramLosses(this, lost - lostTold, refused - refusedTold);
      lostTold = lost;
      refusedTold = refused;
    }
  }

  private void onDeadline() {
    if (!closed) {
      engine.onDeadline(loop.now(), this);
      armDeadline();
    }
  }

  private void armDeadline() {
    if (closed) {
      return;
    }
    long nanos = muted ? Long.MAX_VALUE : engine.nanosUntilDeadline(loop.now());
    if (nanos == Long.MAX_VALUE) {
      deadline.stop();
    } else {
      deadline.start(nanos);
    }
  }
}
