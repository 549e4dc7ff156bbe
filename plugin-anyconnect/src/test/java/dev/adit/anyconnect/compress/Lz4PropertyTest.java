package dev.adit.anyconnect.compress;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** What holds for any packet and any bytes. */
class Lz4PropertyTest {
  private final Lz4 lz4 = new Lz4();

  @Property
  void whatIsWrittenIsRead(@ForAll @Size(max = 3000) @IntRange(max = 3) Integer[] letters) {
    byte[] plain = new byte[letters.length];
    for (int i = 0; i < plain.length; i++) {
      plain[i] = letters[i].byteValue();
    }
    byte[] packed = Vectors.compress(lz4, plain, Math.max(1, plain.length - 1));
    if (packed.length > 0) {
      assertThat(Vectors.expand(lz4, packed, plain.length)).isEqualTo(plain);
    }
  }

  @Property(tries = 5000)
  void anyBytesStayInTheirRoom(
      @ForAll @Size(max = 100) byte[] bytes, @ForAll @IntRange(max = 300) int room) {
    assertThat(Vectors.expand(lz4, bytes, room).length).isLessThanOrEqualTo(room);
  }
}
