package dev.adit.juniper.oncp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.api.datagram.EspOffer;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.packet.PacketBatch;
import dev.adit.api.tunnel.EngineOutput;
import dev.adit.api.tunnel.TunnelEngine.CarrierKind;
import dev.adit.api.tunnel.TunnelEvent;
import dev.adit.juniper.MadeTunnel;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
  private final List<String> order = new ArrayList<>();
  private final EngineOutput out =
      new EngineOutput() {
        @Override
        public void send(byte[] bytes, int offset, int length) {
          order.add("send");
          sent.add(Arrays.copyOfRange(bytes, offset, offset + length));
        }

        @Override
        public void event(TunnelEvent event) {
          order.add("event");
          events.add(event);
        }
      };
  private final PacketBatch packets = new PacketBatch(64, 4096, 64);
  private final OncpEngine engine = new OncpEngine(MadeTunnel.context());

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
    OncpEngine fresh = new OncpEngine(MadeTunnel.context());
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

  /** The smallest configuration with ESP that openconnect 9.01 took. */
  private static final byte[] WITH_ESP =
      hex(
          "b000 000000000000012d010000000000000000 00 009c"
              + "0006 0000000a 0002 00000004 00000578"
              + "0001 00000014 0001 00000004 0a630002 0002 00000004 ffffffff"
              + "0008 00000016 0001 00000001 02 0002 00000001 02 0004 00000002 1194"
              + "0007 00000050 0001 00000004 11223344 0002 00000040"
              + "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f"
              + "a0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebf");

  private static final byte[] NEW_KEYS =
      hex(
          "6a00 000000000000012e010000000000000000 00 0056"
              + "0007 00000050 0001 00000004 55667788 0002 00000040"
              + "c0".repeat(64));

  @Test
  void answersWithMtuAndKeysInOneRecord() {
    begin();
    receive(STATUS);
    receive(WITH_ESP);
    byte[] answer = sent.get(1);
    assertThat(Arrays.copyOf(answer, 2 + 36 + 20 + 12))
        .isEqualTo(
            join(
                hex(
                    "8e00 000000000000012f010000000100000000 00 0010"
                        + "0006 0000000a 0002 00000004 00000578"
                        + "000000000000012e010000000100000000 00 0056"
                        + "0007 00000050 0001 00000004")));
    assertThat(answer).hasSize(144);
    TunnelEvent.Established up = (TunnelEvent.Established) events.get(0);
    EspOffer offer = (EspOffer) up.offers().get(0);
    assertThat(up.noDatagram()).isEmpty();
    assertThat(offer.outbound().spi()).isEqualTo(0x11223344);
    assertThat(offer.outbound().encryptionKey().expose())
        .isEqualTo(hex("808182838485868788898a8b8c8d8e8f"));
    assertThat(up.config().raw()).doesNotContainKeys("oncp-7-1", "oncp-7-2");
  }

  @Test
  void switchesEspOnAndOffOnce() {
    open();
    sent.clear();
    engine.useCarrier(CarrierKind.TLS, 0, out);
    assertThat(sent).isEmpty();
    engine.useCarrier(CarrierKind.DATAGRAM, 0, out);
    engine.useCarrier(CarrierKind.DATAGRAM, 0, out);
    engine.useCarrier(CarrierKind.TLS, 0, out);
    String head = "2100 000000000000012f010000000100000000 00 000d 0006 00000007 0001 00000001";
    assertThat(sent).containsExactly(hex(head + "01"), hex(head + "00"));
    assertThat(events.subList(1, events.size()))
        .containsExactly(
            new TunnelEvent.CarrierConfirmed(CarrierKind.TLS),
            new TunnelEvent.CarrierConfirmed(CarrierKind.DATAGRAM),
            new TunnelEvent.CarrierConfirmed(CarrierKind.DATAGRAM),
            new TunnelEvent.CarrierConfirmed(CarrierKind.TLS));
  }

  @Test
  void newKeysAreInUseBeforeTheyAreAnswered() {
    begin();
    receive(STATUS);
    receive(WITH_ESP);
    sent.clear();
    receive(NEW_KEYS);
    TunnelEvent.OffersChanged changed = (TunnelEvent.OffersChanged) events.get(1);
    EspOffer fresh = (EspOffer) changed.offers().get(0);
    assertThat(order).endsWith("event", "send");
    assertThat(fresh.outbound().spi()).isEqualTo(0x55667788);
    byte[] answer = sent.get(0);
    assertThat(answer).hasSize(108);
    assertThat(Arrays.copyOf(answer, 34))
        .isEqualTo(
            hex("6a00 000000000000012e010000000100000000 00 0056" + "0007 00000050 0001 00000004"));
    assertThat(Arrays.copyOfRange(answer, 34, 38))
        .isEqualTo(hex("%08x".formatted(fresh.inbound().spi())));
  }

  @Test
  void newKeysThatCannotBeUsedWithdrawEspAndAreNotAnswered() {
    begin();
    receive(STATUS);
    receive(WITH_ESP);
    sent.clear();
    byte[] zeroSpi = NEW_KEYS.clone();
    Arrays.fill(zeroSpi, 34, 38, (byte) 0);
    receive(zeroSpi);
    TunnelEvent.OffersChanged changed = (TunnelEvent.OffersChanged) events.get(1);
    assertThat(changed.offers()).isEmpty();
    assertThat(changed.noDatagram()).contains("SPI (7/1)");
    assertThat(sent).isEmpty();
    receive(data(1));
    assertThat(packets.count()).isEqualTo(1);
  }

  @Test
  void newKeysWithoutEspAreSkipped() {
    open();
    int before = sent.size();
    receive(join(NEW_KEYS, data(1)));
    assertThat(sent).hasSize(before);
    assertThat(packets.count()).isEqualTo(1);
  }

  /** Cut into pieces of each size, and with data in a record of its own in the middle. */
  @Property
  void newKeysMayBeCutAnywhere(@ForAll @IntRange(min = 1, max = 105) int size) {
    events.clear();
    OncpEngine fresh = new OncpEngine(MadeTunnel.context());
    take(fresh, join(HEAD.getBytes(StandardCharsets.US_ASCII), STATUS, WITH_ESP));
    byte[] body = Arrays.copyOfRange(NEW_KEYS, 2, NEW_KEYS.length);
    byte[] between = data(1);
    between[2 + 8] = 0;
    for (int at = 0; at < body.length; at += size) {
      int end = Math.min(body.length, at + size);
      take(fresh, OncpRecord.of(Arrays.copyOfRange(body, at, end)));
      if (at >= Kmp.HEADER_BYTES && end < body.length) {
        packets.clear();
        take(fresh, between);
        assertThat(packet(0)).isEqualTo(PACKET);
      }
    }
    assertThat(events.get(events.size() - 1)).isInstanceOf(TunnelEvent.OffersChanged.class);
    packets.clear();
    take(fresh, data(1));
    assertThat(packets.count()).isEqualTo(1);
    fresh.close();
  }

  /** A packet of data that looks like a message is a packet all the same. */
  @Test
  void whatLiesInsideOfDataIsNoMessage() {
    open();
    byte[] packet = new byte[100];
    System.arraycopy(PACKET, 0, packet, 0, 20);
    packet[3] = 100;
    byte[] message = Kmp.message(Kmp.DATA, packet, false);
    byte[] rest = Arrays.copyOfRange(message, 40, 120);
    byte[] disguise = Kmp.message(Kmp.DATA, PACKET, false);
    disguise[8] = 0;
    System.arraycopy(disguise, 0, rest, 0, disguise.length);
    receive(OncpRecord.of(Arrays.copyOf(message, 40)));
    receive(OncpRecord.of(Arrays.copyOf(rest, 40)));
    receive(OncpRecord.of(Arrays.copyOfRange(rest, 40, 80)));
    assertThat(packets.count()).isEqualTo(1);
    assertThat(packets.length(0)).isEqualTo(100);
  }

  /** More packets in a message than the batch has room for: the engine keeps its place. */
  @Property
  void losesNothingWhereTheBatchIsSmall(
      @ForAll @IntRange(min = 1, max = 5) int capacity,
      @ForAll @IntRange(min = 1, max = 60) int step,
      @ForAll @IntRange(min = 1, max = 30) int count) {
    OncpEngine fresh = new OncpEngine(MadeTunnel.context());
    PacketBatch small = new PacketBatch(capacity, 256, 0);
    ByteArrayOutputStream payload = new ByteArrayOutputStream();
    for (int i = 0; i < count; i++) {
      byte[] numbered = Arrays.copyOf(PACKET, 20 + i);
      numbered[3] = (byte) (20 + i);
      payload.writeBytes(numbered);
    }
    byte[] message = Kmp.message(Kmp.DATA, payload.toByteArray(), false);
    byte[] all =
        join(
            HEAD.getBytes(StandardCharsets.US_ASCII),
            STATUS,
            CONFIGURATION,
            OncpRecord.of(Arrays.copyOf(message, message.length / 2)),
            OncpRecord.of(
                Arrays.copyOfRange(message, message.length / 2, message.length), message));
    List<Integer> lengths = new ArrayList<>();
    for (int at = 0; at < all.length; ) {
      int taken = fresh.receive(all, at, Math.min(step, all.length - at), 0, small, out);
      at += taken;
      assertThat(taken).isPositive();
      for (int i = 0; small.isFull() && i < small.count(); i++) {
        lengths.add(small.length(i));
      }
      if (small.isFull()) {
        small.clear();
      }
    }
    for (int i = 0; i < small.count(); i++) {
      lengths.add(small.length(i));
    }
    assertThat(lengths).hasSize(2 * count);
    for (int i = 0; i < 2 * count; i++) {
      assertThat(lengths.get(i)).isEqualTo(20 + i % count);
    }
    fresh.close();
  }

  @Test
  void packetsOfWrongLengthsFail() {
    for (String bad :
        List.of(
            "450000136ab00000400100000a6300010a630002",
            "450000156ab00000400100000a6300010a630002",
            "650000146ab00000400100000a6300010a630002",
            "4500001400",
            "450000146ab00000400100000a6300010a63000245")) {
      OncpEngine fresh = new OncpEngine(MadeTunnel.context());
      events.clear();
      take(
          fresh,
          join(
              HEAD.getBytes(StandardCharsets.US_ASCII),
              STATUS,
              CONFIGURATION,
              OncpRecord.message(Kmp.DATA, hex(bad), false)));
      assertThat(events.get(events.size() - 1)).as(bad).isInstanceOf(TunnelEvent.Failed.class);
    }
  }

  @Test
  void emptyMessagesAreNothing() {
    open();
    receive(
        join(
            OncpRecord.message(Kmp.DATA, new byte[0], false),
            OncpRecord.message(304, new byte[0], false),
            data(1)));
    assertThat(packets.count()).isEqualTo(1);
    assertThat(events).hasSize(1);
    // Keys of length 0 where ESP is in use: there are none.
    OncpEngine fresh = new OncpEngine(MadeTunnel.context());
    events.clear();
    take(
        fresh,
        join(
            HEAD.getBytes(StandardCharsets.US_ASCII),
            STATUS,
            WITH_ESP,
            OncpRecord.message(Kmp.KEYS, new byte[0], false)));
    assertThat(((TunnelEvent.OffersChanged) events.get(1)).noDatagram()).contains("SPI (7/1)");
  }

  /** The most that two bytes can say is -1 to who reads them as signed. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "300 | 65535 | packet in KMP 300: expected IPv4 of 20 to 65515 bytes, got version 0",
        "300 | 21    | packet in KMP 300: expected IPv4 of 20 bytes or more, got 1 bytes",
        "302 | 65535 | length of KMP 302: expected at most 2048 bytes, got 65535 bytes",
        "303 | 2049  | length of KMP 303: expected at most 2048 bytes, got 2049 bytes"
      })
  void lengthsBeyondTheRecordAreNamed(int type, int length, String words) {
    open();
    byte[] lie = Kmp.message(type, PACKET, false);
    lie[18] = (byte) (length >> 8);
    lie[19] = (byte) length;
    receive(join(OncpRecord.of(lie), data(1)));
    assertThat(((TunnelEvent.Failed) events.get(events.size() - 1)).error())
        .hasMessageContaining(words);
  }

  /** A configuration may be that long: it is waited for, as long as a connection may take. */
  @Test
  void aConfigurationOfTheGreatestLengthIsWaitedFor() {
    begin();
    byte[] lie = Kmp.message(Kmp.CONFIGURATION, hex("0006 0000000a"), false);
    lie[18] = (byte) 0xff;
    lie[19] = (byte) 0xff;
    receive(join(STATUS, OncpRecord.of(lie)));
    receive(data(1));
    assertThat(events).isEmpty();
    assertThat(packets.count()).isZero();
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
            "",
            "0006 ffffffff",
            "0006 0000000a 0002 00000005 00000578",
            "0006 0000",
            "0001 00000000")) {
      OncpEngine fresh = new OncpEngine(MadeTunnel.context());
      events.clear();
      byte[] record = OncpRecord.message(Kmp.CONFIGURATION, hex(bad), false);
      byte[] all = join(HEAD.getBytes(StandardCharsets.US_ASCII), STATUS, record);
      fresh.receive(all, 0, all.length, 0, packets, out);
      assertThat(events).as(bad).singleElement().isInstanceOf(TunnelEvent.Failed.class);
      assertThat(((TunnelEvent.Failed) events.get(0)).error().kind())
          .isEqualTo(Kind.PEER_VIOLATION);
    }
  }

  /** Group 1: address, mask. 2: name servers. 3: routes. 6: MTU. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0001 00000000                                             | tunnel address: expected at",
        "0001 00000009 0001 00000003 0a6300                        | attribute 1/1: expected 4",
        "0001 0000000b 0001 00000005 0a63000200                    | attribute 1/1: expected 4",
        "0001 0000000a 0001 00000004 00000000                      | got 0.0.0.0/32",
        "0001 0000000a 0001 00000004 7f000001                      | got 127.0.0.1/32",
        "0001 0000000a 0001 00000004 e0000001                      | got 224.0.0.1/32",
        "0001 0000000a 0001 00000004 ffffffff                      | got 255.255.255.255/32",
        "0001 00000014 0001 00000004 0a630002 0002 00000004 ff00ff00 | netmask (1/2): expected a"
            + " contiguous netmask, got 255.0.255.0",
        "0001 0000000a 0001 00000004 0a630002 0002 00000016 0001 00000010"
            + " 00000000000000000000000000000001                       | attribute 2/1: expected 4",
        "0001 0000000a 0001 00000004 0a630002 0003 0000000d 0003 00000007 0a000000ff0000 |"
            + " attribute 3/3: expected 8 bytes, got 7 bytes",
        "0001 0000000a 0001 00000004 0a630002 0003 0000000e 0003 00000008 0a00000000ff0000 |"
            + " split include (3/3): expected a contiguous netmask",
        "0001 0000000a 0001 00000004 0a630002 0006 00000008 0002 00000002 0578 |"
            + " attribute 6/2: expected 4 bytes, got 2 bytes",
        "0001 0000000a 0001 00000004 0a630002 0006 0000000a 0002 00000004 00000000 | got 0",
        "0001 0000000a 0001 00000004 0a630002 0006 0000000a 0002 00000004 ffffffff |"
            + " got 4294967295"
      })
  void whatNoConfigurationCanSayIsNamed(String groups, String words) {
    OncpEngine fresh = new OncpEngine(MadeTunnel.context());
    byte[] bytes = join(hex("0006 0000000a 0002 00000004 00000578"), hex(groups));
    byte[] record = OncpRecord.message(Kmp.CONFIGURATION, bytes, false);
    byte[] all = join(HEAD.getBytes(StandardCharsets.US_ASCII), STATUS, record);
    fresh.receive(all, 0, all.length, 0, packets, out);
    assertThat(events).singleElement().isInstanceOf(TunnelEvent.Failed.class);
    assertThat(((TunnelEvent.Failed) events.get(0)).error()).hasMessageContaining(words);
  }

  @Property
  void arbitraryBytesNeverThrow(@ForAll byte[] noise) {
    OncpEngine fresh = new OncpEngine(MadeTunnel.context());
    byte[] all = join(HEAD.getBytes(StandardCharsets.US_ASCII), STATUS, CONFIGURATION, noise);
    packets.clear();
    fresh.receive(all, 0, all.length, 0, packets, out);
    OncpEngine raw = new OncpEngine(MadeTunnel.context());
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

  private void take(OncpEngine by, byte[] bytes) {
    by.receive(bytes, 0, bytes.length, 0, packets, out);
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
}
