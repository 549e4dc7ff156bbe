package dev.adit.core.esp;

import dev.adit.api.datagram.DatagramEngine;
import dev.adit.api.datagram.DatagramEvent;
import dev.adit.api.datagram.DatagramEvent.Retry;
import dev.adit.api.datagram.DatagramOutput;
import dev.adit.api.datagram.DropCounts;
import dev.adit.api.datagram.SaParameters;
import dev.adit.api.packet.PacketBatch;

/**
 * One socket's use of an {@link EspAssociation}, which it does not own.
 *
 * <p>There is no handshake: probes are sent until anything authentic comes back, which is {@link
 * DatagramEvent.Ready}; if nothing does, {@link DatagramEvent.Failed}. From then on, with F the
 * silence after which the peer leaves UDP:
 *
 * <pre>
 *   nothing sent for F/2        probe, so that the peer hears us
 *   nothing received for F/2    probe, repeated every F/4
 *   nothing received for F      PeerSilent, once; a later packet takes it back
 * </pre>
 *
 * <p>Silence under traffic is noticed far sooner, by whoever drives the engine.
 *
 * <p>A peer may answer probes and yet send packets that are of no use, each of them lost: so many
 * in a row, and it is left alone until it has new keys. Who can write our SPI into a datagram of
 * theirs can bring that about, and has us use TLS.
 */
public final class EspEngine implements DatagramEngine {
  /** Nothing that happens to packets on their way damages so many and lets none pass. */
  static final int MOST_USELESS = 8;

  private final EspAssociation association;
  private final EspTimers timers;
  private boolean started;
  private boolean ready;
  private boolean failed;
  private boolean silenceAnnounced;
  private boolean asked;
  private int useless;
  private int probesSent;
  private long lastProbe;
  private long lastReceived;
  private long lastSent;

  public EspEngine(EspAssociation association, EspTimers timers) {
    this.association = association;
    this.timers = timers;
  }

  @Override
  public int headroom() {
    return EspSealer.HEADROOM;
  }

  @Override
  public int tailroom() {
    return EspSealer.TAILROOM;
  }

  @Override
  public int maxPacket(int udpPayloadBytes) {
    int blocks = udpPayloadBytes - Wire.CIPHERTEXT - sa().mac().icvBytes();
    return blocks / Wire.BLOCK * Wire.BLOCK - Wire.TRAILER;
  }

  @Override
  public void start(long nowNanos, DatagramOutput out) {
    started = true;
    sendProbe(nowNanos, out);
  }

  @Override
  public void open(PacketBatch datagrams, long nowNanos, PacketBatch packets, DatagramOutput out) {
    byte[] bytes = datagrams.array();
    for (int i = 0; i < datagrams.count() && !isOver(); i++) {
      int delivered = packets.count();
      long uselessBefore = association.useless();
      switch (association.open(
          bytes, datagrams.offset(i), datagrams.length(i), nowNanos, packets)) {
        case REFUSED -> {}
        case AUTHENTIC -> heard(nowNanos, out);
        case PROBE_ANSWER -> {
          heard(nowNanos, out);
          // Of the length that was asked for nothing is left: peers answer one kind of probe.
          out.event(new DatagramEvent.ProbeAnswered(0));
        }
      }
      if (packets.count() > delivered) {
        useless = 0;
      } else if (association.useless() > uselessBefore && ++useless == MOST_USELESS && started) {
        fail(
            useless + " ESP packets in a row that are not authentic, damaged or of unknown kind",
            Retry.NEVER,
            out);
      }
    }
  }

  @Override
  public void seal(PacketBatch packets, long nowNanos, DatagramOutput out) {
    association.outbound().seal(packets);
    lastSent = nowNanos;
    checkNumbers(out);
  }

  /** {@inheritDoc} Peers answer one kind of probe only, so {@code packetBytes} changes nothing. */
  @Override
  public void probe(int packetBytes, long nowNanos, DatagramOutput out) {
    if (packetBytes < 0) {
      throw new IllegalArgumentException("probe of " + packetBytes + " bytes");
    }
    if (!isOver()) {
      sendProbe(nowNanos, out);
    }
  }

  @Override
  public long nanosUntilDeadline(long nowNanos) {
    if (isOver()) {
      return Long.MAX_VALUE;
    }
    if (!ready) {
      return Math.max(0, lastProbe + step() - nowNanos);
    }
    long fallback = fallback();
    if (fallback == 0 || silenceAnnounced) {
      return Long.MAX_VALUE;
    }
    long ask = asked ? lastProbe + fallback / 4 : lastReceived + fallback / 2;
    long speak = lastSent + fallback / 2;
    long dead = lastReceived + fallback;
    return Math.max(0, Math.min(Math.min(ask - nowNanos, speak - nowNanos), dead - nowNanos));
  }

  @Override
  public void onDeadline(long nowNanos, DatagramOutput out) {
    if (isOver()) {
      return;
    }
    if (ready) {
      checkLiveness(nowNanos, out);
    } else if (nowNanos - lastProbe < step()) {
      return;
    } else if (probesSent < timers.probes()) {
      sendProbe(nowNanos, out);
    } else {
      fail("no answer to " + probesSent + " ESP probes", Retry.LATER, out);
    }
  }

  @Override
  public long lost() {
    return association.lost();
  }

  @Override
  public DropCounts drops() {
    return association.drops();
  }

  /** Ends this use of the association, whose keys stay. */
  @Override
  public void close() {
    failed = true;
  }

  private void checkLiveness(long nowNanos, DatagramOutput out) {
    long fallback = fallback();
    if (fallback == 0 || silenceAnnounced) {
      return;
    }
    long silence = nowNanos - lastReceived;
    if (silence >= fallback) {
      silenceAnnounced = true;
      out.event(
          new DatagramEvent.PeerSilent("nothing received for " + silence / 1_000_000_000L + " s"));
    } else if (silence >= fallback / 2 && (!asked || nowNanos - lastProbe >= fallback / 4)) {
      asked = true;
      sendProbe(nowNanos, out);
    } else if (nowNanos - lastSent >= fallback / 2) {
      sendProbe(nowNanos, out);
    }
  }

  private void heard(long nowNanos, DatagramOutput out) {
    lastReceived = nowNanos;
    asked = false;
    silenceAnnounced = false;
    if (!ready) {
      ready = true;
      out.event(new DatagramEvent.Ready("ESP, " + sa().cipher() + ", " + sa().mac()));
    }
  }

  private void sendProbe(long nowNanos, DatagramOutput out) {
    if (!association.isExhausted()) {
      byte[] datagram = association.sealProbe();
      probesSent++;
      lastProbe = nowNanos;
      lastSent = nowNanos;
      out.send(datagram, 0, datagram.length);
    }
    checkNumbers(out);
  }

  private void checkNumbers(DatagramOutput out) {
    if (association.outbound().takeRekeyDue()) {
      out.event(new DatagramEvent.RekeyDue());
    }
    if (association.isExhausted() && !isOver()) {
      fail("the ESP keys are used up", Retry.NEVER, out);
    }
  }

  private void fail(String reason, Retry retry, DatagramOutput out) {
    failed = true;
    out.event(new DatagramEvent.Failed(reason, retry));
  }

  /** Until the next probe, or the end, while there was no answer. */
  private long step() {
    return probesSent <= 1 ? timers.secondProbe() : timers.probeStep();
  }

  private long fallback() {
    return association.offer().fallback().toNanos();
  }

  private SaParameters sa() {
    return association.outbound().sa();
  }

  private boolean isOver() {
    return failed || association.isClosed();
  }
}
