package dev.adit.anyconnect.cstp;

import dev.adit.api.OptionValues;
import dev.adit.api.PluginContext;
import dev.adit.api.auth.ClientIdentity;
import dev.adit.api.auth.SessionTicket;
import dev.adit.api.packet.PacketBatch;
import dev.adit.api.secret.SecretBytes;
import dev.adit.api.secret.SecretText;
import dev.adit.api.tunnel.EngineOutput;
import dev.adit.api.tunnel.TlsSession;
import dev.adit.api.tunnel.TunnelConfig;
import dev.adit.api.tunnel.TunnelContext;
import dev.adit.api.tunnel.TunnelEvent;
import dev.adit.api.tunnel.TunnelSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** An engine without a network: what it is told and what it says, with a clock of its own. */
final class Tunnel implements EngineOutput {
  private static final HexFormat HEX = HexFormat.of();

  final CstpEngine engine;

  /** Records sent, each with the second it went out at: {@code 30.0 53544601...}. */
  final List<String> sent = new ArrayList<>();

  final List<TunnelEvent> events = new ArrayList<>();

  /** Packets received, in hex. */
  final List<String> packets = new ArrayList<>();

  private final long startNanos;
  private final PacketBatch batch;
  private long nowNanos;

  Tunnel(Wishes wishes) {
    this(wishes, 0, 64);
  }

  Tunnel(Wishes wishes, long startNanos, int batchCapacity) {
    this.startNanos = startNanos;
    this.nowNanos = startNanos;
    this.batch = new PacketBatch(batchCapacity, 16640, 0);
    this.engine = new CstpEngine(wishes.context());
  }

  /** A tunnel that is up, without UDP, with these further headers in the answer. */
  static Tunnel open(String... headers) {
    Tunnel tunnel = new Tunnel(new Wishes());
    tunnel.answer(headers);
    return tunnel;
  }

  /** Opens with an answer of an address, an MTU and the headers given. */
  void answer(String... headers) {
    engine.start(nowNanos, this);
    receive(head(headers));
    sent.clear();
  }

  /** The head of an answer that suffices, with further headers. */
  static byte[] head(String... headers) {
    StringBuilder head =
        new StringBuilder(
            "HTTP/1.1 200 CONNECTED\r\nX-CSTP-Address: 192.168.77.5\r\nX-CSTP-MTU: 1400\r\n");
    for (String header : headers) {
      head.append(header).append("\r\n");
    }
    return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  void receive(byte[] bytes) {
    receive(bytes, 0, bytes.length);
  }

  /** As core does it: calls again with the rest as long as the batch was full. */
  void receive(byte[] bytes, int offset, int length) {
    int at = offset;
    int end = offset + length;
    while (at < end) {
      int taken = engine.receive(bytes, at, end - at, nowNanos, batch, this);
      if (taken < end - at && !batch.isFull()) {
        throw new AssertionError("took " + taken + " of " + (end - at) + " with room left");
      }
      at += taken;
      for (int i = 0; i < batch.count(); i++) {
        packets.add(
            HEX.formatHex(batch.array(), batch.offset(i), batch.offset(i) + batch.length(i)));
      }
      batch.clear();
    }
  }

  void receiveHex(String hex) {
    receive(HEX.parseHex(hex.replace(" ", "")));
  }

  /** Lets time pass, meeting each deadline when it is due. */
  void pass(Duration duration) {
    long left = duration.toNanos();
    int idle = 0;
    while (true) {
      long until = engine.nanosUntilDeadline(nowNanos);
      if (until > left) {
        nowNanos += left;
        return;
      }
      idle = until == 0 ? idle + 1 : 0;
      if (idle > 3) {
        throw new AssertionError("a deadline stays due at " + seconds());
      }
      nowNanos += until;
      left -= until;
      engine.onDeadline(nowNanos, this);
    }
  }

  long now() {
    return nowNanos;
  }

  <T extends TunnelEvent> T only(Class<T> type) {
    if (events.size() != 1 || !type.isInstance(events.get(0))) {
      throw new AssertionError("expected one " + type.getSimpleName() + ", got " + events);
    }
    return type.cast(events.get(0));
  }

  TunnelConfig config() {
    return ((TunnelEvent.Established) events.get(0)).config();
  }

  @Override
  public void send(byte[] bytes, int offset, int length) {
    boolean request = length > 8 && bytes[offset] == 'C';
    sent.add(
        request
            ? new String(bytes, offset, length, StandardCharsets.ISO_8859_1)
            : seconds() + " " + HEX.formatHex(bytes, offset, offset + length));
  }

  @Override
  public void event(TunnelEvent event) {
    events.add(event);
  }

  private double seconds() {
    return (nowNanos - startNanos) / 1e9;
  }

  /** What a tunnel is opened with; the fields are a test's to change. */
  static final class Wishes {
    String url = "https://vpn.test/";
    String peer = "192.0.2.2";
    String os = "linux-64";
    OptionalInt mtu = OptionalInt.empty();
    int pathMtu = 1500;
    boolean ipv6 = true;
    boolean datagrams;
    TunnelSettings.Compression compression = TunnelSettings.Compression.NONE;
    Optional<Duration> forcedDpd = Optional.empty();
    @Nullable TunnelConfig previous;
    OptionValues options = OptionValues.NONE;

    /** Keys that the connection gave out. */
    final List<SecretBytes> exported = new ArrayList<>();

    TunnelContext context() {
      return new TunnelContext(
          new PluginContext(new CountingRandom(), () -> Instant.EPOCH),
          new SessionTicket(SecretText.of("webvpn=c2VjcmV0"), URI.create(url), Optional.empty()),
          new Connection(peer, exported),
          new TunnelSettings(
              mtu,
              pathMtu,
              ipv6,
              datagrams,
              compression,
              forcedDpd,
              new ClientIdentity(os, Optional.empty(), Optional.empty(), "laptop"),
              options),
          Optional.ofNullable(previous));
    }
  }

  /** 00 01 02 ... so that a request can be compared as text. */
  private static final class CountingRandom extends SecureRandom {
    private static final long serialVersionUID = 1L;

    @Override
    public void nextBytes(byte[] bytes) {
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) i;
      }
    }
  }

  private record Connection(String peer, List<SecretBytes> given) implements TlsSession {
    @Override
    public String version() {
      return "TLSv1.3";
    }

    @Override
    public String cipherSuite() {
      return "TLS_AES_256_GCM_SHA384";
    }

    @Override
    public List<X509Certificate> peerChain() {
      return List.of();
    }

    @Override
    public boolean clientCertificateSent() {
      return false;
    }

    @Override
    public InetSocketAddress peerAddress() {
      try {
        return new InetSocketAddress(InetAddress.getByName(peer), 443);
      } catch (UnknownHostException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public SecretBytes exported(String label) {
      byte[] key = new byte[32];
      Arrays.fill(key, (byte) 7);
      SecretBytes fresh = SecretBytes.owning(key);
      given.add(fresh);
      return fresh;
    }

    @Override
    public Optional<byte[]> tlsUnique() {
      return Optional.empty();
    }
  }
}
