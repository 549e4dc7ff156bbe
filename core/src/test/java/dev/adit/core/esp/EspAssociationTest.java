package dev.adit.core.esp;

import static dev.adit.core.esp.EspFixtures.IV;
import static dev.adit.core.esp.EspFixtures.SECOND;
import static dev.adit.core.esp.EspFixtures.association;
import static dev.adit.core.esp.EspFixtures.batch;
import static dev.adit.core.esp.EspFixtures.contents;
import static dev.adit.core.esp.EspFixtures.ipv4;
import static dev.adit.core.esp.EspFixtures.ipv6;
import static dev.adit.core.esp.EspFixtures.naive;
import static dev.adit.core.esp.EspFixtures.offer;
import static dev.adit.core.esp.EspFixtures.room;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.api.datagram.EspOffer;
import dev.adit.api.datagram.EspOffer.Compression;
import dev.adit.api.datagram.EspOffer.Decompressor;
import dev.adit.api.packet.PacketBatch;
import dev.adit.core.esp.Delivery.Arrival;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EspAssociationTest {
  private final NaiveEsp toPeer = naive(1);
  private final NaiveEsp fromPeer = naive(2);
  private final EspOffer offer = offer(toPeer, fromPeer);
  private final EspAssociation association = association(offer);
  private final PacketBatch packets = room();
  private long number;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 255, 16, 17, 254})
  void paddingHasToCountAndToFit(int padding) {
    // 20 bytes of packet, 12 times 01 02 .., a lie about the length: only 10 would be true.
    byte[] plain = Arrays.copyOf(ipv4(20, 1), 32);
    for (int i = 0; i < 10; i++) {
      plain[20 + i] = (byte) (i + 1);
    }
    plain[30] = (byte) padding;
    plain[31] = 4;
    byte[] datagram = fromPeer.sealPlain(number++, IV, plain);
    Arrival arrival = association.open(datagram, 0, datagram.length, 0, packets);
    // With no padding at all, ten bytes behind the packet are its sender's business.
    boolean fine = padding == 0;
    assertThat(arrival).isEqualTo(Arrival.AUTHENTIC);
    assertThat(packets.count()).isEqualTo(fine ? 1 : 0);
    assertThat(association.drops().malformed()).isEqualTo(fine ? 0 : 1);
  }

  @Test
  void oneWrongPaddingByteIsEnough() {
    for (int wrong = 0; wrong < 10; wrong++) {
      byte[] plain = Arrays.copyOf(ipv4(20, 1), 32);
      for (int i = 0; i < 10; i++) {
        plain[20 + i] = (byte) (i + 1 + (i == wrong ? 1 : 0));
      }
      plain[30] = 10;
      plain[31] = 4;
      byte[] datagram = fromPeer.sealPlain(number++, IV, plain);
      association.open(datagram, 0, datagram.length, 0, packets);
    }
    assertThat(packets.isEmpty()).isTrue();
    assertThat(association.drops().malformed()).isEqualTo(10);
  }

  @Test
  void morePaddingThanNeededIsLegal() {
    byte[] packet = ipv4(30, 1);
    byte[] plain = Arrays.copyOf(packet, 30 + 240 + 2);
    for (int i = 0; i < 240; i++) {
      plain[30 + i] = (byte) (i + 1);
    }
    plain[270] = (byte) 240;
    plain[271] = 4;
    byte[] datagram = fromPeer.sealPlain(number++, IV, plain);
    association.open(datagram, 0, datagram.length, 0, packets);
    assertThat(contents(packets)).containsExactly(packet);
  }

  @Test
  void othersSpisAreCountedApart() {
    byte[] datagram = fromPeer.seal(0, IV, ipv4(40, 1), 4);
    for (int spi : new int[] {0, 1, fromPeer.spi ^ 1, toPeer.spi}) {
      Wire.put32(datagram, 0, spi);
      assertThat(association.open(datagram, 0, datagram.length, 0, packets))
          .isEqualTo(Arrival.REFUSED);
    }
    assertThat(association.unknownSpi()).isEqualTo(4);
    assertThat(association.drops().unauthenticated()).isEqualTo(4);
  }

  @Test
  void nextHeadersSortPayloads() {
    assertThat(receive(ipv4(40, 1), 4)).isEqualTo(Arrival.AUTHENTIC);
    assertThat(receive(ipv6(80, 1), 41)).isEqualTo(Arrival.AUTHENTIC);
    assertThat(contents(packets)).containsExactly(ipv4(40, 1), ipv6(80, 1));
    packets.clear();

    assertThat(receive(new byte[1], 4)).isEqualTo(Arrival.PROBE_ANSWER);
    assertThat(receive(new byte[1], 41)).isEqualTo(Arrival.PROBE_ANSWER);
    assertThat(receive(new byte[1], 59)).isEqualTo(Arrival.AUTHENTIC);
    assertThat(receive(ipv4(40, 1), 59)).isEqualTo(Arrival.AUTHENTIC);
    assertThat(association.drops().malformed()).isZero();

    receive(new byte[] {1}, 4);
    receive(new byte[0], 4);
    receive(ipv4(40, 1), 41);
    receive(ipv6(80, 1), 4);
    receive(Arrays.copyOf(ipv4(40, 1), 39), 4);
    receive(Arrays.copyOf(ipv6(80, 1), 79), 41);
    assertThat(association.drops().malformed()).isEqualTo(6);
    receive(ipv4(40, 1), 5);
    receive(ipv4(40, 1), 17);
    assertThat(association.drops().unknownType()).isEqualTo(2);
    assertThat(packets.isEmpty()).isTrue();
  }

  @Test
  void whatIsCarriedBehindThePacketIsCutOff() {
    receive(Arrays.copyOf(ipv4(40, 1), 90), 4);
    receive(Arrays.copyOf(ipv6(80, 1), 90), 41);
    assertThat(contents(packets)).containsExactly(ipv4(40, 1), ipv6(80, 1));
  }

  @Test
  void decompressionIsBounded() {
    byte[] block = {1, 2, 3};
    assertThat(decompressed((in, off, len, out, to, most) -> -1, block)).isEmpty();
    assertThat(decompressed((in, off, len, out, to, most) -> 0, block)).isEmpty();
    assertThat(decompressed((in, off, len, out, to, most) -> most + 1, block)).isEmpty();
    assertThat(
            decompressed(
                (in, off, len, out, to, most) -> {
                  throw new ArrayIndexOutOfBoundsException(len);
                },
                block))
        .isEmpty();
    // A bomb: a few bytes that want to become a million.
    assertThat(
            decompressed(
                (in, off, len, out, to, most) -> {
                  for (int i = 0; i < 1_000_000; i++) {
                    if (i == most) {
                      return -1;
                    }
                    out[to + i] = 0x45;
                  }
                  return 1_000_000;
                },
                block))
        .isEmpty();
    // What comes out has to be a packet, too.
    assertThat(decompressed((in, off, len, out, to, most) -> 30, block)).isEmpty();
    byte[] packet = ipv4(1500, 9);
    assertThat(
            decompressed(
                (in, off, len, out, to, most) -> {
                  assertThat(Arrays.copyOfRange(in, off, off + len)).isEqualTo(block);
                  assertThat(most).isEqualTo(1500);
                  System.arraycopy(packet, 0, out, to, packet.length);
                  return packet.length;
                },
                block))
        .contains(packet);
  }

  @Test
  void newKeysAreUsedAtOnceAndOldOnesReadForAWhile() throws Exception {
    NaiveEsp toPeer2 = naive(11);
    NaiveEsp fromPeer2 = naive(12);
    byte[] old = fromPeer.seal(0, IV, ipv4(40, 1), 4);
    byte[] late = fromPeer.seal(1, IV, ipv4(40, 2), 4);
    association.replace(offer(toPeer2, fromPeer2), 100 * SECOND);

    PacketBatch out = batch(ipv4(60, 1));
    association.outbound().seal(out);
    assertThat(toPeer2.open(contents(out).get(0)).orElseThrow().number).isZero();
    assertThat(offer.outbound().encryptionKey().isClosed()).isTrue();

    byte[] fresh = fromPeer2.seal(0, IV, ipv4(40, 3), 4);
    assertThat(association.open(fresh, 0, fresh.length, 100 * SECOND, packets))
        .isEqualTo(Arrival.AUTHENTIC);
    byte[] again = old.clone();
    assertThat(association.open(old, 0, old.length, 130 * SECOND - 1, packets))
        .isEqualTo(Arrival.AUTHENTIC);
    assertThat(association.open(again, 0, again.length, 130 * SECOND - 1, packets))
        .isEqualTo(Arrival.REFUSED);
    assertThat(association.drops().replayed()).isEqualTo(1);
    assertThat(offer.inbound().encryptionKey().isClosed()).isFalse();
    assertThat(association.open(late, 0, late.length, 130 * SECOND, packets))
        .isEqualTo(Arrival.REFUSED);
    assertThat(offer.inbound().encryptionKey().isClosed()).isTrue();
    assertThat(packets.count()).isEqualTo(2);
  }

  @Test
  void keysOfferedAgainGoOnCounting() throws Exception {
    PacketBatch first = batch(ipv4(60, 1));
    association.outbound().seal(first);
    receive(ipv4(40, 1), 4);
    EspOffer copy = offer(toPeer, fromPeer);
    association.replace(copy, 0);
    assertThat(copy.outbound().encryptionKey().isClosed()).isTrue();
    assertThat(copy.inbound().integrityKey().isClosed()).isTrue();
    association.replace(offer, 0);

    PacketBatch second = batch(ipv4(60, 2));
    association.outbound().seal(second);
    assertThat(toPeer.open(contents(second).get(0)).orElseThrow().number).isEqualTo(1);
    number = 0;
    assertThat(receive(ipv4(40, 1), 4)).isEqualTo(Arrival.REFUSED);
  }

  @Test
  void aPeerMayKeepItsSpiOverARekey() throws Exception {
    NaiveEsp sameSpi =
        NaiveEsp.of(
            fromPeer.spi,
            dev.adit.api.datagram.SaParameters.EspCipher.AES_128_CBC,
            dev.adit.api.datagram.SaParameters.EspMac.HMAC_SHA1_96,
            EspFixtures.counting(5, 64));
    association.replace(offer(naive(11), sameSpi), 0);
    assertThat(receive(ipv4(40, 1), 4)).isEqualTo(Arrival.AUTHENTIC);
    byte[] fresh = sameSpi.seal(0, IV, ipv4(40, 2), 4);
    assertThat(association.open(fresh, 0, fresh.length, 0, packets)).isEqualTo(Arrival.AUTHENTIC);
    assertThat(packets.count()).isEqualTo(2);
  }

  @Test
  void closingWipesAndRefusesEverything() throws Exception {
    EspOffer next = offer(naive(11), naive(12));
    association.replace(next, 0);
    association.close();
    for (EspOffer each : new EspOffer[] {offer, next}) {
      assertThat(each.outbound().encryptionKey().isClosed()).isTrue();
      assertThat(each.inbound().integrityKey().isClosed()).isTrue();
    }
    assertThat(association.isClosed()).isTrue();
    assertThat(receive(ipv4(40, 1), 4)).isEqualTo(Arrival.REFUSED);
    association.close();
  }

  private Arrival receive(byte[] payload, int nextHeader) {
    byte[] datagram = fromPeer.seal(number++, IV, payload, nextHeader);
    return association.open(datagram, 0, datagram.length, 0, packets);
  }

  private Optional<byte[]> decompressed(Decompressor decompressor, byte[] block) {
    Optional<Compression> compression = Optional.of(new Compression(5, 1500, decompressor));
    PacketBatch out = room();
    try (EspAssociation shortening = association(offer(toPeer, fromPeer, compression))) {
      byte[] datagram = fromPeer.seal(0, IV, block, 5);
      assertThat(shortening.open(datagram, 0, datagram.length, 0, out))
          .isEqualTo(Arrival.AUTHENTIC);
      assertThat(shortening.drops().malformed()).isEqualTo(out.isEmpty() ? 1 : 0);
      return contents(out).stream().findFirst();
    }
  }
}
