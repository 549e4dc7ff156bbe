package dev.adit.anyconnect.cstp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.api.error.PeerViolationException;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.packet.PacketBatch;
import dev.adit.api.secret.SecretBytes;
import dev.adit.api.tunnel.TunnelEngine.CarrierKind;
import dev.adit.api.tunnel.TunnelEngine.Farewell;
import dev.adit.api.tunnel.TunnelEvent;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames as bytes, in both directions. */
class CstpFramesTest {
  private static final HexFormat HEX = HexFormat.of();

  /** An IPv4 header alone, to be told from other bytes. */
  private static final String PACKET = "4500001400000000400100000a0000010a000002";

  @Test
  void aPacketIsFramedInItsHeadroom() {
    Tunnel tunnel = Tunnel.open();
    assertThat(tunnel.engine.headroom()).isEqualTo(8);
    PacketBatch batch = new PacketBatch(4, 20_000, 8);
    byte[] packet = HEX.parseHex(PACKET);
    batch.append(packet, 0, packet.length);
    batch.append(packet, 0, 0);
    batch.append(new byte[16_377], 0, 16_377);
    batch.append(new byte[16_376], 0, 16_376);
    tunnel.engine.frame(batch, tunnel.now());
    assertThat(hex(batch, 0, 28))
        .isEqualTo(
            "53544601" // S T F 1
                + "0014" // 20 bytes
                + "00" // data
                + "00"
                + PACKET);
    assertThat(batch.offset(0)).isEqualTo(batch.slotStart(0));
    assertThat(batch.length(0)).isEqualTo(28);
    assertThat(batch.length(1)).isZero();
    assertThat(batch.length(2)).as("longer than a TLS record").isZero();
    assertThat(batch.length(3)).isEqualTo(16_384);
    assertThat(hex(batch, 3, 8)).isEqualTo("535446013ff80000");
  }

  @Test
  void packetsOfBothFamiliesComeOut() {
    Tunnel tunnel = Tunnel.open();
    tunnel.receiveHex("53544601 0014 00 00" + PACKET + "53544601 0001 00 00 60");
    assertThat(tunnel.packets).containsExactly(PACKET, "60");
  }

  @Test
  void framesMayStandRightBehindTheHead() {
    Tunnel tunnel = new Tunnel(new Tunnel.Wishes());
    tunnel.engine.start(tunnel.now(), tunnel);
    byte[] head = Tunnel.head();
    byte[] both = Arrays.copyOf(head, head.length + 28);
    System.arraycopy(HEX.parseHex("5354460100140000" + PACKET), 0, both, head.length, 28);
    tunnel.receive(both);
    assertThat(tunnel.packets).containsExactly(PACKET);
  }

  @Test
  void aProbeIsAnsweredWithItsOwnBytes() {
    Tunnel tunnel = Tunnel.open();
    tunnel.receiveHex("53544601 0005 03 00 68656c6c6f");
    assertThat(tunnel.sent).containsExactly("0.0 " + "5354460100050400" + "68656c6c6f");
  }

  @Test
  void ourProbeIsAnsweredByAnEvent() {
    Tunnel tunnel = Tunnel.open();
    tunnel.engine.probe(tunnel.now(), tunnel);
    assertThat(tunnel.sent).containsExactly("0.0 5354460100000300");
    tunnel.receiveHex("53544601 0000 04 00");
    assertThat(tunnel.events.get(1)).isEqualTo(new TunnelEvent.ProbeAnswered());
  }

  @Test
  void theCarrierChangesWithoutAWord() {
    Tunnel tunnel = Tunnel.open();
    tunnel.engine.useCarrier(CarrierKind.DATAGRAM, tunnel.now(), tunnel);
    assertThat(tunnel.sent).isEmpty();
    assertThat(tunnel.events.get(1))
        .isEqualTo(new TunnelEvent.CarrierConfirmed(CarrierKind.DATAGRAM));
  }

  @Test
  void loggingOffSaysWhyAndDetachingNothing() {
    Tunnel tunnel = Tunnel.open();
    tunnel.engine.end(Farewell.LOG_OFF, tunnel.now(), tunnel);
    assertThat(tunnel.sent)
        .containsExactly("0.0 5354460100120500" + "b041626f727465642062792063616c6c6572");
    Tunnel other = Tunnel.open();
    other.engine.end(Farewell.DETACH, other.now(), other);
    assertThat(other.sent).isEmpty();
    Tunnel unborn = new Tunnel(new Tunnel.Wishes());
    unborn.engine.end(Farewell.LOG_OFF, unborn.now(), unborn);
    assertThat(unborn.sent).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "53544601 0000 05 00, no reason given",
    "53544601 0001 05 00 01, reason 01",
    "53544601 0007 05 00 04 4c6f676f6666, Logoff",
    "53544601 0006 05 00 04 1b5b31 0a 41, [1 A",
    "53544601 0000 09 00, the server ended the session",
  })
  void theServerEndsTheSessionInWords(String frame, String words) {
    Tunnel tunnel = Tunnel.open();
    tunnel.receiveHex(frame + "53544601 0001 00 00 60");
    VpnException error = ((TunnelEvent.Ended) tunnel.events.get(1)).error();
    assertThat(error.kind()).isEqualTo(Kind.OTHER);
    assertThat(error.getMessage()).contains(words).doesNotContain("\u001b");
    assertThat(tunnel.packets).as("what follows the end").isEmpty();
    assertThat(tunnel.events).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 6, 10, 255})
  void unknownTypesAreSkipped(int type) {
    Tunnel tunnel = Tunnel.open();
    tunnel.receiveHex("53544601 0002 %02x 00 ffff".formatted(type) + "53544601 0001 00 00 60");
    assertThat(tunnel.packets).containsExactly("60");
    assertThat(tunnel.events).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "53544602 0000 00 00, '53 54 46 01, got 53 54 46 02'",
    "00000000 0000 00 00, got 00 00 00 00",
    "485454502f312e31, got 48 54 54 50",
    "53544601 3ff9 00 00, 'at most 16376 bytes, got 16377 bytes'",
    "53544601 ffff 07 00, got 65535 bytes",
    "53544601 0001 08 00 00, a compressed packet",
  })
  void whatIsNoFrameLosesTheConnection(String bytes, String words) {
    Tunnel tunnel = Tunnel.open();
    tunnel.receiveHex("53544601 0001 00 00 60" + bytes);
    VpnException error = ((TunnelEvent.Failed) tunnel.events.get(1)).error();
    assertThat(error).isInstanceOf(PeerViolationException.class).hasMessageContaining(words);
    assertThat(tunnel.packets).containsExactly("60");
    tunnel.receiveHex("53544601 0001 00 00 60");
    assertThat(tunnel.packets).hasSize(1);
    assertThat(tunnel.events).hasSize(2);
  }

  @Test
  void packetsLongerThanTheMtuAreTaken() {
    Tunnel tunnel = Tunnel.open();
    tunnel.receiveHex("53544601 3ff8 00 00" + "45".repeat(16_376));
    assertThat(tunnel.packets.get(0)).hasSize(2 * 16_376);
  }

  @Test
  void aPrefixOfAFrameWaitsForTheRest() {
    byte[] frame = HEX.parseHex("5354460100140000" + PACKET);
    for (int cut = 0; cut <= frame.length; cut++) {
      Tunnel tunnel = Tunnel.open();
      tunnel.receive(frame, 0, cut);
      assertThat(tunnel.packets).hasSize(cut == frame.length ? 1 : 0);
      tunnel.receive(frame, cut, frame.length - cut);
      assertThat(tunnel.packets).containsExactly(PACKET);
      assertThat(tunnel.events).hasSize(1);
    }
  }

  @Test
  void oneByteChangedIsReadOrRefused() {
    byte[] frames =
        HEX.parseHex("5354460100140000" + PACKET + "5354460100000300" + "5354460100000500");
    for (int at = 0; at < frames.length; at++) {
      for (int value = 0; value < 256; value++) {
        byte[] changed = frames.clone();
        changed[at] = (byte) value;
        Tunnel tunnel = Tunnel.open();
        tunnel.receive(changed);
        assertThat(tunnel.events).hasSizeLessThanOrEqualTo(3);
      }
    }
  }

  @Test
  void randomBytesAreReadOrRefused() {
    Random random = new Random(53544601L);
    byte[] magic = HEX.parseHex("53544601");
    for (int run = 0; run < 3000; run++) {
      byte[] bytes = new byte[8 + random.nextInt(100)];
      random.nextBytes(bytes);
      if (run % 4 != 0) {
        System.arraycopy(magic, 0, bytes, 0, 4);
        bytes[4] = 0;
        bytes[5] = (byte) random.nextInt(40);
        bytes[6] = (byte) random.nextInt(12);
      }
      Tunnel tunnel = Tunnel.open();
      tunnel.receive(bytes);
      for (TunnelEvent event : tunnel.events) {
        if (event instanceof TunnelEvent.Failed failed) {
          assertThat(failed.error()).isInstanceOf(PeerViolationException.class);
        }
      }
    }
  }

  private static String hex(PacketBatch batch, int index, int length) {
    return HEX.formatHex(batch.array(), batch.offset(index), batch.offset(index) + length);
  }

  @Test
  void keysThatTheConnectionGaveAreWipedWithTheTunnel() {
    Tunnel.Wishes wishes = new Tunnel.Wishes();
    wishes.datagrams = true;
    Tunnel tunnel = new Tunnel(wishes);
    tunnel.answer(
        "X-DTLS-Port: 443",
        "X-DTLS-App-ID: " + "ab".repeat(32),
        "X-DTLS-CipherSuite: PSK-NEGOTIATE");
    assertThat(wishes.exported).hasSize(1).noneMatch(SecretBytes::isClosed);
    tunnel.engine.close();
    assertThat(wishes.exported).allMatch(SecretBytes::isClosed);
  }
}
