package dev.adit.core.esp;

import static dev.adit.core.esp.EspFixtures.batch;
import static dev.adit.core.esp.EspFixtures.contents;
import static dev.adit.core.esp.EspFixtures.ipv4;
import static dev.adit.core.esp.EspFixtures.ipv6;
import static dev.adit.core.esp.EspFixtures.naive;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.api.datagram.EspOffer.Compression;
import dev.adit.api.datagram.EspOffer.Inner;
import dev.adit.api.datagram.SaParameters;
import dev.adit.api.packet.PacketBatch;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EspSealerTest {
  private final NaiveEsp oracle = naive(3);
  private final SaParameters sa = oracle.sa(0, 0);
  private final EspSealer sealer;

  EspSealerTest() throws Exception {
    sealer = new EspSealer(sa, new KeystreamIvs(new SecureRandom()));
  }

  @Test
  void usesTheLastNumberAndThenNoMore() {
    sealer.skipTo(EspSealer.LAST_NUMBER - 1);
    PacketBatch three = batch(ipv4(60, 1), ipv4(60, 2), ipv4(60, 3));
    sealer.seal(three);
    assertThat(contents(three))
        .extracting(datagram -> oracle.open(datagram).orElseThrow().number)
        .containsExactly(0xffff_fffeL, 0xffff_ffffL);
    assertThat(sealer.isExhausted()).isTrue();
    assertThatThrownBy(() -> sealer.seal(new byte[100], 50, 1, 4))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("used up");
  }

  @Test
  void asksForNewKeysOnceAndWellBefore() {
    sealer.skipTo(EspSealer.REKEY_FROM - 1);
    assertThat(sealer.takeRekeyDue()).isFalse();
    sealer.seal(batch(ipv4(60, 1)));
    assertThat(sealer.takeRekeyDue()).isTrue();
    assertThat(sealer.takeRekeyDue()).isFalse();
  }

  @Test
  void neverGoesBack() {
    sealer.skipTo(10);
    assertThatThrownBy(() -> sealer.skipTo(9)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void dropsWhatIsNoIpAndWhatDoesNotFit() {
    byte[] arp = ipv4(60, 1);
    arp[0] = 0x05;
    PacketBatch one = batch(arp, ipv4(60, 1));
    sealer.seal(one);
    assertThat(one.length(0)).isZero();
    assertThat(contents(one)).hasSize(1);
    assertThat(sealer.notIp()).isEqualTo(1);

    int tail = EspSealer.TAILROOM;
    PacketBatch tight = new PacketBatch(3, 200, EspSealer.HEADROOM);
    tight.append(ipv4(tight.maxLength() - tail, 1), 0, tight.maxLength() - tail);
    tight.append(ipv4(tight.maxLength() - tail + 1, 1), 0, tight.maxLength() - tail + 1);
    tight.append(ipv4(50, 1), 0, 50);
    tight.array()[tight.offset(2) - 1] = 0x45;
    tight.reframe(2, tight.offset(2) - 1, 50);
    sealer.seal(tight);
    assertThat(contents(tight)).hasSize(1);
    assertThat(sealer.oversized()).isEqualTo(2);
  }

  @Test
  void keepsOutWhatThePeerDoesNotTakeOut() throws Exception {
    try (EspSealer four =
        new EspSealer(oracle.sa(0, 0), Inner.IPV4, null, new KeystreamIvs(new SecureRandom()))) {
      PacketBatch both = batch(ipv6(60, 1), ipv4(60, 2));
      four.seal(both);
      assertThat(both.length(0)).isZero();
      assertThat(both.length(1)).isPositive();
      assertThat(four.notIp()).isEqualTo(1);
    }
  }

  @Test
  void compressesWhatBecomesShorter() throws Exception {
    Compression halves =
        new Compression(
            5,
            100,
            (in, off, len, out, outOff, most) -> -1,
            Optional.of(
                (in, off, len, out, outOff, most) -> {
                  System.arraycopy(in, off, out, outOff, len / 2);
                  // A packet that ends in 1 is one that cannot be shortened.
                  return in[off + len - 1] == 1 ? -1 : len / 2;
                }));
    try (EspSealer shortening =
        new EspSealer(
            oracle.sa(0, 0),
            Inner.IPV4,
            Shrinker.of(Optional.of(halves)),
            new KeystreamIvs(new SecureRandom()))) {
      byte[] stubborn = ipv4(60, 2);
      stubborn[59] = 1;
      byte[] tooLong = ipv4(101, 3);
      byte[] good = ipv4(60, 1);
      good[59] = 0;
      PacketBatch three = batch(good, stubborn, tooLong);
      shortening.seal(three);
      assertThat(contents(three))
          .extracting(d -> oracle.open(d).orElseThrow().nextHeader)
          .containsExactly(5, 4, 4);
      assertThat(oracle.open(contents(three).get(0)).orElseThrow().bytes)
          .isEqualTo(Arrays.copyOf(good, 30));
    }
  }

  @Test
  void closingWipes() {
    sealer.close();
    assertThat(sa.encryptionKey().isClosed()).isTrue();
    assertThat(sa.integrityKey().isClosed()).isTrue();
    PacketBatch one = batch(ipv4(60, 1));
    sealer.seal(one);
    assertThat(one.length(0)).isZero();
    sealer.close();
  }
}
