package dev.adit.core.esp;

import dev.adit.api.datagram.DropCounts;
import dev.adit.api.datagram.EspOffer;
import dev.adit.api.datagram.SaParameters;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.packet.PacketBatch;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The SAs of one offer, and of the offers that follow it by rekey. Outlives the engines that use
 * it: numbers and replay state go on when a socket is replaced. Owns all keys.
 *
 * <p>Rekey loses nothing: {@link #replace} sends with the new outbound SA at once, since the peer
 * has it already; and it opens with the new inbound SA and with the one before, for {@link #GRACE},
 * since packets may be under way and the peer may learn of the new one late.
 */
public final class EspAssociation implements AutoCloseable {
  /** How long an inbound SA outlives its successor's coming. */
  public static final Duration GRACE = Duration.ofSeconds(30);

  private final SecureRandom random;
  private final long graceNanos;
  private final EspCounters counters = new EspCounters();
  private EspOffer offer;
  private ProbeBytes probe;
  private Delivery delivery;
  private EspSealer outbound;
  private EspOpener inbound;
  private @Nullable EspOpener previous;
  private long previousUntil;
  private long oversizedBefore;
  private long notIpBefore;
  private long lostBefore;
  private boolean closed;

  /**
   * Takes the offer's keys over.
   *
   * @param grace how long an inbound SA outlives its successor's coming
   * @throws VpnException if the JDK lacks an algorithm; the keys are wiped
   */
  public EspAssociation(EspOffer offer, Duration grace, SecureRandom random) throws VpnException {
    this.random = random;
    this.graceNanos = grace.toNanos();
    this.offer = offer;
    this.probe = new ProbeBytes(offer.probe());
    this.delivery = new Delivery(offer, probe, counters);
    try {
      this.outbound = sealer(offer);
      this.inbound = new EspOpener(offer.inbound());
    } catch (GeneralSecurityException e) {
      offer.outbound().close();
      offer.inbound().close();
      throw cannot(e);
    }
  }

  /** What the association was last given. */
  public EspOffer offer() {
    return offer;
  }

  /**
   * New keys. A direction that is offered just as it was goes on counting: its numbers must not be
   * used twice. Called while nothing is being sealed or opened.
   *
   * @throws VpnException if the JDK lacks an algorithm; nothing has changed then, but the offer's
   *     keys are wiped
   */
  public void replace(EspOffer fresh, long nowNanos) throws VpnException {
    boolean keepOutbound = same(outbound.sa(), fresh.outbound());
    boolean keepInbound = same(inbound.sa(), fresh.inbound());
    EspSealer nextOutbound = outbound;
    EspOpener nextInbound = inbound;
    try {
      nextOutbound = keepOutbound ? outbound : sealer(fresh);
      nextInbound = keepInbound ? inbound : new EspOpener(fresh.inbound());
    } catch (GeneralSecurityException e) {
      wipe(fresh.outbound(), outbound.sa());
      wipe(fresh.inbound(), inbound.sa());
      throw cannot(e);
    }
    probe = new ProbeBytes(fresh.probe());
    delivery = new Delivery(fresh, probe, counters);
    offer = fresh;
    if (!keepOutbound) {
      oversizedBefore += outbound.oversized();
      notIpBefore += outbound.notIp();
      outbound.close();
      outbound = nextOutbound;
    }
    if (!keepInbound) {
      forgetPrevious();
      previous = inbound;
      previousUntil = nowNanos + graceNanos;
      inbound = nextInbound;
    }
    if (keepOutbound) {
      wipe(fresh.outbound(), outbound.sa());
    }
    if (keepInbound) {
      wipe(fresh.inbound(), inbound.sa());
    }
  }

  /** Where the numbers stand. */
  public EspNumbers numbers(long nowNanos) {
    List<EspNumbers.Received> received = new ArrayList<>();
    for (EspOpener each : openers(nowNanos)) {
      received.add(each.received());
    }
    return new EspNumbers(outbound.sa().spi(), outbound.nextNumber(), received);
  }

  /** Goes on from where somebody else was; what is of SAs that are gone is passed over. */
  public void resume(EspNumbers numbers, long nowNanos) {
    if (numbers.outboundSpi() == outbound.sa().spi()) {
      outbound.skipTo(
          Math.min(Math.max(numbers.nextSent(), outbound.nextNumber()), EspSealer.LAST_NUMBER + 1));
    }
    for (EspOpener each : openers(nowNanos)) {
      for (EspNumbers.Received received : numbers.received()) {
        if (received.spi() == each.sa().spi()) {
          each.resume(received);
        }
      }
    }
  }

  /**
   * SAs that receive: the one in use, then the one before it while that is kept. Not given away.
   */
  public List<SaParameters> inboundSas(long nowNanos) {
    return openers(nowNanos).stream().map(EspOpener::sa).toList();
  }

  /** The SA that sends. Not given away. */
  public SaParameters outboundSa() {
    return outbound.sa();
  }

  private List<EspOpener> openers(long nowNanos) {
    if (previous != null && nowNanos - previousUntil >= 0) {
      forgetPrevious();
    }
    EspOpener old = previous;
    return old == null ? List.of(inbound) : List.of(inbound, old);
  }

  /** Whether nothing more can be sent until {@link #replace}. */
  public boolean isExhausted() {
    return outbound.isExhausted();
  }

  public boolean isClosed() {
    return closed;
  }

  /** Packets that came with an SPI that is none of ours. */
  public long unknownSpi() {
    return counters.unknownSpi;
  }

  /** Packets that came with an SPI of ours and held nothing that can be used. */
  long useless() {
    return counters.unauthenticated + counters.malformed + counters.unknownType;
  }

  /** Packets refused so far by all SAs. */
  public DropCounts drops() {
    return counters.snapshot(
        notIpBefore + outbound.notIp(), oversizedBefore + outbound.oversized());
  }

  /** Packets to SAs of this association that did not come so far, by their numbers. */
  long lost() {
    EspOpener old = previous;
    return lostBefore + inbound.missing() + (old == null ? 0 : old.missing());
  }

  /** Wipes all keys; sealing and opening drop everything from then on. */
  @Override
  public void close() {
    closed = true;
    forgetPrevious();
    outbound.close();
    inbound.close();
  }

  EspSealer outbound() {
    return outbound;
  }

  /** The next datagram that asks for a sign of life. */
  public byte[] sealProbe() {
    return probe.seal(outbound);
  }

  /** Opens one datagram; the IP packet in it, if any, is appended to {@code packets}. */
  Delivery.Arrival open(byte[] bytes, int at, int length, long nowNanos, PacketBatch packets) {
    if (length < Wire.CIPHERTEXT) {
      counters.malformed++;
      return Delivery.Arrival.REFUSED;
    }
    int spi = Wire.get32(bytes, at + Wire.SPI);
    EspOpener old = previous;
    if (old != null && nowNanos - previousUntil >= 0) {
      forgetPrevious();
      old = null;
    }
    EspOpener opener = inbound;
    EspOpener.Verdict verdict;
    if (spi == inbound.sa().spi()) {
      verdict = inbound.open(bytes, at, length);
      if (verdict == EspOpener.Verdict.UNAUTHENTIC && old != null && spi == old.sa().spi()) {
        // A peer that keeps its SPI over a rekey.
        opener = old;
        verdict = old.open(bytes, at, length);
      }
    } else if (old != null && spi == old.sa().spi()) {
      opener = old;
      verdict = old.open(bytes, at, length);
    } else {
      counters.unknownSpi++;
      return Delivery.Arrival.REFUSED;
    }
    switch (verdict) {
      case MALFORMED -> counters.malformed++;
      case UNAUTHENTIC -> counters.unauthenticated++;
      case REPLAYED -> counters.replayed++;
      case BAD_PADDING -> {
        counters.malformed++;
        return Delivery.Arrival.AUTHENTIC;
      }
      case GOOD -> {
        return delivery.deliver(opener, packets);
      }
    }
    return Delivery.Arrival.REFUSED;
  }

  private EspSealer sealer(EspOffer by) throws GeneralSecurityException {
    return new EspSealer(
        by.outbound(), by.inner(), Shrinker.of(by.compression()), new KeystreamIvs(random));
  }

  private static VpnException cannot(GeneralSecurityException e) {
    return new VpnException(Kind.OTHER, "ESP cannot be done by this JDK: " + e.getMessage(), e);
  }

  private void forgetPrevious() {
    if (previous != null) {
      lostBefore += previous.missing();
      previous.close();
      previous = null;
    }
  }

  /** Compares keys too, in time that does not depend on them. */
  private static boolean same(SaParameters a, SaParameters b) {
    return a.spi() == b.spi()
        && a.cipher() == b.cipher()
        && a.mac() == b.mac()
        && a.encryptionKey().equals(b.encryptionKey())
        && a.integrityKey().equals(b.integrityKey());
  }

  /** Wipes keys that are not to be used, unless they are the very ones in use. */
  @SuppressWarnings("ReferenceEquality")
  private static void wipe(SaParameters unused, SaParameters inUse) {
    if (unused.encryptionKey() != inUse.encryptionKey()) {
      unused.encryptionKey().close();
    }
    if (unused.integrityKey() != inUse.integrityKey()) {
      unused.integrityKey().close();
    }
  }
}
