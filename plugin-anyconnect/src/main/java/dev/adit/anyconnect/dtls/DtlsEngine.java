package dev.adit.anyconnect.dtls;

import dev.adit.anyconnect.compress.Encoding;
import dev.adit.anyconnect.compress.PacketCompression;
import dev.adit.api.datagram.DatagramEngine;
import dev.adit.api.datagram.DatagramEvent;
import dev.adit.api.datagram.DatagramEvent.Retry;
import dev.adit.api.datagram.DatagramOutput;
import dev.adit.api.datagram.DropCounts;
import dev.adit.api.packet.PacketBatch;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One DTLS association, from the first hello to the last record.
 *
 * <p>Liveness, as AnyConnect clients keep it: nothing received for the DPD interval D brings a
 * request, repeated every D/2; more than 2·D is death. Any authentic record is a sign of life.
 */
public final class DtlsEngine implements DatagramEngine {
  private static final int MOST_EARLY = 4;
  private static final int MAX_CONTROL_BYTES = 16384;

  private final DtlsParameters parameters;
  private final DtlsTimers timers;
  private final RecordLayer records;
  private final Handshake handshake;
  private final RecordLayer.Opened opened = new RecordLayer.Opened();
  private final PacketBatch early;
  private final @Nullable PacketCompression compression;
  private final int headroom;
  private final int tailroom;
  private boolean failed;
  private boolean rekeyAnnounced;
  private boolean silenceAnnounced;
  private long readyAt;
  private long lastReceived;
  private long lastSent;
  private long lastRequest;
  private boolean requestPending;
  private long malformed;
  private long unauthenticated;
  private long replayed;
  private long unknownType;
  private long oversized;

  private DtlsEngine(
      DtlsParameters parameters,
      DtlsTimers timers,
      RecordLayer records,
      Handshake handshake,
      Optional<Encoding> encoding) {
    this.parameters = parameters;
    this.timers = timers;
    this.records = records;
    this.handshake = handshake;
    this.compression = encoding.map(PacketCompression::new).orElse(null);
    this.early = new PacketBatch(MOST_EARLY, 2048, 0);
    int explicit = 0;
    int trailer = 0;
    for (Suite suite : parameters.suites()) {
      explicit = Math.max(explicit, suite.bulk().explicitBytes());
      trailer = Math.max(trailer, suite.macKeyBytes() + suite.bulk().trailerBytes());
    }
    this.headroom = RecordHeader.BYTES + explicit + 1;
    this.tailroom = trailer;
  }

  /** The side that begins. */
  static DtlsEngine client(
      DtlsParameters parameters,
      DtlsTimers timers,
      SecureRandom random,
      Optional<Encoding> encoding) {
    RecordLayer records = new RecordLayer(parameters.dialect());
    return new DtlsEngine(
        parameters, timers, records, new ClientHandshake(parameters, records, random), encoding);
  }

  /** The side that is asked. */
  public static DtlsEngine server(
      DtlsParameters parameters,
      DtlsTimers timers,
      SecureRandom random,
      Optional<Encoding> encoding) {
    return server(parameters, timers, random, ServerHandshake.Cookie.NONE, encoding);
  }

  /** Whether the handshake is over and nothing has failed since. */
  public boolean isReady() {
    return handshake.isDone() && !failed;
  }

  /** The side that is asked, with or without a cookie of its own first. */
  static DtlsEngine server(
      DtlsParameters parameters,
      DtlsTimers timers,
      SecureRandom random,
      ServerHandshake.Cookie cookie,
      Optional<Encoding> encoding) {
    RecordLayer records = new RecordLayer(parameters.dialect());
    return new DtlsEngine(
        parameters,
        timers,
        records,
        new ServerHandshake(parameters, records, random, cookie),
        encoding);
  }

  @Override
  public int headroom() {
    return headroom;
  }

  @Override
  public int tailroom() {
    return tailroom;
  }

  @Override
  public int maxPacket(int udpPayloadBytes) {
    return handshake.suite().map(List::of).orElse(parameters.suites()).stream()
            .mapToInt(suite -> suite.maxPlaintext(udpPayloadBytes))
            .min()
            .orElseThrow()
        - 1;
  }

  @Override
  public void start(long nowNanos, DatagramOutput out) {
    handshake.start(nowNanos, parts -> sendFlight(parts, out));
  }

  @Override
  public void open(PacketBatch datagrams, long nowNanos, PacketBatch packets, DatagramOutput out) {
    for (int i = 0; i < datagrams.count() && !failed; i++) {
      openDatagram(datagrams, i, nowNanos, packets, out);
    }
  }

  @Override
  public void seal(PacketBatch packets, long nowNanos, DatagramOutput out) {
    byte[] bytes = packets.array();
    for (int i = 0; i < packets.count(); i++) {
      int length = packets.length(i);
      if (length == 0) {
        continue;
      }
      boolean shrunk = compression != null && compression.shrink(packets, i);
      length = packets.length(i);
      int at = packets.offset(i) - 1;
      int start = at - records.before();
      if (start < packets.slotStart(i) || at + 1 + length + tailroom > packets.slotEnd(i)) {
        oversized++;
        packets.drop(i);
        continue;
      }
      bytes[at] = shrunk ? PacketType.COMPRESSED : PacketType.DATA;
      packets.reframe(i, start, records.seal(bytes, at, 1 + length, RecordHeader.APPLICATION_DATA));
    }
    lastSent = nowNanos;
    if (!rekeyAnnounced && records.sealed() > RecordLayer.LAST_NUMBER / 2) {
      announceRekey(out);
    }
  }

  @Override
  public void probe(int packetBytes, long nowNanos, DatagramOutput out) {
    if (packetBytes < 0 || packetBytes > MAX_CONTROL_BYTES) {
      throw new IllegalArgumentException("probe of " + packetBytes + " bytes");
    }
    byte[] request = new byte[1 + packetBytes];
    request[0] = PacketType.DPD_REQUEST;
    sendControl(request, nowNanos, out);
  }

  @Override
  public long nanosUntilDeadline(long nowNanos) {
    if (failed) {
      return Long.MAX_VALUE;
    }
    if (!handshake.isDone()) {
      return handshake.nanosUntilDeadline(nowNanos);
    }
    long due = Long.MAX_VALUE;
    if (timers.dpd() > 0 && !silenceAnnounced) {
      long sinceAsked =
          requestPending ? lastRequest + timers.dpd() / 2 : lastReceived + timers.dpd();
      due = Math.min(due, Math.min(sinceAsked, lastReceived + 2 * timers.dpd() + 1) - nowNanos);
    }
    if (timers.keepalive() > 0) {
      due = Math.min(due, lastSent + timers.keepalive() - nowNanos);
    }
    if (timers.rekey() > 0 && !rekeyAnnounced) {
      due = Math.min(due, readyAt + timers.rekey() - nowNanos);
    }
    return Math.max(0, due);
  }

  @Override
  public void onDeadline(long nowNanos, DatagramOutput out) {
    if (failed) {
      return;
    }
    if (!handshake.isDone()) {
      try {
        handshake.onDeadline(nowNanos, parts -> sendFlight(parts, out));
      } catch (HandshakeException e) {
        fail(e, out);
      }
      return;
    }
    if (timers.rekey() > 0 && !rekeyAnnounced && nowNanos - readyAt >= timers.rekey()) {
      announceRekey(out);
    }
    checkLiveness(nowNanos, out);
    if (timers.keepalive() > 0 && nowNanos - lastSent >= timers.keepalive()) {
      sendControl(new byte[] {PacketType.KEEPALIVE}, nowNanos, out);
    }
  }

  @Override
  public long lost() {
    return records.missing();
  }

  @Override
  public DropCounts drops() {
    return new DropCounts(malformed, unauthenticated, replayed, unknownType, oversized);
  }

  @Override
  public void close() {
    failed = true;
    handshake.close();
    records.close();
    if (compression != null) {
      compression.close();
    }
  }

  private void checkLiveness(long nowNanos, DatagramOutput out) {
    long silence = nowNanos - lastReceived;
    if (timers.dpd() == 0 || silence < timers.dpd() || silenceAnnounced) {
      return;
    }
    if (silence > 2 * timers.dpd()) {
      silenceAnnounced = true;
      out.event(
          new DatagramEvent.PeerSilent("nothing received for " + silence / 1_000_000_000L + " s"));
    } else if (!requestPending || nowNanos - lastRequest >= timers.dpd() / 2) {
      requestPending = true;
      lastRequest = nowNanos;
      sendControl(new byte[] {PacketType.DPD_REQUEST}, nowNanos, out);
    }
  }

  private void openDatagram(
      PacketBatch datagrams, int index, long nowNanos, PacketBatch packets, DatagramOutput out) {
    byte[] bytes = datagrams.array();
    int at = datagrams.offset(index);
    int end = at + datagrams.length(index);
    while (at < end && !failed) {
      switch (records.open(bytes, at, end, opened)) {
        case MALFORMED -> {
          malformed++;
          return;
        }
        case UNAUTHENTIC -> unauthenticated++;
        case REPLAYED -> replayed++;
        case EARLY -> {
          // The rest of the datagram is of epoch 1 too: keep it until there are keys.
          if (!early.append(bytes, at, end - at)) {
            unauthenticated++;
          }
          return;
        }
        case GOOD -> {
          if (!handleRecord(bytes, nowNanos, packets, out)) {
            return;
          }
        }
      }
      at = opened.end;
    }
  }

  /** Returns false if the datagram is of no more interest. */
  private boolean handleRecord(
      byte[] bytes, long nowNanos, PacketBatch packets, DatagramOutput out) {
    boolean clear = opened.epoch == 0;
    int end = opened.end;
    if (clear && handshake.isDone()) {
      // Nobody vouches for it: a late hello, or somebody playing.
      unauthenticated++;
      return true;
    }
    if (!clear) {
      lastReceived = nowNanos;
      requestPending = false;
      silenceAnnounced = false;
    }
    switch (opened.type) {
      case RecordHeader.HANDSHAKE -> handshakeRecord(bytes, nowNanos, packets, out);
      case RecordHeader.CHANGE_CIPHER_SPEC -> handshake.changeCipherSpec();
      case RecordHeader.ALERT -> alert(bytes, clear, out);
      case RecordHeader.APPLICATION_DATA -> {
        if (clear || !handshake.isDone()) {
          unauthenticated++;
        } else {
          payload(bytes, nowNanos, packets, out);
        }
      }
      default -> unknownType++;
    }
    opened.end = end;
    return true;
  }

  private void handshakeRecord(
      byte[] bytes, long nowNanos, PacketBatch packets, DatagramOutput out) {
    boolean hadKeys = records.isProtected();
    boolean wasDone = handshake.isDone();
    try {
      handshake.receive(
          bytes, opened.contentAt, opened.contentLength, nowNanos, parts -> sendFlight(parts, out));
    } catch (HandshakeException e) {
      fail(e, out);
      return;
    }
    if (!wasDone && handshake.isDone()) {
      readyAt = nowNanos;
      lastReceived = nowNanos;
      lastSent = nowNanos;
      out.event(
          new DatagramEvent.Ready(
              parameters.form().words()
                  + ", "
                  + handshake.suite().map(Suite::toString).orElse("no suite")));
    }
    if (!hadKeys && records.isProtected() && !early.isEmpty()) {
      for (int i = 0; i < early.count(); i++) {
        openDatagram(early, i, nowNanos, packets, out);
      }
      early.clear();
    }
  }

  private void alert(byte[] bytes, boolean clear, DatagramOutput out) {
    if (opened.contentLength < 2) {
      malformed++;
      return;
    }
    int level = bytes[opened.contentAt];
    int description = bytes[opened.contentAt + 1] & 0xff;
    if (level == 2 || description == 0) {
      String words = description == 0 ? "closed the DTLS session" : "refused: alert " + description;
      fail(
          new HandshakeException(
              "the server " + words + (clear ? " (unauthenticated)" : ""), Retry.LATER),
          out);
    }
  }

  private void payload(byte[] bytes, long nowNanos, PacketBatch packets, DatagramOutput out) {
    int at = opened.contentAt;
    int length = opened.contentLength;
    if (length == 0) {
      return;
    }
    switch (bytes[at]) {
      case PacketType.DATA -> {
        if (!packets.append(bytes, at + 1, length - 1)) {
          oversized++;
        }
      }
      case PacketType.COMPRESSED -> {
        if (compression == null) {
          unknownType++;
        } else if (packets.isFull()) {
          oversized++;
        } else if (compression.expand(bytes, at + 1, length - 1, packets)
            != PacketCompression.Verdict.EXPANDED) {
          malformed++;
        }
      }
      case PacketType.DPD_REQUEST -> {
        byte[] answer = Arrays.copyOfRange(bytes, at, at + length);
        answer[0] = PacketType.DPD_RESPONSE;
        sendControl(answer, nowNanos, out);
      }
      case PacketType.DPD_RESPONSE -> out.event(new DatagramEvent.ProbeAnswered(length - 1));
      case PacketType.KEEPALIVE, PacketType.DISCONNECT -> {
        // A keepalive has done its work by coming; good-byes count on TLS alone.
      }
      default -> unknownType++;
    }
  }

  private void announceRekey(DatagramOutput out) {
    rekeyAnnounced = true;
    out.event(new DatagramEvent.RekeyDue());
  }

  private void fail(HandshakeException e, DatagramOutput out) {
    failed = true;
    out.event(new DatagramEvent.Failed(e.reason(), e.retry()));
  }

  private void sendControl(byte[] content, long nowNanos, DatagramOutput out) {
    byte[] datagram = new byte[headroom + content.length + tailroom];
    int at = records.before();
    System.arraycopy(content, 0, datagram, at, content.length);
    int length = records.seal(datagram, at, content.length, RecordHeader.APPLICATION_DATA);
    out.send(datagram, 0, length);
    lastSent = nowNanos;
  }

  /** All records of a flight in one datagram. */
  private void sendFlight(List<Handshake.Part> parts, DatagramOutput out) {
    byte[] datagram = new byte[2048];
    int at = 0;
    for (Handshake.Part part : parts) {
      if (part.sealed) {
        int content = at + records.before();
        System.arraycopy(part.content, 0, datagram, content, part.content.length);
        at += records.seal(datagram, content, part.content.length, part.type);
      } else {
        at += records.writePlain(datagram, at, part.type, part.content);
      }
    }
    out.send(datagram, 0, at);
  }
}
