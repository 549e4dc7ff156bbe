package dev.adit.juniper.oncp;

import dev.adit.api.datagram.DatagramOffer;
import dev.adit.api.error.PeerViolationException;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.packet.PacketBatch;
import dev.adit.api.tunnel.EngineOutput;
import dev.adit.api.tunnel.TunnelConfig;
import dev.adit.api.tunnel.TunnelContext;
import dev.adit.api.tunnel.TunnelEngine;
import dev.adit.api.tunnel.TunnelEvent;
import dev.adit.juniper.esp.EspKeys;
import dev.adit.juniper.esp.EspNegotiation;
import dev.adit.juniper.oncp.Groups.Attribute;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * oNCP over one TLS connection: upgrade, this host's name, configuration, packets.
 *
 * <p>The protocol has no keepalive, no question that is answered and no good-bye: that the path is
 * dead shows to TCP alone, and a log-off is an HTTP request of its own. Keys of ESP come and go
 * here, in messages 301 and 302; what ESP carries never passes.
 */
public final class OncpEngine implements TunnelEngine {
  private static final Logger LOG = LoggerFactory.getLogger(OncpEngine.class);
  private static final int HEADROOM = OncpRecord.HEADER_BYTES + Kmp.HEADER_BYTES;
  private static final int LEAST_IPV4 = 20;

  private static final int CONTROL_GROUP = 6;
  private static final int ESP_ON = 1;
  private static final int MTU = 2;

  private enum State {
    HEAD,
    CONFIGURATION,
    OPEN,
    ENDED
  }

  private final TunnelContext context;
  private final EspNegotiation esp;
  private final OncpReader reader = new OncpReader(new Messages());
  private State state = State.HEAD;
  private byte[] head = new byte[1024];
  private int headLength;
  private boolean espOn;
  private long unknownMessages;

  public OncpEngine(TunnelContext context) {
    this.context = context;
    this.esp = new EspNegotiation(context);
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
      at = reader.read(bytes, at, end, packets, out);
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
    boolean wanted = carrier == CarrierKind.DATAGRAM;
    if (wanted != espOn) {
      espOn = wanted;
      byte[] on = Groups.attribute(ESP_ON, new byte[] {(byte) (wanted ? 1 : 0)});
      byte[] record = OncpRecord.message(Kmp.CONTROL, Groups.group(CONTROL_GROUP, on), true);
      out.send(record, 0, record.length);
    }
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
    reader.stop();
  }

  @Override
  public void close() {
    state = State.ENDED;
    reader.stop();
    if (unknownMessages + reader.longPackets() > 0) {
      LOG.debug(
          "oNCP: {} messages of unknown type skipped, {} packets too long to take",
          unknownMessages,
          reader.longPackets());
    }
    reader.wipe();
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
    state = State.CONFIGURATION;
    byte[] name = Upgrade.hostname(context.settings().identity().localHostname());
    out.send(name, 0, name.length);
  }

  private void configured(byte[] bytes, int length, EngineOutput out)
      throws PeerViolationException {
    List<Attribute> attributes = Groups.read(bytes, 0, length);
    OptionalInt byEsp = esp.longestPacket(attributes);
    OptionalInt asked = context.settings().mtu();
    OptionalInt limit =
        byEsp.isEmpty() || asked.isEmpty()
            ? asked.isEmpty() ? byEsp : asked
            : OptionalInt.of(Math.min(byEsp.getAsInt(), asked.getAsInt()));
    TunnelConfig config = new ConfigurationReader(attributes).read(context.previous(), limit);
    EspNegotiation.Result keys = esp.begin(attributes, config.mtu());
    wipeKeys(attributes);
    byte[] mtu =
        Kmp.message(
            Kmp.CONTROL, Groups.group(CONTROL_GROUP, Groups.attribute(MTU, config.mtu())), true);
    if (keys.offer().isPresent()) {
      sendKeys(mtu, keys.keys(), out);
    } else {
      byte[] record = OncpRecord.of(mtu);
      out.send(record, 0, record.length);
    }
    state = State.OPEN;
    reader.wantPackets();
    out.event(
        new TunnelEvent.Established(
            config, keys.offer().map(List::<DatagramOffer>of).orElse(List.of()), keys.why()));
  }

  /**
   * The server's new keys, with which it receives already; it sends with ours when it has them. So
   * we must receive with ours before they leave.
   */
  private void renewed(byte[] bytes, int length, EngineOutput out) throws PeerViolationException {
    List<Attribute> attributes = Groups.read(bytes, 0, length);
    Optional<EspNegotiation.Result> renewal = esp.renew(attributes);
    wipeKeys(attributes);
    if (renewal.isEmpty()) {
      LOG.debug("new ESP keys came, and ESP is not in use");
      return;
    }
    EspNegotiation.Result keys = renewal.get();
    out.event(
        new TunnelEvent.OffersChanged(
            keys.offer().map(List::<DatagramOffer>of).orElse(List.of()), keys.why()));
    if (keys.offer().isPresent()) {
      sendKeys(new byte[0], keys.keys(), out);
    }
  }

  /** Our keys, behind another message in the same record or alone. */
  private void sendKeys(byte[] before, byte[] group, EngineOutput out) {
    byte[] message = Kmp.message(Kmp.KEYS, group, true);
    byte[] record = OncpRecord.of(before, message);
    out.send(record, 0, record.length);
    for (byte[] secret : new byte[][] {group, message, record}) {
      Arrays.fill(secret, (byte) 0);
    }
  }

  private static void wipeKeys(List<Attribute> attributes) {
    for (Attribute attribute : attributes) {
      if (attribute.group() == EspKeys.GROUP) {
        Arrays.fill(attribute.value(), (byte) 0);
      }
    }
  }

  private void finish(EngineOutput out, TunnelEvent event) {
    state = State.ENDED;
    reader.stop();
    out.event(event);
  }

  private final class Messages implements OncpReader.Listener {
    @Override
    public void status(int status, EngineOutput out) {
      if (status != 0) {
        finish(out, Upgrade.refusal(status));
      }
    }

    @Override
    public void message(int type, byte[] bytes, int length, EngineOutput out)
        throws PeerViolationException {
      if (type == Kmp.CONFIGURATION && state == State.CONFIGURATION) {
        configured(bytes, length, out);
      } else if (type == Kmp.KEYS && state == State.OPEN) {
        renewed(bytes, length, out);
      } else if (unknownMessages++ == 0) {
        LOG.debug("skipping KMP message {} of {} bytes", type, length);
      }
    }

    @Override
    public void reason(int reason, EngineOutput out) {
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
    }
  }
}
