package dev.adit.anyconnect.compress;

import static dev.adit.anyconnect.compress.Vectors.DAMAGED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.anyconnect.compress.Vectors.Vector;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class LzsTest {
  private final Lzs lzs = new Lzs();

  /** Streams of openconnect 9.01 too. */
  @ParameterizedTest
  @CsvSource({
    "'', c000",
    "A, 20e000",
    "AB, 2090b000",
    "AAAAA, 20e06c00",
    "AAAAAAAA, 20e07b00",
    "AAAAAAAAA, 20e07c3000",
    "AAAAAAAAAAAAAAAAAAAAAAA, 20e07fb000",
    "AAAAAAAAAAAAAAAAAAAAAAAA, 20e07fc300",
    "ABABABAB, 2090b05b80",
    "the rain in spain stays mainly in the plain,"
        + "3a1a0ca2039184d26e1060d399c3131cce8613c9cc406dc5a6c3ce5ad14703663dc000"
  })
  void writesAndReadsText(String plain, String stream) {
    bothWays(plain.getBytes(StandardCharsets.US_ASCII), Vectors.hex(stream));
  }

  @Test
  void writesAndReadsALongRunAndAPacket() {
    byte[] run = new byte[100];
    Arrays.fill(run, (byte) 'A');
    bothWays(run, Vectors.hex("20e07ffffffc7000"));
    bothWays(
        Vectors.hex(
            "4500002800010000 400600007f000001 7f000001" // IPv4
                + "0050005000000000 0000000050002000 00000000"), // TCP
        Vectors.hex("228000028000070a1000d840ff830038480050c1381ec4820c466000"));
  }

  static List<Vector> calculated() {
    return Vectors.of("lzs.csv");
  }

  @ParameterizedTest
  @MethodSource("calculated")
  void agreesWithACalculationThatSharesNothing(Vector vector) {
    bothWays(vector.plainBytes(), vector.packedBytes());
  }

  @ParameterizedTest
  @CsvSource({
    "'', no byte at all",
    "c0, half an end",
    "80 01 80, offset 0 in the long form",
    "e0 a0 c0 00, a match before the first byte",
    "20 e0 7f ff ff ff ff, a length without its end"
  })
  void findsDamage(String stream, String what) {
    assertThat(Vectors.expand(lzs, Vectors.hex(stream), 16384)).as(what).isSameAs(DAMAGED);
  }

  @Test
  void aBombIsDamageAndStaysInItsRoom() {
    byte[] bomb = new byte[16000];
    Arrays.fill(bomb, (byte) 0xff);
    byte[] start = Vectors.hex("20e07f");
    System.arraycopy(start, 0, bomb, 0, start.length);
    assertThat(Vectors.expand(lzs, bomb, 1500)).isSameAs(DAMAGED);
  }

  @Test
  void everyPrefixIsDamage() {
    byte[] stream = Vectors.of("lzs.csv").get(3).packedBytes();
    for (int i = 0; i < stream.length - 1; i++) {
      assertThat(Vectors.expand(lzs, Arrays.copyOf(stream, i), 4096)).isSameAs(DAMAGED);
    }
  }

  private void bothWays(byte[] plain, byte[] stream) {
    assertThat(Vectors.compress(lzs, plain, plain.length * 9 / 8 + 3)).isEqualTo(stream);
    assertThat(Vectors.expand(lzs, stream, plain.length)).isEqualTo(plain);
  }
}
