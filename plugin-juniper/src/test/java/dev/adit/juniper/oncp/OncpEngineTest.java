package dev.adit.juniper.oncp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.api.OptionValues;
import dev.adit.api.PluginContext;
import dev.adit.api.auth.ClientIdentity;
import dev.adit.api.auth.SessionTicket;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.packet.PacketBatch;
import dev.adit.api.secret.SecretText;
import dev.adit.api.tunnel.EngineOutput;
import dev.adit.api.tunnel.TunnelContext;
import dev.adit.api.tunnel.TunnelEvent;
import dev.adit.api.tunnel.TunnelSettings;
import dev.adit.juniper.FixedTls;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Bytes against bytes; the images were accepted by openconnect 9.01. */
class OncpEngineTest {
  private static final String HEAD = "HTTP/1.1 200 OK\r\nNCP-Version: 3\r\n\r\n";
  private static final byte[] STATUS = hex("010000");
  private static final byte[] CONFIGURATION =
      hex(
          "3e00 000000000000012d010000000000000000 00 002a"
              + "0006 0000000a 0002 00000004 00000578"
              + "0001 00000014 0001 00000004 0a630002 0002 00000004 ffffffff");
  private static final byte[] PACKET = hex("450000146ab00000400100000a6300010a630002");

  private final List<TunnelEvent> events = new ArrayList<>();
  private final List<byte[]> sent = new ArrayList<>();
  private final EngineOutput out =
      new EngineOutput() {
        @Override
        public void send(byte[] bytes, int offset, int length) {
          sent.add(Arrays.copyOfRange(bytes, offset, offset + length));
        }

        @Override
        public void event(TunnelEvent event) {
          events.add(event);
        }
      };
  private final PacketBatch packets = new PacketBatch(64, 4096, 64);
  private final OncpEngine engine = new OncpEngine(context());

  @Test
  void opensAsServersWantIt() {
    engine.start(0, out);
    assertThat(new String(sent.get(0), StandardCharsets.US_ASCII))
        .startsWith("POST /dana/js?prot=1&svc=4 HTTP/1.1\r\nHost: vpn.test:8443\r\n")
        .contains("\r\nCookie: DSID=0123456789abcdef\r\nNCP-Version: 3\r\n")
        .endsWith("\r\nConnection: close\r\nContent-Length: 256\r\n\r\n");
    receive(HEAD.getBytes(StandardCharsets.US_ASCII));
    assertThat(sent.get(1)).isEqualTo(hex("0f00 0004000000 0200 766d bb0100000000"));
    receive(STATUS);
    receive(CONFIGURATION);
    TunnelEvent.Established up = (TunnelEvent.Established) events.get(0);
    assertThat(up.config().ipv4().orElseThrow()).hasToString("10.99.0.2/32");
    assertThat(up.config().mtu()).isEqualTo(1400);
    assertThat(up.config().isFullTunnel()).isTrue();
    assertThat(sent.get(2))
        .isEqualTo(
            hex(
                "2400 000000000000012f010000000100000000 00 0010"
                    + "0006 0000000a 0002 00000004 00000578"));
  }

  @Property
  void borderOfTlsRecordsMeansNothing(@ForAll @IntRange(min = 1, max = 40) int step)
      throws Exception {
    events.clear();
    packets.clear();
    OncpEngine fresh = new OncpEngine(context());
    byte[] all = join(HEAD.getBytes(StandardCharsets.US_ASCII), STATUS, CONFIGURATION, data(2));
    for (int at = 0; at < all.length; at += step) {
      int n = Math.min(step, all.length - at);
      assertThat(fresh.receive(all, at, n, 0, packets, out)).isEqualTo(n);
    }
    assertThat(events).hasSize(1);
    assertThat(packets.count()).isEqualTo(2);
    assertThat(packet(1)).isEqualTo(PACKET);
    fresh.close();
  }

  @Test
  void statusMayShareItsRecordWithTheConfiguration() {
    byte[] joined = join(hex("3f00 00"), Arrays.copyOfRange(CONFIGURATION, 2, 64));
    begin();
    receive(joined);
    assertThat(events).singleElement().isInstanceOf(TunnelEvent.Established.class);
  }

  @Test
  void configurationMayBeCutWithDataInBetween() {
    begin();
    receive(STATUS);
    byte[] body = Arrays.copyOfRange(CONFIGURATION, 2, CONFIGURATION.length);
    receive(join(hex("1e00"), Arrays.copyOf(body, 30)));
    byte[] between = data(1);
    between[2 + 8] = 0;
    receive(between);
    receive(join(hex("2000"), Arrays.copyOfRange(body, 30, 62)));
    assertThat(events).singleElement().isInstanceOf(TunnelEvent.Established.class);
  }

  @Test
  void framesOnePacketPerRecordAndOnlyIpv4() {
    PacketBatch batch = new PacketBatch(2, 256, 64);
    batch.append(PACKET, 0, PACKET.length);
    byte[] six = new byte[40];
    six[0] = 0x60;
    batch.append(six, 0, six.length);
    engine.frame(batch, 0);
    assertThat(
            Arrays.copyOfRange(batch.array(), batch.offset(0), batch.offset(0) + batch.length(0)))
        .isEqualTo(join(hex("2800 000000000000012c010000000100000000 00 0014"), PACKET));
    assertThat(batch.length(1)).isZero();
  }

  @Test
  void endsWithTheReasonInWords() {
    open();
    receive(hex("0000 08"));
    assertThat(ended().getMessage()).contains("idle");
    assertThat(ended().kind()).isEqualTo(Kind.OTHER);
  }

  @Test
  void cookieThatIsNotAcceptedIsNamed() {
    receive("HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    assertThat(ended().kind()).isEqualTo(Kind.SESSION_REFUSED);
    assertThat(ended().getMessage()).contains("DSID").contains("log in again");
    assertThat(ended().getMessage()).doesNotContain("0123456789abcdef");
  }

  @Test
  void gatewayOfPulseAloneIsNamed() {
    begin();
    receive(hex("0100 08"));
    assertThat(ended().getMessage()).contains("Pulse");
  }

  @Test
  void unknownMessagesAreSkipped() {
    open();
    receive(join(hex("1600 0000000000000130010000000000000000 00 0002 0000"), data(1)));
    assertThat(packets.count()).isEqualTo(1);
    assertThat(events).hasSize(1);
  }

  @Test
  void badLengthsAreNamedAndFail() {
    for (String bad :
        List.of(
            "0006 ffffffff",
            "0006 0000000a 0002 00000005 00000578",
            "0006 0000",
            "0001 00000000")) {
      OncpEngine fresh = new OncpEngine(context());
      events.clear();
      byte[] record = OncpRecord.message(Kmp.CONFIGURATION, hex(bad), false);
      byte[] all = join(HEAD.getBytes(StandardCharsets.US_ASCII), STATUS, record);
      fresh.receive(all, 0, all.length, 0, packets, out);
      assertThat(events).as(bad).singleElement().isInstanceOf(TunnelEvent.Failed.class);
      assertThat(((TunnelEvent.Failed) events.get(0)).error().kind())
          .isEqualTo(Kind.PEER_VIOLATION);
    }
  }

  @Property
  void arbitraryBytesNeverThrow(@ForAll byte[] noise) {
    OncpEngine fresh = new OncpEngine(context());
    byte[] all = join(HEAD.getBytes(StandardCharsets.US_ASCII), STATUS, CONFIGURATION, noise);
    packets.clear();
    fresh.receive(all, 0, all.length, 0, packets, out);
    OncpEngine raw = new OncpEngine(context());
    raw.receive(noise, 0, noise.length, 0, packets, out);
    fresh.close();
    raw.close();
  }

  private void begin() {
    receive(HEAD.getBytes(StandardCharsets.US_ASCII));
  }

  private void open() {
    begin();
    receive(STATUS);
    receive(CONFIGURATION);
  }

  private void receive(byte[] bytes) {
    engine.receive(bytes, 0, bytes.length, 0, packets, out);
  }

  private VpnException ended() {
    return ((TunnelEvent.Ended) events.get(events.size() - 1)).error();
  }

  private byte[] packet(int i) {
    return Arrays.copyOfRange(
        packets.array(), packets.offset(i), packets.offset(i) + packets.length(i));
  }

  /** Several packets in one message. */
  private static byte[] data(int count) {
    ByteArrayOutputStream payload = new ByteArrayOutputStream();
    for (int i = 0; i < count; i++) {
      payload.writeBytes(PACKET);
    }
    return OncpRecord.message(Kmp.DATA, payload.toByteArray(), false);
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text.replace(" ", ""));
  }

  private static TunnelContext context() {
    return new TunnelContext(
        new PluginContext(new SecureRandom(), Clock.systemUTC()),
        new SessionTicket(
            SecretText.of("DSID=0123456789abcdef"),
            URI.create("https://vpn.test:8443/"),
            Optional.empty()),
        new FixedTls(),
        new TunnelSettings(
            OptionalInt.empty(),
            1500,
            true,
            true,
            TunnelSettings.Compression.NONE,
            Optional.empty(),
            new ClientIdentity("linux-64", Optional.empty(), Optional.empty(), "vm"),
            new OptionValues(Map.of())),
        Optional.empty());
  }
}
