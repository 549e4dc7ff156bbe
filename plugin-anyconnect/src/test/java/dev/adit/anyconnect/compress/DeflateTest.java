package dev.adit.anyconnect.compress;

import static dev.adit.anyconnect.compress.Vectors.DAMAGED;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.anyconnect.compress.Vectors.Vector;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DeflateTest {
  @Test
  void readsWhatOpenconnectReads() {
    try (Deflate deflate = new Deflate()) {
      byte[] zeros = new byte[40];
      assertThat(expand(deflate, "6260200e00000000ffff 00280001")).isEqualTo(zeros);
      assertThat(expand(deflate, "221600000000ffff 00500001")).isEqualTo(zeros);
      assertThat(expand(deflate, "724d4c4a261201000000ffff 65b3105a"))
          .isEqualTo(("E" + "abc".repeat(14)).getBytes(US_ASCII));
    }
  }

  @Test
  void readsAStreamOfZlibWithItsHistory() {
    try (Deflate deflate = new Deflate()) {
      for (Vector vector : Vectors.of("deflate.csv")) {
        assertThat(Vectors.expand(deflate, vector.packedBytes(), 4096))
            .isEqualTo(vector.plainBytes());
      }
    }
  }

  @Test
  void aLostPacketBreaksTheStreamForGood() {
    List<Vector> vectors = Vectors.of("deflate.csv");
    try (Deflate deflate = new Deflate()) {
      Vectors.expand(deflate, vectors.get(0).packedBytes(), 4096);
      assertThat(Vectors.expand(deflate, vectors.get(2).packedBytes(), 4096)).isSameAs(DAMAGED);
      assertThat(Vectors.expand(deflate, vectors.get(1).packedBytes(), 4096)).isSameAs(DAMAGED);
    }
  }

  @Test
  void aBombIsDamage() {
    try (Deflate sender = new Deflate();
        Deflate receiver = new Deflate()) {
      byte[] bomb = Vectors.compress(sender, new byte[4096], 4096);
      assertThat(bomb).hasSizeLessThan(60);
      assertThat(Vectors.expand(receiver, bomb, 4095)).isSameAs(DAMAGED);
    }
  }

  @Test
  void neverLooksBackFurtherThanAPeersWindow() {
    Random random = new Random(4096);
    byte[] packet = new byte[1400];
    random.nextBytes(packet);
    try (Deflate sender = new Deflate()) {
      assertThat(Vectors.compress(sender, packet, 1600)).hasSizeGreaterThan(1400);
      assertThat(Vectors.compress(sender, packet, 1600)).as("1400 back").hasSizeLessThan(100);
      byte[] other = new byte[1400];
      for (int i = 0; i < 2; i++) {
        random.nextBytes(other);
        Vectors.compress(sender, other, 1600);
      }
      assertThat(Vectors.compress(sender, packet, 1600)).as("4200 back").hasSizeGreaterThan(1400);
    }
  }

  private static byte[] expand(Deflate deflate, String hex) {
    return Vectors.expand(deflate, Vectors.hex(hex), 100);
  }
}
