package dev.adit.anyconnect.cstp;

import dev.adit.anyconnect.compress.CompressionOffer;
import dev.adit.anyconnect.compress.Encoding;
import dev.adit.anyconnect.compress.PacketCompression;
import dev.adit.anyconnect.dtls.DtlsNegotiation;
import dev.adit.api.error.PeerViolationException;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.http.HttpHeader;
import dev.adit.api.packet.PacketBatch;
import dev.adit.api.tunnel.EngineOutput;
import dev.adit.api.tunnel.TunnelConfig;
import dev.adit.api.tunnel.TunnelContext;
import dev.adit.api.tunnel.TunnelEngine;
import dev.adit.api.tunnel.TunnelEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * CONNECT, then frames. See {@link CstpFrame}.
 *
 * <p>Liveness: nothing received for the DPD interval D brings a request, repeated every D/2; more
 * than 2·D without a frame of any kind is silence. Rekey by either method is a new tunnel, which
 * every server accepts; TLS 1.3 has no renegotiation anyway.
 */
public final class CstpEngine implements TunnelEngine {
  private static final Logger LOG = LoggerFactory.getLogger(CstpEngine.class);
  private static final byte[] NOTHING = {};

  /** RFC 8200 §5. An interface with less carries no IPv6 at all. */
  private static final int MIN_IPV6_MTU = 1280;

  private enum State {
    HEAD,
    OPEN,
    ENDED
  }

  private final TunnelContext context;
  private final Optional<DtlsNegotiation> dtls;
  private @Nullable Binding binding;
  private final CstpTimers timers = new CstpTimers();
  private State state = State.HEAD;

  /** The head of the answer, later the beginning of a frame that is not whole yet. */
  private byte[] pending = new byte[CstpFrame.HEADER_BYTES + CstpFrame.MAX_PAYLOAD_BYTES];

  private int pendingLength;
  private @Nullable PacketCompression compression;
  private long unknownFrames;

  /** Packets longer than a slot of core's; they are lost. */
  private long longPackets;

  public CstpEngine(TunnelContext context) {
    this.context = context;
    this.dtls =
        context.settings().datagrams()
            ? Optional.of(new DtlsNegotiation(context))
            : Optional.empty();
  }

  @Override
  public int headroom() {
    return CstpFrame.HEADER_BYTES;
  }

  @Override
  public void start(long nowNanos, EngineOutput out) {
    List<HttpHeader> proof;
    try {
      binding = new Binding(context);
      proof = binding.headers();
    } catch (VpnException e) {
      finish(out, new TunnelEvent.Ended(e));
      return;
    }
    byte[] request = ConnectRequest.of(context, proof, dtls);
    out.send(request, 0, request.length);
    Arrays.fill(request, (byte) 0);
  }

  @Override
  public int receive(
      byte[] bytes, int offset, int length, long nowNanos, PacketBatch packets, EngineOutput out) {
    timers.received(nowNanos);
    int at = offset;
    int end = offset + length;
    try {
      if (state == State.HEAD) {
        at = readHead(bytes, at, end, nowNanos, out);
      }
      while (state == State.OPEN && at < end && !packets.isFull()) {
        at = readFrame(bytes, at, end, nowNanos, packets, out);
      }
    } catch (PeerViolationException e) {
      finish(out, new TunnelEvent.Failed(e));
    }
    return state == State.ENDED ? length : at - offset;
  }

  @Override
  public void frame(PacketBatch packets, long nowNanos) {
    byte[] bytes = packets.array();
    for (int i = 0; i < packets.count(); i++) {
      int length = packets.length(i);
      if (length == 0) {
        continue;
      }
      if (length > CstpFrame.MAX_PAYLOAD_BYTES) {
        packets.drop(i);
        continue;
      }
      boolean shrunk = compression != null && compression.shrink(packets, i);
      int payload = packets.length(i);
      int at = packets.offset(i) - CstpFrame.HEADER_BYTES;
      CstpFrame.write(bytes, at, shrunk ? CstpFrame.COMPRESSED : CstpFrame.DATA, payload);
      packets.reframe(i, at, CstpFrame.HEADER_BYTES + payload);
    }
    timers.sent(nowNanos);
  }

  @Override
  public void probe(long nowNanos, EngineOutput out) {
    control(CstpFrame.DPD_REQUEST, NOTHING, nowNanos, out);
  }

  @Override
  public void useCarrier(CarrierKind carrier, long nowNanos, EngineOutput out) {
    // The server follows what it receives; nothing need be said.
    out.event(new TunnelEvent.CarrierConfirmed(carrier));
  }

  @Override
  public long nanosUntilDeadline(long nowNanos) {
    return state == State.OPEN ? timers.nanosUntilDeadline(nowNanos) : Long.MAX_VALUE;
  }

  @Override
  public void onDeadline(long nowNanos, EngineOutput out) {
    if (state != State.OPEN) {
      return;
    }
    switch (timers.due(nowNanos)) {
      case REKEY -> out.event(new TunnelEvent.RekeyDue());
      case SILENT -> out.event(new TunnelEvent.PeerSilent(timers.silence(nowNanos)));
      case REQUEST -> control(CstpFrame.DPD_REQUEST, NOTHING, nowNanos, out);
      case KEEPALIVE -> control(CstpFrame.KEEPALIVE, NOTHING, nowNanos, out);
      case NOTHING -> {
        // Something was received in the meantime.
      }
    }
  }

  @Override
  public void end(Farewell farewell, long nowNanos, EngineOutput out) {
    if (state == State.OPEN && farewell == Farewell.LOG_OFF) {
      byte[] text = "?Aborted by caller".getBytes(StandardCharsets.US_ASCII);
      text[0] = CstpFrame.LOG_OFF;
      control(CstpFrame.DISCONNECT, text, nowNanos, out);
    }
    state = State.ENDED;
  }

  @Override
  public void close() {
    state = State.ENDED;
    if (unknownFrames + longPackets > 0) {
      LOG.debug(
          "CSTP: {} frames of unknown type skipped, {} packets too long to take",
          unknownFrames,
          longPackets);
    }
    if (compression != null) {
      if (compression.damaged() > 0) {
        LOG.debug("CSTP: {} packets could not be expanded", compression.damaged());
      }
      compression.close();
      compression = null;
    }
    Arrays.fill(pending, (byte) 0);
    dtls.ifPresent(DtlsNegotiation::close);
  }

  /** Collects the head up to its empty line; returns where frames begin. */
  private int readHead(byte[] bytes, int from, int end, long nowNanos, EngineOutput out)
      throws PeerViolationException {
    int at = from;
    while (at < end) {
      if (pendingLength == pending.length) {
        if (pending.length >= ConnectResponse.MAX_BYTES) {
          throw new PeerViolationException(
              "answer to CONNECT", "at most " + ConnectResponse.MAX_BYTES + " bytes", "more");
        }
        pending = Arrays.copyOf(pending, pending.length * 2);
      }
      pending[pendingLength++] = bytes[at++];
      if (endsWithEmptyLine()) {
        ConnectResponse response = ConnectResponse.parse(pending, pendingLength);
        pendingLength = 0;
        opened(response, nowNanos, out);
        return at;
      }
    }
    return at;
  }

  private boolean endsWithEmptyLine() {
    int n = pendingLength;
    return n >= 2
        && pending[n - 1] == '\n'
        && (pending[n - 2] == '\n' || n >= 4 && pending[n - 2] == '\r' && pending[n - 3] == '\n');
  }

  private void opened(ConnectResponse response, long nowNanos, EngineOutput out)
      throws PeerViolationException {
    if (response.status() != 200) {
      finish(out, response.refusal(context.previous().isPresent()));
      return;
    }
    String field = "X-CSTP-Content-Encoding";
    Optional<Encoding> encoding =
        CompressionOffer.accepted(
            field, response.first(field), CompressionOffer.of(context.settings()).tls());
    TunnelConfigReader reader = new TunnelConfigReader(response);
    int mtu = reader.negotiatedMtu();
    DtlsNegotiation.Result udp = DtlsNegotiation.Result.none("switched off (--no-dtls)");
    if (dtls.isPresent()) {
      udp = dtls.get().result(response, mtu);
    }
    int tunMtu = Math.min(Math.min(mtu, udp.mtu()), context.settings().mtu().orElse(mtu));
    boolean fitsIpv6 = tunMtu >= MIN_IPV6_MTU;
    TunnelConfig config = reader.read(tunMtu, context.settings().ipv6() && fitsIpv6);
    timers.start(response, context.settings().forcedDpd().map(Duration::toNanos), nowNanos);
    if (encoding.isPresent()) {
      compression = new PacketCompression(encoding.get());
      LOG.info("Packets over TLS are compressed by {}.", encoding.get().wireName());
    }
    state = State.OPEN;
    if (binding != null) {
      binding.renewed().ifPresent(cookie -> out.event(new TunnelEvent.CookieRenewed(cookie)));
    }
    response
        .seconds("X-CSTP-Session-Timeout-Alert-Interval")
        .ifPresent(before -> out.event(new TunnelEvent.ExpiryAlert(before)));
    out.event(new TunnelEvent.Established(config, udp.offers(), udp.why()));
    if (context.settings().ipv6() && !fitsIpv6 && reader.ipv6().isPresent()) {
      out.event(
          new TunnelEvent.Message(
              "The tunnel is without IPv6, which needs an MTU of "
                  + MIN_IPV6_MTU
                  + ": this one has "
                  + tunMtu
                  + " (--mtu and --base-mtu change it)."));
    }
  }

  /** Takes one frame, or as much of one as there is; returns where the next begins. */
  private int readFrame(
      byte[] bytes, int from, int end, long nowNanos, PacketBatch packets, EngineOutput out)
      throws PeerViolationException {
    if (pendingLength == 0 && end - from >= CstpFrame.HEADER_BYTES) {
      int length = CstpFrame.HEADER_BYTES + checkedLength(bytes, from);
      if (end - from >= length) {
        handle(bytes, from, nowNanos, packets, out);
        return from + length;
      }
    }
    int wanted = CstpFrame.HEADER_BYTES;
    int at = from;
    if (pendingLength < wanted) {
      at += collect(bytes, at, Math.min(end - at, wanted - pendingLength));
    }
    if (pendingLength >= wanted) {
      wanted += checkedLength(pending, 0);
      at += collect(bytes, at, Math.min(end - at, wanted - pendingLength));
      if (pendingLength == wanted) {
        pendingLength = 0;
        handle(pending, 0, nowNanos, packets, out);
      }
    }
    return at;
  }

  private int collect(byte[] bytes, int from, int length) {
    System.arraycopy(bytes, from, pending, pendingLength, length);
    pendingLength += length;
    return length;
  }

  private static int checkedLength(byte[] bytes, int at) throws PeerViolationException {
    if (!CstpFrame.isHeader(bytes, at)) {
      throw new PeerViolationException(
          "CSTP frame",
          "53 54 46 01",
          "%02x %02x %02x %02x".formatted(bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]));
    }
    int length = CstpFrame.length(bytes, at);
    if (length > CstpFrame.MAX_PAYLOAD_BYTES) {
      throw new PeerViolationException(
          "CSTP frame", "at most " + CstpFrame.MAX_PAYLOAD_BYTES + " bytes", length + " bytes");
    }
    return length;
  }

  private void handle(byte[] bytes, int at, long nowNanos, PacketBatch packets, EngineOutput out)
      throws PeerViolationException {
    int payload = at + CstpFrame.HEADER_BYTES;
    int length = CstpFrame.length(bytes, at);
    switch (CstpFrame.type(bytes, at)) {
      case CstpFrame.DATA -> {
        if (!packets.append(bytes, payload, length)) {
          longPackets++;
        }
      }
      case CstpFrame.DPD_REQUEST ->
          control(
              CstpFrame.DPD_RESPONSE,
              Arrays.copyOfRange(bytes, payload, payload + length),
              nowNanos,
              out);
      case CstpFrame.DPD_RESPONSE -> out.event(new TunnelEvent.ProbeAnswered());
      case CstpFrame.KEEPALIVE -> {
        // Its coming was its message.
      }
      case CstpFrame.DISCONNECT -> disconnected(bytes, payload, length, out);
      case CstpFrame.TERMINATE ->
          finish(
              out,
              new TunnelEvent.Ended(new VpnException(Kind.OTHER, "the server ended the session")));
      case CstpFrame.COMPRESSED -> expand(bytes, payload, length, packets);
      default -> {
        if (unknownFrames++ == 0) {
          LOG.debug("skipping CSTP frames of unknown type {}", CstpFrame.type(bytes, at));
        }
      }
    }
  }

  private void expand(byte[] bytes, int at, int length, PacketBatch packets)
      throws PeerViolationException {
    if (compression == null) {
      throw new PeerViolationException("CSTP frame", "no compression", "a compressed packet");
    }
    if (compression.expand(bytes, at, length, packets) == PacketCompression.Verdict.BROKEN) {
      throw new PeerViolationException(
          "compressed packet",
          "the next of the " + compression.encoding().wireName() + " stream",
          "a damaged one, after which none can be read");
    }
  }

  /** Nothing, or a reason byte and a text whose meaning only the server's administrator knows. */
  private void disconnected(byte[] bytes, int at, int length, EngineOutput out) {
    String reason = "no reason given";
    if (length > 0) {
      String text =
          new String(bytes, at + 1, length - 1, StandardCharsets.UTF_8)
              .replaceAll("\\p{Cntrl}", " ")
              .strip();
      reason = text.isEmpty() ? "reason %02x".formatted(bytes[at]) : text;
    }
    finish(
        out,
        new TunnelEvent.Ended(
            new VpnException(
                Kind.OTHER,
                "the server ended the session ("
                    + reason
                    + "): logged off by an administrator, replaced by another connection, or out of"
                    + " time")));
  }

  private void control(int type, byte[] payload, long nowNanos, EngineOutput out) {
    byte[] frame = CstpFrame.of(type, payload);
    out.send(frame, 0, frame.length);
    timers.sent(nowNanos);
  }

  private void finish(EngineOutput out, TunnelEvent event) {
    state = State.ENDED;
    out.event(event);
  }
}
