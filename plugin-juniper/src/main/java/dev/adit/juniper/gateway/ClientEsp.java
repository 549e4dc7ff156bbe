package dev.adit.juniper.gateway;

import dev.adit.api.datagram.DatagramEngine;
import dev.adit.api.datagram.DatagramEvent;
import dev.adit.api.datagram.DatagramOutput;
import dev.adit.api.datagram.EspOffer;
import dev.adit.api.datagram.EspOffer.Compression;
import dev.adit.api.datagram.EspOffer.Inner;
import dev.adit.api.datagram.SaParameters;
import dev.adit.api.error.VpnException;
import dev.adit.api.gateway.GatewayEngine.DatagramReply;
import dev.adit.api.gateway.GatewayEsp.Association;
import dev.adit.api.packet.PacketBatch;
import dev.adit.juniper.esp.EspKeys;
import dev.adit.juniper.esp.EspNegotiation;
import dev.adit.juniper.esp.EspSuite;
import dev.adit.juniper.esp.EspTerms;
import dev.adit.juniper.lzo.Lzo1x;
import dev.adit.juniper.lzo.Lzo1xCompressor;
import dev.adit.juniper.oncp.Groups;
import dev.adit.juniper.oncp.Groups.Attribute;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * ESP with one client: keys both ways, where its datagrams come from, and whether it asked for
 * packets that way.
 *
 * <pre>
 *   offer ─→ (early datagrams) ─→ keys of the client ─→ on, off, on ...
 *                                      ↑      │ renew
 *                                      └──────┘
 * </pre>
 *
 * <p>A client probes as soon as it has our keys, and its datagrams overtake the message with its
 * own on TLS (observed with openconnect 9.01, which asks again a minute later): they wait here.
 */
final class ClientEsp implements AutoCloseable {
  private static final int MOST_EARLY = 4;
  private static final int REPLAY_WINDOW = 1024;

  private final JuniperGatewayEngine gateway;
  private final EspSuite suite;
  private final Optional<Compression> compression;
  private final PacketBatch early = new PacketBatch(MOST_EARLY, 2048, 0);

  /** SPIs that lead here, the newest last. */
  private final List<Integer> spis = new ArrayList<>();

  private SaParameters inbound;
  private @Nullable SaParameters outbound;
  private @Nullable Association sas;
  private @Nullable InetSocketAddress client;
  private boolean on;

  /** Fills groups 8 and 7 of message 301 in. */
  static Optional<ClientEsp> offer(JuniperGatewayEngine gateway, ByteArrayOutputStream groups) {
    EspOptions options = gateway.esp();
    return options
        .suite(gateway.nextTunnel())
        .map(suite -> new ClientEsp(gateway, options, suite, groups));
  }

  private ClientEsp(
      JuniperGatewayEngine gateway,
      EspOptions options,
      EspSuite suite,
      ByteArrayOutputStream groups) {
    this.gateway = gateway;
    this.suite = suite;
    this.compression =
        options.lzo()
            ? Optional.of(
                new Compression(
                    EspNegotiation.NEXT_LZO,
                    2048,
                    Lzo1x::decompress,
                    Optional.of(new Lzo1xCompressor()::compress)))
            : Optional.empty();
    int port = gateway.settings().udpPort();
    groups.writeBytes(
        Groups.group(
            EspTerms.GROUP,
            attribute(
                EspTerms.CIPHER, gateway.has(Fault.ESP_UNKNOWN_CIPHER) ? 9 : suite.cipherNumber()),
            attribute(EspTerms.MAC, suite.macNumber()),
            attribute(EspTerms.COMPRESSION, options.lzo() ? 1 : 0),
            Groups.attribute(EspTerms.PORT, new byte[] {(byte) (port >> 8), (byte) port}),
            Groups.attribute(EspTerms.FALLBACK, options.fallbackSeconds()),
            Groups.attribute(EspTerms.REPLAY, 1)));
    inbound = newInbound(groups);
  }

  /** Takes the client's keys, of message 302: the first ones, or its answer to {@link #renew}. */
  void keys(List<Attribute> attributes, long nowNanos, PacketBatch packets, DatagramReply out)
      throws VpnException {
    try (EspKeys theirs = EspKeys.read(attributes)) {
      SaParameters fresh = theirs.sa(suite, 0);
      Association now = sas;
      if (now == null) {
        outbound = fresh;
        sas = gateway.settings().esp().associate(offer(fresh));
        InetSocketAddress from = client;
        if (from != null) {
          receive(from, early, nowNanos, packets, out);
        }
      } else {
        now.replace(offer(fresh), nowNanos);
        outbound = fresh;
      }
    }
  }

  /**
   * New keys of ours; packets with those before are let in for a while.
   *
   * @return group 7 for the client; empty if it has no ESP
   */
  Optional<byte[]> renew(long nowNanos) throws VpnException {
    Association now = sas;
    SaParameters keep = outbound;
    if (now == null || keep == null) {
      return Optional.empty();
    }
    ByteArrayOutputStream group = new ByteArrayOutputStream();
    inbound = newInbound(group);
    now.replace(offer(keep), nowNanos);
    return Optional.of(group.toByteArray());
  }

  /** The client switches ESP on or off for what it is sent. */
  void use(boolean wanted) {
    on = wanted;
  }

  /** Whether packets for the client leave by ESP. */
  boolean carries() {
    return on && sas != null && client != null;
  }

  void send(PacketBatch packets, long nowNanos, DatagramReply out) {
    Association now = sas;
    InetSocketAddress to = client;
    if (now == null || to == null) {
      return;
    }
    Answer answer = new Answer(to, out);
    now.engine().seal(packets, nowNanos, answer);
    for (int i = 0; i < packets.count(); i++) {
      if (packets.length(i) > 0) {
        if (gateway.has(Fault.ESP_BAD_DATA)) {
          packets.array()[packets.offset(i) + packets.length(i) - 1] ^= 1;
        }
        answer.send(packets.array(), packets.offset(i), packets.length(i));
      }
    }
  }

  void receive(
      InetSocketAddress from,
      PacketBatch datagrams,
      long nowNanos,
      PacketBatch packets,
      DatagramReply out) {
    Association now = sas;
    if (now == null) {
      client = from;
      for (int i = 0; i < datagrams.count(); i++) {
        early.append(datagrams.array(), datagrams.offset(i), datagrams.length(i));
      }
      return;
    }
    DatagramEngine engine = now.engine();
    Answer answer = new Answer(from, out);
    int before = packets.count();
    engine.open(datagrams, nowNanos, packets, answer);
    if (packets.count() > before || answer.probes > 0) {
      client = from;
    }
    for (int i = 0; i < answer.probes && !gateway.has(Fault.ESP_NO_ANSWER); i++) {
      engine.probe(0, nowNanos, answer);
    }
  }

  @Override
  public void close() {
    spis.forEach(gateway.espBySpi()::remove);
    if (sas != null) {
      sas.close();
    }
    inbound.close();
    if (outbound != null) {
      outbound.close();
    }
    on = false;
    sas = null;
  }

  /** Keys that the client sends with from now on, written as group 7. */
  private SaParameters newInbound(ByteArrayOutputStream group) {
    try (EspKeys ours = EspKeys.fresh(gateway.settings().plugin().random())) {
      byte[] bytes = ours.group();
      if (gateway.has(Fault.ESP_ZERO_SPI)) {
        Arrays.fill(bytes, 2 * Groups.HEADER_BYTES, 2 * Groups.HEADER_BYTES + 4, (byte) 0);
      }
      group.writeBytes(bytes);
      Map<Integer, ClientEsp> all = gateway.espBySpi();
      all.put(ours.spi(), this);
      spis.add(ours.spi());
      if (spis.size() > 2) {
        all.remove(spis.remove(0));
      }
      return ours.sa(suite, REPLAY_WINDOW);
    }
  }

  private EspOffer offer(SaParameters toClient) {
    return new EspOffer(
        "ESP",
        gateway.settings().udpPort(),
        toClient,
        inbound,
        EspNegotiation.PROBE,
        Duration.ZERO,
        compression,
        Inner.IPV4);
  }

  private static byte[] attribute(int id, int value) {
    return Groups.attribute(id, new byte[] {(byte) value});
  }

  /** Datagrams to one address, with the faults that they are to have. */
  private final class Answer implements DatagramOutput {
    private final InetSocketAddress to;
    private final DatagramReply out;
    private int probes;

    private Answer(InetSocketAddress to, DatagramReply out) {
      this.to = to;
      this.out = out;
    }

    @Override
    public void send(byte[] bytes, int offset, int length) {
      if (gateway.has(Fault.ESP_BAD_ICV)) {
        bytes[offset + length - 1] ^= 1;
      }
      out.send(to, bytes, offset, length);
      if (gateway.has(Fault.ESP_REPLAY)) {
        out.send(to, bytes, offset, length);
      }
    }

    @Override
    public void event(DatagramEvent event) {
      if (event instanceof DatagramEvent.ProbeAnswered) {
        probes++;
      }
    }
  }
}
