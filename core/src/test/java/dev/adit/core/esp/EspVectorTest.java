package dev.adit.core.esp;

import static dev.adit.core.esp.EspFixtures.IV;
import static dev.adit.core.esp.EspFixtures.association;
import static dev.adit.core.esp.EspFixtures.batch;
import static dev.adit.core.esp.EspFixtures.contents;
import static dev.adit.core.esp.EspFixtures.counting;
import static dev.adit.core.esp.EspFixtures.fixed;
import static dev.adit.core.esp.EspFixtures.offer;
import static dev.adit.core.esp.EspFixtures.room;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.api.datagram.EspOffer.Compression;
import dev.adit.api.datagram.SaParameters.EspCipher;
import dev.adit.api.datagram.SaParameters.EspMac;
import dev.adit.api.packet.PacketBatch;
import dev.adit.core.esp.Delivery.Arrival;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Golden bytes from an implementation that has nothing in common with ours, and that was understood
 * by a deployed client. Keys are cut from 00 01 … 3f, the IV is e0 … ef.
 */
class EspVectorTest {
  private static final String HEADER = "11223344" + "00000000";
  private static final String FIRST_IV = "e0e1e2e3e4e5e6e7e8e9eaebecedeeef";

  /** Plaintext 00 | 01 02 … 0d | 0d | 04: the probe. */
  @ParameterizedTest
  @CsvSource({
    "AES_128_CBC, HMAC_SHA1_96,    09f85a1719c29343d53ea1ae7722c050, a05d28cefc94c5f82defb131",
    "AES_256_CBC, HMAC_MD5_96,     803009e9178f747d7e9675de1a9e9079, f71ec8428f1382772f93d721",
    "AES_128_CBC, HMAC_SHA256_128, 09f85a1719c29343d53ea1ae7722c050,"
        + " 59c226ba1538c29eb52d8cd5702d5b2c"
  })
  void probe(EspCipher cipher, EspMac mac, String ciphertext, String icv) throws Exception {
    byte[] wire = hex(HEADER + FIRST_IV + ciphertext + icv);
    NaiveEsp naive = NaiveEsp.of(0x11223344, cipher, mac, counting(0, 64));
    assertThat(naive.seal(0, IV, new byte[1], 4)).isEqualTo(wire);

    try (EspSealer sealer = new EspSealer(naive.sa(0, 0), fixed(IV))) {
      PacketBatch one = batch(new byte[1]);
      int length = sealer.seal(one.array(), one.offset(0), 1, 4);
      one.reframe(0, one.offset(0) - EspSealer.HEADROOM, length);
      assertThat(contents(one)).containsExactly(wire);
      assertThat(sealer.sealedLength(1)).isEqualTo(wire.length);
    }

    try (EspAssociation association = association(offer(EspFixtures.naive(1), naive))) {
      assertThat(association.open(wire, 0, wire.length, 0, room())).isEqualTo(Arrival.PROBE_ANSWER);
    }
  }

  @Test
  void compressed() {
    byte[] wire =
        hex(
            "11223344"
                + "00000001"
                + FIRST_IV
                + "ebe81ab02e02c3ca4f9282d0dbc3ac69d200649273213cde7dfd5601b6bfadd7"
                + "2c7ad117e287e24853f86543");
    NaiveEsp naive =
        NaiveEsp.of(0x11223344, EspCipher.AES_128_CBC, EspMac.HMAC_SHA1_96, counting(0, 64));
    Compression literals =
        new Compression(
            5,
            1500,
            (in, off, len, out, outOff, outMax) -> {
              // 17 + n, n literals, 11 00 00
              int n = (in[off] & 0xff) - 17;
              System.arraycopy(in, off + 1, out, outOff, n);
              return len == n + 4 && n <= outMax ? n : -1;
            });
    PacketBatch packets = room();
    try (EspAssociation association =
        association(offer(EspFixtures.naive(1), naive, Optional.of(literals)))) {
      assertThat(association.open(wire, 0, wire.length, 0, packets)).isEqualTo(Arrival.AUTHENTIC);
    }
    assertThat(contents(packets)).containsExactly(hex("450000146ab00000400100000a6300010a630002"));
  }

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits);
  }
}
