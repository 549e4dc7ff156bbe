package dev.adit.juniper.esp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.api.datagram.EspOffer;
import dev.adit.api.datagram.SaParameters;
import dev.adit.juniper.MadeTunnel;
import dev.adit.juniper.oncp.Groups;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Groups 7 and 8 against offers, and what is said where there is none. */
class EspNegotiationTest {
  private static final String BLOCK =
      "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
          + "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f";
  private static final String KEYS = "0007 00000050 0001 00000004 11223344 0002 00000040" + BLOCK;

  /** AES-128, SHA1, port 4500: as openconnect 9.01 took it. */
  private static final String TERMS =
      "0008 00000016 0001 00000001 02 0002 00000001 02 0004 00000002 1194";

  @ParameterizedTest
  @CsvSource({
    "02, 01, 16, 16, 12",
    "02, 02, 16, 20, 12",
    "02, 03, 16, 32, 16",
    "05, 01, 32, 16, 12",
    "05, 02, 32, 20, 12",
    "05, 03, 32, 32, 16"
  })
  void cutsKeysFromTheFront(String cipher, String mac, int encryption, int integrity, int icv)
      throws Exception {
    String terms =
        "0008 00000016 0001 00000001 " + cipher + " 0002 00000001 " + mac + " 0004 00000002 01bb";
    EspNegotiation.Result result = begin(terms + KEYS);
    EspOffer offer = result.offer().orElseThrow();
    SaParameters out = offer.outbound();
    byte[] block = hex(BLOCK);
    assertThat(out.spi()).isEqualTo(0x11223344);
    assertThat(out.encryptionKey().expose()).isEqualTo(Arrays.copyOf(block, encryption));
    assertThat(out.integrityKey().expose())
        .isEqualTo(Arrays.copyOfRange(block, encryption, encryption + integrity));
    assertThat(out.mac().icvBytes()).isEqualTo(icv);
    assertThat(out.firstSequence()).isEqualTo(1);
    assertThat(offer.port()).isEqualTo(443);
    assertThat(offer.inner()).isEqualTo(EspOffer.Inner.IPV4);
    // What the server is told is what we receive with.
    SaParameters in = offer.inbound();
    byte[] told = result.keys();
    assertThat(told).hasSize(86);
    assertThat(Arrays.copyOf(told, 12)).isEqualTo(hex("0007 00000050 0001 00000004"));
    assertThat(Arrays.copyOfRange(told, 12, 16)).isEqualTo(hex("%08x".formatted(in.spi())));
    assertThat(Arrays.copyOfRange(told, 16, 22)).isEqualTo(hex("0002 00000040"));
    assertThat(Arrays.copyOfRange(told, 22, 22 + encryption))
        .isEqualTo(in.encryptionKey().expose());
    assertThat(Arrays.copyOfRange(told, 22 + encryption, 22 + encryption + integrity))
        .isEqualTo(in.integrityKey().expose());
    assertThat(in.spi()).isNotEqualTo(out.spi());
  }

  @Test
  void readsWhatElseTheServerSays() throws Exception {
    EspOffer plain = begin(TERMS + KEYS).offer().orElseThrow();
    assertThat(plain.compression()).isEmpty();
    assertThat(plain.fallback()).isEqualTo(Duration.ofSeconds(60));
    assertThat(plain.inbound().replayWindow()).isEqualTo(1024);
    assertThat(plain.description()).isEqualTo("ESP (AES-128, SHA1)");
    EspOffer full =
        begin(
                "0008 0000004e 0001 00000001 05 0002 00000001 01 0003 00000001 01"
                    + "0004 00000002 1194 0005 00000004 00000000 0006 00000004 000004b0"
                    + "0009 00000004 0000000f 000a 00000004 00000000"
                    + "0063 00000003 010203"
                    + KEYS)
            .offer()
            .orElseThrow();
    assertThat(full.compression().orElseThrow().nextHeader()).isEqualTo(5);
    assertThat(full.compression().orElseThrow().compressor()).isEmpty();
    assertThat(full.fallback()).isEqualTo(Duration.ofSeconds(15));
    assertThat(full.inbound().replayWindow()).isZero();
  }

  @Test
  void forcedDpdIsTheFallback() throws Exception {
    EspNegotiation forced =
        new EspNegotiation(MadeTunnel.context(true, Optional.of(Duration.ofSeconds(7))));
    assertThat(
            forced
                .begin(Groups.read(hex(TERMS + KEYS), 0, hex(TERMS + KEYS).length), 1400)
                .offer()
                .orElseThrow()
                .fallback())
        .isEqualTo(Duration.ofSeconds(7));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // NULL, DES and what else it may mean.
        "0008 00000016 0001 00000001 00 0002 00000001 02 0004 00000002 1194 | cipher (8/1)",
        "0008 00000016 0001 00000001 01 0002 00000001 02 0004 00000002 1194 | cipher (8/1)",
        "0008 00000016 0001 00000001 02 0002 00000001 00 0004 00000002 1194 | MAC (8/2)",
        "0008 00000016 0001 00000001 02 0002 00000001 04 0004 00000002 1194 | MAC (8/2)",
        "0008 00000016 0001 00000001 02 0002 00000001 02 0004 00000002 0000 | port (8/4)",
        "0008 0000001d 0001 00000001 02 0002 00000001 02 0003 00000001 02 0004 00000002 1194"
            + " | compression (8/3)",
        "0008 0000000e 0001 00000001 02 0002 00000001 02 | UDP port (8/4)",
        "0008 0000000f 0002 00000001 02 0004 00000002 1194 | cipher (8/1)",
        // Wrong sizes.
        "0008 00000017 0001 00000002 0002 0002 00000001 02 0004 00000002 1194 | 8/1",
        "0008 00000017 0001 00000001 02 0002 00000001 02 0004 00000003 119400 | 8/4",
        "0008 0000001e 0001 00000001 02 0002 00000001 02 0004 00000002 1194 0009 00000002 000f | 8/9"
      })
  void termsThatCannotBeMetAreNamed(String terms, String named) throws Exception {
    EspNegotiation.Result result = begin(terms + KEYS);
    assertThat(result.offer()).isEmpty();
    assertThat(result.why()).startsWith("the server's ESP cannot be used: ").contains(named);
    assertThat(result.keys()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0001 00000004 00000000 | SPI (7/1)",
        "0001 00000004 000000ff | SPI (7/1)",
        "0001 00000003 112233 | 7/1",
        "0001 00000000 | 7/1"
      })
  void badSpisAreNamed(String spi, String named) throws Exception {
    int length = 6 + 64 + hex(spi).length;
    String keys = "0007 %08x".formatted(length) + spi + "0002 00000040" + BLOCK;
    assertThat(begin(TERMS + keys).why()).contains(named);
    assertThat(begin(TERMS + keys).offer()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"63, 7/2", "65, 7/2", "32, 7/2", "0, 7/2"})
  void keysOfAnotherLengthAreNamed(int bytes, String named) throws Exception {
    String keys =
        "0007 %08x 0001 00000004 11223344 0002 %08x".formatted(16 + bytes, bytes)
            + "aa".repeat(bytes);
    assertThat(begin(TERMS + keys).why()).contains(named);
    assertThat(begin(TERMS + "0007 0000000a 0001 00000004 11223344").why()).contains("keys (7/2)");
    assertThat(begin(TERMS).why()).contains("SPI (7/1)");
  }

  @Test
  void whatIsNotOfferedOrNotWantedIsSaid() throws Exception {
    assertThat(begin("0006 0000000a 0002 00000004 00000578").why())
        .isEqualTo("the server offers no ESP");
    EspNegotiation off = new EspNegotiation(MadeTunnel.context(false, Optional.empty()));
    byte[] groups = hex(TERMS + KEYS);
    assertThat(off.begin(Groups.read(groups, 0, groups.length), 1400).why())
        .isEqualTo("switched off (--no-dtls)");
    assertThat(off.renew(Groups.read(groups, 0, groups.length))).isEmpty();
  }

  @Test
  void newKeysNeedNotRepeatTheTerms() throws Exception {
    EspNegotiation esp = new EspNegotiation(MadeTunnel.context(true, Optional.empty()));
    byte[] first = hex(TERMS + KEYS);
    EspOffer before = esp.begin(Groups.read(first, 0, first.length), 1400).offer().orElseThrow();
    byte[] again = hex(KEYS.replace("11223344", "55667788"));
    EspOffer after =
        esp.renew(Groups.read(again, 0, again.length)).orElseThrow().offer().orElseThrow();
    assertThat(after.outbound().spi()).isEqualTo(0x55667788);
    assertThat(after.port()).isEqualTo(4500);
    assertThat(after.outbound().cipher()).isEqualTo(before.outbound().cipher());
    assertThat(after.inbound().spi()).isNotEqualTo(before.inbound().spi());
    assertThat(after.inbound().encryptionKey()).isNotEqualTo(before.inbound().encryptionKey());
  }

  /** 1500 - 28 - 24 - 12 are 89 blocks, two bytes of which are no packet; with SHA256 as many. */
  @Test
  void knowsWhatFitsIntoTheOuterPath() throws Exception {
    EspNegotiation esp = new EspNegotiation(MadeTunnel.context(true, Optional.empty()));
    byte[] terms = hex(TERMS);
    assertThat(esp.longestPacket(Groups.read(terms, 0, terms.length))).hasValue(89 * 16 - 2);
    byte[] sha256 = hex(TERMS.replace("0002 00000001 02", "0002 00000001 03"));
    assertThat(esp.longestPacket(Groups.read(sha256, 0, sha256.length))).hasValue(89 * 16 - 2);
    byte[] none = hex("0006 0000000a 0002 00000004 00000578");
    assertThat(esp.longestPacket(Groups.read(none, 0, none.length))).isEmpty();
  }

  @Test
  void keysTellNothing() throws Exception {
    byte[] groups = hex(KEYS);
    try (EspKeys keys = EspKeys.read(Groups.read(groups, 0, groups.length))) {
      assertThat(keys.toString()).isEqualTo("EspKeys[SPI 11223344]");
      assertThat(keys.group()).isEqualTo(groups);
    }
    assertThat(begin(TERMS + KEYS).toString()).isEqualTo("Result[ESP]");
  }

  private static EspNegotiation.Result begin(String groups) throws Exception {
    byte[] bytes = hex(groups);
    return new EspNegotiation(MadeTunnel.context(true, Optional.empty()))
        .begin(Groups.read(bytes, 0, bytes.length), 1400);
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text.replace(" ", ""));
  }
}
