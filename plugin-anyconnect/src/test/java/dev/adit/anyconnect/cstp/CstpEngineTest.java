package dev.adit.anyconnect.cstp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.api.OptionValues;
import dev.adit.api.PluginContext;
import dev.adit.api.auth.ClientIdentity;
import dev.adit.api.auth.SessionTicket;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.packet.PacketBatch;
import dev.adit.api.secret.SecretBytes;
import dev.adit.api.secret.SecretText;
import dev.adit.api.tunnel.EngineOutput;
import dev.adit.api.tunnel.TlsSession;
import dev.adit.api.tunnel.TunnelConfig;
import dev.adit.api.tunnel.TunnelContext;
import dev.adit.api.tunnel.TunnelEngine.Farewell;
import dev.adit.api.tunnel.TunnelEvent;
import dev.adit.api.tunnel.TunnelSettings;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CstpEngineTest {
  private static final long SECOND = 1_000_000_000L;

  /** As ocserv 1.1.6 answers, without its DTLS block. */
  private static final String HEAD =
      "HTTP/1.1 200 CONNECTED\r\nX-CSTP-Version: 1\r\nX-CSTP-DPD: 10\r\n"
          + "X-CSTP-Default-Domain: corp.test\r\nX-CSTP-Address: 10.99.0.5\r\n"
          + "X-CSTP-Netmask: 255.255.255.0\r\nX-CSTP-Address-IP6: fd99::5/128\r\n"
          + "X-CSTP-DNS: 10.99.0.1\r\nX-CSTP-Split-Include: 10.0.0.0/255.0.0.0\r\n"
          + "X-CSTP-Split-Include-IP6: fd99::/48\r\nX-CSTP-Split-Exclude: 10.7.0.0/255.255.0.0\r\n"
          + "X-CSTP-Keepalive: 32400\r\nX-CSTP-Idle-Timeout: none\r\nX-CSTP-Rekey-Time: 100\r\n"
          + "X-CSTP-Rekey-Method: ssl\r\nX-CSTP-Session-Timeout: 0\r\nX-CSTP-MTU: 1434\r\n"
          + "X-CSTP-Banner: Hello%0A% world\r\nX-CSTP-Post-Auth-XML: webvpn%3dsecret\r\n\r\n";

  private final Sink sink = new Sink();
  private long now = 5_000 * SECOND;

  private static final class Sink implements EngineOutput {
    private final List<byte[]> records = new ArrayList<>();
    private final List<TunnelEvent> events = new ArrayList<>();

    @Override
    public void send(byte[] bytes, int offset, int length) {
      records.add(Arrays.copyOfRange(bytes, offset, offset + length));
    }

    @Override
    public void event(TunnelEvent event) {
      events.add(event);
    }
  }

  @Test
  void asksForTheTunnelWithTheCookieAlone() {
    CstpEngine engine = engine();
    engine.start(now, sink);
    String request = new String(sink.records.get(0), StandardCharsets.ISO_8859_1);
    assertThat(request)
        .startsWith("CONNECT /CSCOSSLC/tunnel HTTP/1.1\r\nHost: vpn.test\r\n")
        .contains("\r\nCookie: webvpn=s3cret\r\n")
        .contains("\r\nX-CSTP-Base-MTU: 1500\r\nX-CSTP-MTU: 1390\r\n")
        .contains("\r\nX-CSTP-Address-Type: IPv6,IPv4\r\n")
        .endsWith("\r\n\r\n");
  }

  @Test
  void readsTheConfiguration() {
    TunnelConfig config = opened(engine());
    assertThat(config.ipv4().map(Object::toString)).contains("10.99.0.5/24");
    assertThat(config.ipv6().map(Object::toString)).contains("fd99:0:0:0:0:0:0:5/128");
    assertThat(config.splitInclude().stream().map(Object::toString))
        .containsExactly("10.0.0.0/8", "fd99:0:0:0:0:0:0:0/48");
    assertThat(config.splitExclude().stream().map(Object::toString)).containsExactly("10.7.0.0/16");
    assertThat(config.mtu()).isEqualTo(1434);
    assertThat(config.banner()).contains("Hello\n% world");
    assertThat(config.sessionTimeout()).isEmpty();
    assertThat(config.idleTimeout()).isEmpty();
    assertThat(config.raw().toString()).doesNotContain("secret");
  }

  @ParameterizedTest
  @CsvSource({
    "401 Cookie is not acceptable, '', SESSION_REFUSED, log in again",
    "503 Service Unavailable, '', SESSION_REFUSED, log in again",
    "503 Service Unavailable, X-Reason: no licence, OTHER, no licence",
    "404 Not found, '', OTHER, 404 Not found",
  })
  void aRefusalIsTheEndWithItsReason(String status, String header, Kind kind, String words) {
    CstpEngine engine = engine();
    feed(
        engine,
        "HTTP/1.1 " + status + "\r\n" + (header.isEmpty() ? "" : header + "\r\n") + "\r\n",
        7);
    assertThat(sink.events).hasSize(1);
    TunnelEvent.Ended ended = (TunnelEvent.Ended) sink.events.get(0);
    assertThat(ended.error().kind()).isEqualTo(kind);
    assertThat(ended.error()).hasMessageContaining(words);
  }

  @ParameterizedTest
  @CsvSource({
    "X-CSTP-MTU: 1434, X-CSTP-MTU: 68, 576 to 16128",
    "X-CSTP-MTU: 1434, X-CSTP-MTU: 70000, 0 to 65535",
    "X-CSTP-MTU: 1434, X-None: 1, nothing",
    "X-CSTP-Address: 10.99.0.5, X-CSTP-Address: vpn.evil.test, an IP address",
    "X-CSTP-Address: 10.99.0.5, X-CSTP-Address: 127.0.0.1, a unicast address",
    "X-CSTP-Netmask: 255.255.255.0, X-CSTP-Netmask: 255.0.255.0, a contiguous netmask",
    "10.0.0.0/255.0.0.0, 10.0.0.0/33, a prefix length or mask",
    "X-CSTP-DPD: 10, X-CSTP-DPD: -1, 0 to",
    "corp.test, $(reboot), a domain name",
  })
  void valuesOutOfRangeAreNamed(String good, String bad, String expected) {
    feed(engine(), HEAD.replace(good, bad), 4096);
    assertThat(sink.events).hasSize(1);
    assertThat(((TunnelEvent.Failed) sink.events.get(0)).error()).hasMessageContaining(expected);
  }

  @Test
  void putsFramesBackTogetherHoweverTheyAreCut() {
    Random random = new Random(3);
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    List<byte[]> sent = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      byte[] packet = new byte[20 + random.nextInt(1500)];
      random.nextBytes(packet);
      sent.add(packet);
      stream.writeBytes(CstpFrame.of(CstpFrame.DATA, packet));
    }
    byte[] all = stream.toByteArray();
    CstpEngine engine = engine();
    opened(engine);
    List<byte[]> received = new ArrayList<>();
    PacketBatch batch = new PacketBatch(3, 2048, 0);
    for (int at = 0; at < all.length; ) {
      int piece = Math.min(1 + random.nextInt(2000), all.length - at);
      int end = at + piece;
      while (at < end) {
        at += engine.receive(all, at, end - at, now, batch, sink);
        for (int i = 0; i < batch.count(); i++) {
          received.add(
              Arrays.copyOfRange(
                  batch.array(), batch.offset(i), batch.offset(i) + batch.length(i)));
        }
        batch.clear();
      }
    }
    assertThat(received).hasSize(sent.size());
    for (int i = 0; i < sent.size(); i++) {
      assertThat(received.get(i)).isEqualTo(sent.get(i));
    }
  }

  @Test
  void framesInTheHeadroom() {
    PacketBatch batch = new PacketBatch(2, 100, 16);
    batch.append(new byte[] {0x45, 1, 2}, 0, 3);
    engine().frame(batch, now);
    assertThat(
            HexFormat.of()
                .formatHex(batch.array(), batch.offset(0), batch.offset(0) + batch.length(0)))
        .isEqualTo("5354460100030000" + "450102");
  }

  @Test
  void answersDpdWithThePayloadOfTheRequest() {
    CstpEngine engine = engine();
    opened(engine);
    sink.records.clear();
    feed(engine, CstpFrame.of(CstpFrame.DPD_REQUEST, "hello".getBytes(StandardCharsets.US_ASCII)));
    assertThat(sink.records).hasSize(1);
    assertThat(HexFormat.of().formatHex(sink.records.get(0)))
        .isEqualTo("535446010005040068656c6c6f");
  }

  @Test
  void asksAfterTheIntervalAgainAfterHalfAndGivesUpAfterTwice() {
    CstpEngine engine = engine();
    opened(engine);
    sink.records.clear();
    sink.events.clear();
    List<Long> asked = new ArrayList<>();
    long start = now;
    while (sink.events.isEmpty()) {
      now += engine.nanosUntilDeadline(now);
      int before = sink.records.size();
      engine.onDeadline(now, sink);
      if (sink.records.size() > before) {
        asked.add((now - start) / SECOND);
      }
    }
    assertThat(asked).containsExactly(10L, 15L, 20L);
    assertThat(sink.events).hasOnlyElementsOfType(TunnelEvent.PeerSilent.class);
    assertThat((now - start) / SECOND).isEqualTo(20);
  }

  @Test
  void announcesNewKeysWhenTheirTimeHasCome() {
    CstpEngine engine = engine();
    opened(engine);
    sink.events.clear();
    for (int second = 0; second < 100; second += 5) {
      now += 5 * SECOND;
      feed(engine, CstpFrame.of(CstpFrame.KEEPALIVE, new byte[0]));
      if (engine.nanosUntilDeadline(now) == 0) {
        engine.onDeadline(now, sink);
      }
    }
    assertThat(sink.events).containsExactly(new TunnelEvent.RekeyDue());
  }

  @Test
  void saysGoodByeWhenLoggingOffAndNothingWhenDetaching() {
    CstpEngine leaving = engine();
    opened(leaving);
    sink.records.clear();
    leaving.end(Farewell.DETACH, now, sink);
    assertThat(sink.records).isEmpty();
    CstpEngine off = engine();
    opened(off);
    sink.records.clear();
    off.end(Farewell.LOG_OFF, now, sink);
    assertThat(sink.records.get(0)).startsWith('S', 'T', 'F', 1, 0, 18, 5, 0, 0xb0);
  }

  @Test
  void theServersGoodByeIsTheEndWithoutControlCharacters() {
    CstpEngine engine = engine();
    opened(engine);
    sink.events.clear();
    feed(
        engine,
        CstpFrame.of(
            CstpFrame.DISCONNECT, "\u0001idle \u001b[2Jtimeout".getBytes(StandardCharsets.UTF_8)));
    assertThat(((TunnelEvent.Ended) sink.events.get(0)).error())
        .hasMessageContaining("idle  [2Jtimeout")
        .hasMessageNotContaining("\u001b");
  }

  @Test
  void anyChangedByteIsEitherBorneOrNamed() {
    byte[] bytes = HEAD.getBytes(StandardCharsets.ISO_8859_1);
    for (int i = 0; i < bytes.length; i++) {
      byte[] changed = bytes.clone();
      changed[i] ^= 0x15;
      CstpEngine engine = engine();
      engine.receive(changed, 0, changed.length, now, new PacketBatch(4, 2048, 0), sink);
      engine.receive(changed, 0, i, now, new PacketBatch(4, 2048, 0), sink);
    }
  }

  private TunnelConfig opened(CstpEngine engine) {
    sink.events.clear();
    feed(engine, HEAD, 11);
    assertThat(sink.events).hasSize(1);
    return ((TunnelEvent.Established) sink.events.get(0)).config();
  }

  private void feed(CstpEngine engine, String text, int piece) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    for (int at = 0; at < bytes.length; at += piece) {
      feed(engine, Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + piece)));
    }
  }

  private void feed(CstpEngine engine, byte[] bytes) {
    engine.receive(bytes, 0, bytes.length, now, new PacketBatch(8, 2048, 0), sink);
  }

  private static CstpEngine engine() {
    return new CstpEngine(
        new TunnelContext(
            new PluginContext(new SecureRandom(), InstantSource.system()),
            new SessionTicket(
                SecretText.of("webvpn=s3cret"), URI.create("https://vpn.test/"), Optional.empty()),
            new Tls(),
            new TunnelSettings(
                OptionalInt.empty(),
                1500,
                true,
                false,
                TunnelSettings.Compression.NONE,
                Optional.empty(),
                new ClientIdentity("linux-64", Optional.empty(), Optional.empty(), "host"),
                OptionValues.NONE),
            Optional.empty()));
  }

  private static final class Tls implements TlsSession {
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
      return new InetSocketAddress(InetAddress.getLoopbackAddress(), 443);
    }

    @Override
    public SecretBytes exported(String label) {
      return SecretBytes.owning(new byte[32]);
    }

    @Override
    public Optional<byte[]> tlsUnique() {
      return Optional.empty();
    }
  }
}
