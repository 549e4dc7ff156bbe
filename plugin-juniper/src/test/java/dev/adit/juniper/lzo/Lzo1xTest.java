package dev.adit.juniper.lzo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Blocks made by liblzo2 2.10, and blocks that no compressor makes. */
class Lzo1xTest {
  private static final int GUARD = 16;

  /** lzo1x_1_compress of {@link #text}. */
  private static final String FAST =
      "001c6c696e652030206f662061207465787420746861742073617973207468652073616d652061676169"
          + "6e20616e642085010a8d06312012cd00322012cd00332012cd00342012cd00352012cd00362012cd0037"
          + "2012cd00382012cd00392012cd0031201420082013250831201329083120132d08312013310831201335"
          + "0831201339083120133d083120134108313a440800016d6520616761696e20616e6420616761696e0a11"
          + "0000";

  /** lzo1x_999_compress of the same. */
  private static final String BEST =
      "2b6c696e652030206f66206120746578742074686174207361797345016541016d030161676104090120"
          + "616e64a5010a8d06312012cd00322012cd00332012cd00342012cd00352012cd00362012cd00372012cd"
          + "00382012cd003920134c07201420082013250831201329083120132d0831201331083120133508312013"
          + "39083120133d08312013410831200e4408110000";

  @Test
  void readsWhatTheLibraryMakes() {
    assertThat(decompress(hex(FAST), 1050)).isEqualTo(text());
    assertThat(decompress(hex(BEST), 1050)).isEqualTo(text());
    assertThat(decompress(hex("110000"), 0)).isEmpty();
    assertThat(decompress(hex("1261110000"), 1)).isEqualTo(new byte[] {'a'});
  }

  @Test
  void readsLiteralsAlone() {
    byte[] packet = hex("450000146ab00000400100000a6300010a630002");
    byte[] block = hex("25 450000146ab00000400100000a6300010a630002 110000");
    assertThat(decompress(block, 1400)).isEqualTo(packet);
  }

  /** One of each instruction; by the table in {@link Lzo1x}, worked out by hand. */
  @ParameterizedTest
  @CsvSource({
    // 1 literal, then state 1: 2 bytes from 1 back.
    "12 61 00 00 110000, 616161",
    // 4 literals, state 4: distance 2049 is before the start.
    "15 61626364 00 00 110000, -",
    // 3 bytes from 1 back, by 64..255, and one literal behind it.
    "12 61 41 00 62 110000, 6161616162",
    // 32..63, extended by 31 + 1: 34 bytes.
    "12 61 20 01 0000 110000,"
        + " 6161616161616161616161616161616161616161616161616161616161616161616161",
    // Overlap: 'ab' again and again.
    "13 6162 84 00 110000, 61626162616261",
    // A literal run of 18 + 1 by its extension.
    "00 01 6162636465666768696a6b6c6d6e6f70717273 110000,"
        + " 6162636465666768696a6b6c6d6e6f70717273"
  })
  void followsEachInstruction(String block, String expected) {
    byte[] to = new byte[64];
    byte[] in = hex(block);
    int length = Lzo1x.decompress(in, 0, in.length, to, 0, to.length);
    if (expected.equals("-")) {
      assertThat(length).isEqualTo(-1);
    } else {
      assertThat(Arrays.copyOf(to, length)).isEqualTo(hex(expected));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {FAST, BEST})
  void refusesEachPrefixAndWhatFollowsTheEnd(String whole) {
    byte[] block = hex(whole);
    for (int length = 0; length < block.length; length++) {
      assertThat(guarded(Arrays.copyOf(block, length), 2000)).as("%d bytes", length).isEqualTo(-1);
    }
    assertThat(guarded(Arrays.copyOf(block, block.length + 1), 2000)).isEqualTo(-1);
  }

  @ParameterizedTest
  @ValueSource(strings = {FAST, BEST})
  void oneWrongBitStaysWithinBounds(String whole) {
    byte[] block = hex(whole);
    for (int bit = 0; bit < 8 * block.length; bit++) {
      byte[] damaged = block.clone();
      damaged[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(guarded(damaged, 1050)).isBetween(-1, 1050);
    }
  }

  @Test
  void fitsExactlyOrNotAtAll() {
    assertThat(guarded(hex(FAST), 1050)).isEqualTo(1050);
    assertThat(guarded(hex(FAST), 1049)).isEqualTo(-1);
    assertThat(guarded(hex(FAST), 0)).isEqualTo(-1);
  }

  /** 16 MB from 64 kB, if it were let. */
  @Test
  void bombIsRefusedAtTheBorder() {
    ByteArrayOutputStream bomb = new ByteArrayOutputStream();
    bomb.writeBytes(hex("12 00 20"));
    bomb.writeBytes(new byte[65536]);
    bomb.writeBytes(hex("ff 0000 110000"));
    assertThat(guarded(bomb.toByteArray(), 2048)).isEqualTo(-1);
    // The same as many small matches.
    ByteArrayOutputStream many = new ByteArrayOutputStream();
    many.writeBytes(hex("12 00"));
    for (int i = 0; i < 20_000; i++) {
      many.writeBytes(hex("3f 0000"));
    }
    many.writeBytes(hex("110000"));
    assertThat(guarded(many.toByteArray(), 2048)).isEqualTo(-1);
  }

  @Property
  void noiseStaysWithinBounds(@ForAll @Size(max = 200) byte[] noise) {
    assertThat(guarded(noise, 300)).isBetween(-1, 300);
  }

  @Property
  void readsWhatOurCompressorMakes(
      @ForAll long seed,
      @ForAll @IntRange(max = 3000) int length,
      @ForAll @IntRange(min = 1, max = 256) int values) {
    Random random = new Random(seed);
    byte[] data = new byte[length];
    for (int i = 0; i < length; i++) {
      boolean again = i > 8 && random.nextInt(3) > 0;
      data[i] = again ? data[i - 1 - random.nextInt(8)] : (byte) random.nextInt(values);
    }
    byte[] block = new byte[2 * length + 16];
    int written = new Lzo1xCompressor().compress(data, 0, length, block, 0, block.length);
    assertThat(written).isPositive();
    assertThat(decompress(Arrays.copyOf(block, written), length)).isEqualTo(data);
    // Without room for the last byte it says so, and writes nothing behind the border.
    byte[] tight = new byte[written + GUARD];
    assertThat(new Lzo1xCompressor().compress(data, 0, length, tight, 0, written - 1))
        .isEqualTo(-1);
    assertThat(Arrays.copyOfRange(tight, written - 1, tight.length)).containsOnly(0);
  }

  @Test
  void ourCompressorShortensText() {
    byte[] block = new byte[2000];
    assertThat(new Lzo1xCompressor().compress(text(), 0, 1050, block, 0, block.length))
        .isBetween(100, 300);
  }

  /** Decompresses between guards, which must stay as they are. */
  private static int guarded(byte[] block, int most) {
    byte[] in = new byte[block.length + 2 * GUARD];
    Arrays.fill(in, (byte) 0x55);
    System.arraycopy(block, 0, in, GUARD, block.length);
    byte[] out = new byte[most + 2 * GUARD];
    Arrays.fill(out, (byte) 0xaa);
    int length = Lzo1x.decompress(in, GUARD, block.length, out, GUARD, most);
    for (int i = 0; i < GUARD; i++) {
      assertThat(out[i]).isEqualTo((byte) 0xaa);
      assertThat(out[GUARD + most + i]).isEqualTo((byte) 0xaa);
    }
    return length;
  }

  private static byte[] decompress(byte[] block, int most) {
    byte[] out = new byte[most];
    int length = Lzo1x.decompress(block, 0, block.length, out, 0, most);
    assertThat(length).isNotNegative();
    return Arrays.copyOf(out, length);
  }

  private static byte[] text() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 20; i++) {
      text.append("line ").append(i).append(" of a text that says the same again and again\n");
    }
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text.replace(" ", ""));
  }
}
