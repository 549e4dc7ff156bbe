package dev.adit.juniper.esp;

import dev.adit.api.datagram.EspOffer;
import dev.adit.api.datagram.EspOffer.Compression;
import dev.adit.api.datagram.EspOffer.Inner;
import dev.adit.api.datagram.EspOffer.ProbeRule;
import dev.adit.api.error.PeerViolationException;
import dev.adit.api.tunnel.TunnelConfig;
import dev.adit.api.tunnel.TunnelContext;
import dev.adit.juniper.lzo.Lzo1x;
import dev.adit.juniper.oncp.Groups.Attribute;
import java.net.Inet6Address;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The client's half of ESP: takes what the server offers, chooses keys of its own, and remembers
 * the terms, which new keys need not repeat. Nothing that is wrong with ESP ends the tunnel: it
 * goes on over TLS, and says why.
 */
public final class EspNegotiation {
  /** One byte 00 as if it were IPv4; the answer is the same. Observed with openconnect 9.01. */
  public static final ProbeRule PROBE = new ProbeRule("00", 4);

  /** Protocol number of a compressed packet. */
  public static final int NEXT_LZO = 5;

  /** Openconnect has 64; fast and reordering networks want more, and it costs 136 bytes. */
  private static final int REPLAY_WINDOW = 1024;

  /** Where the server names none; as openconnect. */
  private static final Duration USUAL_FALLBACK = Duration.ofSeconds(60);

  /** What a compressed packet may become, where the MTU does not say more. */
  private static final int EXPANDED_BYTES = 2048;

  /** ESP's header with IV, and the two bytes behind the padding. */
  private static final int HEADER_BYTES = 24;

  private static final int TRAILER_BYTES = 2;
  private static final int BLOCK_BYTES = 16;
  private static final int UDP_BYTES = 8;

  private final SecureRandom random;
  private final boolean wanted;
  private final Optional<Duration> forcedFallback;
  private final int udpPayload;
  private Optional<EspTerms> terms = Optional.empty();
  private int mtu;

  /**
   * What became of it.
   *
   * @param offer with keys that are its owner's to close; empty if there is no ESP
   * @param keys group 7 for the server, the caller's to wipe; empty if there is no ESP
   * @param why there is no ESP; empty if there is
   */
  @SuppressWarnings("ArrayRecordComponent") // handed over once
  public record Result(Optional<EspOffer> offer, byte[] keys, String why) {
    static Result none(String why) {
      return new Result(Optional.empty(), new byte[0], why);
    }

    @Override
    public String toString() {
      return offer.isPresent() ? "Result[ESP]" : "Result[" + why + "]";
    }
  }

  public EspNegotiation(TunnelContext context) {
    random = context.plugin().random();
    wanted = context.settings().datagrams();
    forcedFallback = context.settings().forcedDpd();
    boolean six = context.tls().peerAddress().getAddress() instanceof Inet6Address;
    udpPayload = context.settings().pathMtu() - (six ? 40 : 20) - UDP_BYTES;
  }

  /**
   * The longest packet that fits into a datagram on the outer path, as the user or core knows it.
   *
   * @return empty where there will be no ESP
   */
  public OptionalInt longestPacket(List<Attribute> attributes) {
    try {
      Optional<EspTerms> by = wanted ? EspTerms.read(attributes) : Optional.empty();
      if (by.isEmpty()) {
        return OptionalInt.empty();
      }
      int encrypted = udpPayload - HEADER_BYTES - by.get().suite().mac().icvBytes();
      int longest = encrypted / BLOCK_BYTES * BLOCK_BYTES - TRAILER_BYTES;
      return OptionalInt.of(Math.max(TunnelConfig.MIN_MTU, longest));
    } catch (PeerViolationException e) {
      return OptionalInt.empty();
    }
  }

  /**
   * The first keys, of message 301.
   *
   * @param mtu that the server gave
   */
  public Result begin(List<Attribute> attributes, int mtu) {
    this.mtu = mtu;
    if (!wanted) {
      return Result.none("switched off (--no-dtls)");
    }
    if (attributes.stream().noneMatch(a -> a.group() == EspTerms.GROUP)) {
      return Result.none("the server offers no ESP");
    }
    return agree(attributes);
  }

  /**
   * New keys, of message 302.
   *
   * @return empty if there was no ESP to renew
   */
  public Optional<Result> renew(List<Attribute> attributes) {
    return terms.map(t -> agree(attributes));
  }

  private Result agree(List<Attribute> attributes) {
    try (EspKeys theirs = EspKeys.read(attributes);
        EspKeys ours = EspKeys.fresh(random)) {
      terms = EspTerms.read(attributes).or(() -> terms);
      EspOffer offer = offer(terms.orElseThrow(), theirs, ours);
      return new Result(Optional.of(offer), ours.group(), "");
    } catch (PeerViolationException e) {
      terms = Optional.empty();
      return Result.none("the server's ESP cannot be used: " + e.getMessage());
    }
  }

  private EspOffer offer(EspTerms by, EspKeys theirs, EspKeys ours) {
    Optional<Duration> named =
        Optional.of(Duration.ofSeconds(by.fallbackSeconds())).filter(d -> !d.isZero());
    return new EspOffer(
        "ESP (" + by.suite() + ")",
        by.port(),
        theirs.sa(by.suite(), 0),
        ours.sa(by.suite(), by.replayProtection() ? REPLAY_WINDOW : 0),
        PROBE,
        forcedFallback.or(() -> named).orElse(USUAL_FALLBACK),
        by.compressed()
            ? Optional.of(
                new Compression(NEXT_LZO, Math.max(mtu, EXPANDED_BYTES), Lzo1x::decompress))
            : Optional.empty(),
        Inner.IPV4);
  }
}
