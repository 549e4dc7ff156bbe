package dev.adit.anyconnect.cstp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.api.packet.PacketBatch;
import dev.adit.api.tunnel.TunnelEvent;
import dev.adit.api.tunnel.TunnelSettings.Compression;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CstpCompressionTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final String ZEROS_40 = "00".repeat(40);

  @ParameterizedTest
  @CsvSource({"STATELESS, 'oc-lz4,lzs'", "ALL, 'oc-lz4,lzs,deflate'"})
  void offersWhatTheModeAllows(Compression mode, String names) {
    Tunnel tunnel = of(mode, true);
    tunnel.engine.start(0, tunnel);
    assertThat(tunnel.sent.get(0))
        .contains("X-CSTP-Accept-Encoding: " + names + "\r\n")
        .contains("X-DTLS-Accept-Encoding: oc-lz4,lzs\r\n");
  }

  @Test
  void offersNothingUnlessAsked() {
    Tunnel tunnel = of(Compression.NONE, true);
    tunnel.engine.start(0, tunnel);
    assertThat(tunnel.sent.get(0)).doesNotContain("Encoding");
  }

  @ParameterizedTest
  @CsvSource({
    "oc-lz4, 1f0001000f500000000000",
    "lzs, 00607ffc7000",
    "deflate, 6260200e00000000ffff00280001"
  })
  void readsACompressedPacket(String encoding, String payload) {
    Tunnel tunnel = of(Compression.ALL, false);
    tunnel.answer("X-CSTP-Content-Encoding: " + encoding);
    tunnel.receiveHex(frame("08", payload));
    tunnel.receiveHex(frame("00", "45"));
    assertThat(tunnel.packets).containsExactly(ZEROS_40, "45");
  }

  @ParameterizedTest
  @CsvSource({"oc-lz4", "lzs", "deflate"})
  void writesWhatAnotherEngineReads(String encoding) {
    Tunnel sender = of(Compression.ALL, false);
    sender.answer("X-CSTP-Content-Encoding: " + encoding);
    Tunnel receiver = of(Compression.ALL, false);
    receiver.answer("X-CSTP-Content-Encoding: " + encoding);
    byte[] dull = new byte[1400];
    Arrays.fill(dull, (byte) 'E');
    byte[] busy = new byte[1400];
    new Random(7).nextBytes(busy);
    byte[] small = new byte[30];
    PacketBatch batch = new PacketBatch(8, 2048, 64);
    for (byte[] packet : new byte[][] {dull, busy, small, dull}) {
      batch.append(packet, 0, packet.length);
    }
    sender.engine.frame(batch, 0);
    int[] types = new int[4];
    for (int i = 0; i < 4; i++) {
      types[i] = batch.array()[batch.offset(i) + 6];
      receiver.receive(
          Arrays.copyOfRange(batch.array(), batch.offset(i), batch.offset(i) + batch.length(i)));
    }
    assertThat(types).as("what does not shrink goes as it is").containsExactly(8, 0, 0, 8);
    assertThat(batch.length(0)).isLessThan(100);
    assertThat(receiver.packets)
        .containsExactly(
            HEX.formatHex(dull), HEX.formatHex(busy), HEX.formatHex(small), HEX.formatHex(dull));
  }

  @ParameterizedTest
  @CsvSource({"oc-lz4, ff", "lzs, 8001 80", "lzs, ''"})
  void aDamagedPacketIsLostAndNoMore(String encoding, String payload) {
    Tunnel tunnel = of(Compression.ALL, false);
    tunnel.answer("X-CSTP-Content-Encoding: " + encoding);
    tunnel.receiveHex(frame("08", payload.replace(" ", "")));
    tunnel.receiveHex(frame("00", "45"));
    assertThat(tunnel.packets).containsExactly("45");
    assertThat(tunnel.events).hasSize(1);
  }

  @Test
  void aBrokenStreamFailsTheConnection() {
    Tunnel tunnel = of(Compression.ALL, false);
    tunnel.answer("X-CSTP-Content-Encoding: deflate");
    tunnel.receiveHex(frame("08", "6260200e00000000ffff00280002"));
    assertThat(tunnel.packets).isEmpty();
    assertThat(tunnel.events.get(1))
        .isInstanceOfSatisfying(
            TunnelEvent.Failed.class,
            f ->
                assertThat(f.error())
                    .hasMessageContaining("deflate")
                    .hasMessageContaining("damaged"));
  }

  @ParameterizedTest
  @CsvSource({"STATELESS, deflate", "ALL, brotli", "NONE, lzs"})
  void anEncodingThatWasNotOfferedFailsTheConnection(Compression mode, String encoding) {
    Tunnel tunnel = of(mode, false);
    tunnel.answer("X-CSTP-Content-Encoding: " + encoding);
    assertThat(tunnel.only(TunnelEvent.Failed.class).error())
        .hasMessageContaining("X-CSTP-Content-Encoding")
        .hasMessageContaining(encoding);
  }

  @Test
  void anEncodingForDtlsThatWasNotOfferedFailsTheConnectionToo() {
    Tunnel tunnel = of(Compression.ALL, true);
    tunnel.answer(
        "X-DTLS-Port: 443",
        "X-DTLS-App-ID: " + "ab".repeat(32),
        "X-DTLS-CipherSuite: PSK-NEGOTIATE",
        "X-DTLS-Content-Encoding: deflate");
    assertThat(tunnel.only(TunnelEvent.Failed.class).error())
        .hasMessageContaining("X-DTLS-Content-Encoding")
        .hasMessageContaining("one of oc-lz4,lzs")
        .hasMessageContaining("deflate");
  }

  private static Tunnel of(Compression mode, boolean datagrams) {
    Tunnel.Wishes wishes = new Tunnel.Wishes();
    wishes.compression = mode;
    wishes.datagrams = datagrams;
    return new Tunnel(wishes);
  }

  private static String frame(String type, String payload) {
    return "53544601 %04x %s 00 %s".formatted(payload.length() / 2, type, payload);
  }
}
