package dev.adit.anyconnect.compress;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** What holds for any packet and any bytes. */
class DeflatePropertyTest {
  @Property(tries = 200)
  void whatIsWrittenIsRead(
      @ForAll @Size(max = 20) List<@IntRange(max = 2000) Integer> lengths,
      @ForAll @IntRange(min = 1, max = 256) int letters,
      @ForAll long seed) {
    Random random = new Random(seed);
    try (Deflate sender = new Deflate();
        Deflate receiver = new Deflate()) {
      for (int length : lengths) {
        byte[] plain = new byte[length];
        for (int i = 0; i < length; i++) {
          plain[i] = (byte) random.nextInt(letters);
        }
        // What does not fit goes as it is, and leaves no trace.
        byte[] packed = Vectors.compress(sender, plain, Math.max(1, length - 1));
        if (packed.length > 0) {
          assertThat(Vectors.expand(receiver, packed, length)).isEqualTo(plain);
        }
      }
    }
  }

  @Property
  void anyBytesStayInTheirRoom(
      @ForAll @Size(max = 5) List<@Size(max = 200) byte[]> payloads,
      @ForAll @IntRange(max = 300) int room) {
    List<byte[]> all = new ArrayList<>(payloads);
    try (Deflate deflate = new Deflate()) {
      all.forEach(p -> Vectors.expand(deflate, p, room));
    }
  }
}
