package dev.adit.juniper.oncp;

import dev.adit.api.error.PeerViolationException;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.packet.PacketBatch;
import dev.adit.api.tunnel.EngineOutput;
import dev.adit.api.tunnel.TunnelConfig;
import dev.adit.api.tunnel.TunnelContext;
import dev.adit.api.tunnel.TunnelEngine;
import dev.adit.api.tunnel.TunnelEvent;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * oNCP over one TLS connection: upgrade, this host's name, configuration, packets.
 *
 * <p>Records are a stream of bytes in TLS, and messages a stream of bytes in records: both may be
 * cut anywhere. One exception is known of real servers, a whole data message in a record of its own
 * between the parts of a longer message. The protocol has no keepalive and no good-bye; a log-off
 * is an HTTP request of its own.
 */
public final class OncpEngine implements TunnelEngine {
  private static final Logger LOG = LoggerFactory.getLogger(OncpEngine.class);
  private static final int HEADROOM = OncpRecord.HEADER_BYTES + Kmp.HEADER_BYTES;
  private static final int MAX_RECORD = 0xffff;
  private static final int MAX_MESSAGE = Kmp.HEADER_BYTES + 0xffff;
  private static final int LEAST_IPV4 = 20;

  private enum State {
    HEAD,
    STATUS,
    CONFIGURATION,
    OPEN,
    /** A record of length 0 came: one byte says why. */
    REASON,
    ENDED
  }

  private final TunnelContext context;
  private State state = State.HEAD;
  private byte[] head = new byte[1024];
  private int headLength;

  /** The record that is being read, its length first. */
  private final byte[] record = new byte[OncpRecord.HEADER_BYTES + MAX_RECORD];

  private int recordLength;

  /** A message that is not whole yet. */
  private byte[] message = new byte[4096];

  private int messageLength;
  private long unknownMessages;
  private long longPackets;

  public OncpEngine(TunnelContext context) {
    this.context = context;
  }

  @Override
  public int headroom() {
    return HEADROOM;
  }

  @Override
  public void start(long nowNanos, EngineOutput out) {
    try {
      byte[] request = Upgrade.request(context);
      out.send(request, 0, request.length);
      Arrays.fill(request, (byte) 0);
    } catch (VpnException e) {
      finish(out, new TunnelEvent.Ended(e));
    }
  }

  @Override
  public int receive(
      byte[] bytes, int offset, int length, long nowNanos, PacketBatch packets, EngineOutput out) {
    int at = offset;
    int end = offset + length;
    try {
      while (at < end && state == State.HEAD) {
        readHead(bytes[at++], out);
      }
      while (at < end && state != State.ENDED && !packets.isFull()) {
        at = state == State.REASON ? reason(bytes, at, out) : collect(bytes, at, end);
        if (isWhole() && state != State.REASON && state != State.ENDED) {
          takeRecord(packets, out);
        }
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
      int from = packets.offset(i);
      // Anything but IPv4 is reported to confuse real servers.
      if (length < LEAST_IPV4 || (bytes[from] & 0xf0) != 0x40) {
        packets.drop(i);
        continue;
      }
      int at = from - HEADROOM;
      OncpRecord.writeLength(bytes, at, Kmp.HEADER_BYTES + length);
      Kmp.write(bytes, at + OncpRecord.HEADER_BYTES, Kmp.DATA, length, true);
      packets.reframe(i, at, HEADROOM + length);
    }
  }

  @Override
  public void probe(long nowNanos, EngineOutput out) {
    // Nothing in oNCP is answered.
  }

  @Override
  public void useCarrier(CarrierKind carrier, long nowNanos, EngineOutput out) {
    out.event(new TunnelEvent.CarrierConfirmed(carrier));
  }

  @Override
  public long nanosUntilDeadline(long nowNanos) {
    return Long.MAX_VALUE;
  }

  @Override
  public void onDeadline(long nowNanos, EngineOutput out) {
    // There is none.
  }

  @Override
  public void end(Farewell farewell, long nowNanos, EngineOutput out) {
    state = State.ENDED;
  }

  @Override
  public void close() {
    state = State.ENDED;
    if (unknownMessages + longPackets > 0) {
      LOG.debug(
          "oNCP: {} messages of unknown type skipped, {} packets too long to take",
          unknownMessages,
          longPackets);
    }
    // Configurations hold keys.
    Arrays.fill(record, (byte) 0);
    Arrays.fill(message, (byte) 0);
  }

  private void readHead(byte next, EngineOutput out) throws PeerViolationException {
    if (headLength == head.length) {
      if (head.length >= Upgrade.MAX_HEAD_BYTES) {
        throw new PeerViolationException(
            "answer to the upgrade", "at most " + Upgrade.MAX_HEAD_BYTES + " bytes", "more");
      }
      head = Arrays.copyOf(head, head.length * 2);
    }
    head[headLength++] = next;
    String text = next == '\n' ? new String(head, 0, headLength, StandardCharsets.ISO_8859_1) : "";
    if (!text.endsWith("\r\n\r\n") && !text.endsWith("\n\n")) {
      return;
    }
    Optional<TunnelEvent> refusal = Upgrade.refusal(text);
    if (refusal.isPresent()) {
      finish(out, refusal.get());
      return;
    }
    state = State.STATUS;
    byte[] name = Upgrade.hostname(context.settings().identity().localHostname());
    out.send(name, 0, name.length);
  }

  private int wanted() {
    return recordLength < OncpRecord.HEADER_BYTES
        ? OncpRecord.HEADER_BYTES
        : OncpRecord.HEADER_BYTES + OncpRecord.length(record, 0);
  }

  private boolean isWhole() {
    return recordLength >= OncpRecord.HEADER_BYTES && recordLength == wanted();
  }

  private int collect(byte[] bytes, int from, int end) {
    int at = from;
    while (at < end && !isWhole()) {
      int taken = Math.min(end - at, wanted() - recordLength);
      System.arraycopy(bytes, at, record, recordLength, taken);
      recordLength += taken;
      at += taken;
    }
    return at;
  }

  private void takeRecord(PacketBatch packets, EngineOutput out) throws PeerViolationException {
    int end = recordLength;
    recordLength = 0;
    if (end == OncpRecord.HEADER_BYTES) {
      state = State.REASON;
      return;
    }
    int at = OncpRecord.HEADER_BYTES;
    if (state == State.STATUS) {
      if (record[at] != 0) {
        finish(out, Upgrade.refusal(record[at] & 0xff));
        return;
      }
      state = State.CONFIGURATION;
      at++;
    } else if (messageLength > 0) {
      byte[] whole = Arrays.copyOfRange(record, at, end);
      if (Kmp.isInterleavedData(whole, whole.length)) {
        data(whole, Kmp.HEADER_BYTES, whole.length, packets);
        return;
      }
    }
    // A message that begins in this record is read where it lies; the rest of one is copied.
    byte[] bytes = record;
    if (messageLength > 0) {
      append(record, at, end);
      bytes = message;
      at = 0;
      end = messageLength;
    }
    while (state != State.ENDED && end - at >= Kmp.HEADER_BYTES) {
      int next = at + Kmp.HEADER_BYTES + Kmp.length(bytes, at);
      if (next > end) {
        break;
      }
      handle(bytes, at, next, packets, out);
      at = next;
    }
    messageLength = 0;
    append(bytes, at, end);
  }

  private void append(byte[] bytes, int from, int end) {
    int length = messageLength + end - from;
    if (length > message.length) {
      byte[] larger = Arrays.copyOf(message, Math.min(2 * length, 2 * MAX_MESSAGE));
      Arrays.fill(message, (byte) 0);
      message = larger;
    }
    System.arraycopy(bytes, from, message, messageLength, end - from);
    messageLength = length;
  }

  private void handle(byte[] bytes, int from, int end, PacketBatch packets, EngineOutput out)
      throws PeerViolationException {
    int payload = from + Kmp.HEADER_BYTES;
    int type = Kmp.type(bytes, from);
    if (type == Kmp.CONFIGURATION && state == State.CONFIGURATION) {
      configured(bytes, payload, end - payload, out);
    } else if (type == Kmp.DATA) {
      data(bytes, payload, end, packets);
    } else if (unknownMessages++ == 0) {
      LOG.debug("skipping KMP message {} of {} bytes", type, end - payload);
    }
  }

  private void configured(byte[] bytes, int payload, int length, EngineOutput out)
      throws PeerViolationException {
    TunnelConfig config =
        new ConfigurationReader(Groups.read(bytes, payload, length))
            .read(context.previous(), context.settings().mtu());
    byte[] answer =
        OncpRecord.message(Kmp.CONTROL, Groups.group(6, Groups.attribute(2, config.mtu())), true);
    out.send(answer, 0, answer.length);
    state = State.OPEN;
    out.event(
        new TunnelEvent.Established(
            config, List.of(), "ESP for this protocol is not built in this version"));
  }

  /** Packets back to back, each as long as its own header says. */
  private void data(byte[] bytes, int from, int end, PacketBatch packets)
      throws PeerViolationException {
    if (state != State.OPEN) {
      return;
    }
    for (int at = from; at < end; ) {
      int version = bytes[at] >> 4 & 15;
      int length =
          version == 4 && end - at >= LEAST_IPV4
              ? (bytes[at + 2] & 0xff) << 8 | bytes[at + 3] & 0xff
              : 0;
      if (length < LEAST_IPV4 || length > end - at) {
        throw new PeerViolationException(
            "packet in KMP 300",
            "IPv4 of " + LEAST_IPV4 + " to " + (end - at) + " bytes",
            "version " + version + ", " + length + " bytes");
      }
      if (!packets.append(bytes, at, length)) {
        longPackets++;
      }
      at += length;
    }
  }

  private int reason(byte[] bytes, int at, EngineOutput out) {
    int reason = bytes[at] & 0xff;
    String words =
        switch (reason) {
          case 1 -> "its longest duration is reached";
          case 8 -> "it was idle for too long";
          default -> "reason " + reason;
        };
    finish(
        out,
        new TunnelEvent.Ended(
            new VpnException(Kind.OTHER, "the server ended the session: " + words)));
    return at + 1;
  }

  private void finish(EngineOutput out, TunnelEvent event) {
    state = State.ENDED;
    out.event(event);
  }
}
