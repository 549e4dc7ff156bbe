package dev.adit.anyconnect.compress;

import static dev.adit.anyconnect.compress.Vectors.DAMAGED;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** What holds for any packet and any bytes. */
class LzsPropertyTest {
  private final Lzs lzs = new Lzs();

  @Property
  void whatIsWrittenIsRead(@ForAll("packets") byte[] plain) {
    byte[] stream = Vectors.compress(lzs, plain, plain.length * 9 / 8 + 3);
    assertThat(Vectors.expand(lzs, stream, plain.length)).isEqualTo(plain);
    assertThat(SlowLzs.expand(stream, plain.length))
        .hasValueSatisfying(p -> assertThat(p).isEqualTo(plain));
  }

  @Property
  void aResultIsNeverLongerThanItsRoom(
      @ForAll("packets") byte[] plain, @ForAll @IntRange(max = 600) int room) {
    byte[] stream = Vectors.compress(lzs, plain, room);
    if (stream.length > 0) {
      assertThat(Vectors.expand(lzs, stream, plain.length)).isEqualTo(plain);
    } else {
      assertThat(Vectors.compress(lzs, plain, plain.length * 9 / 8 + 3).length).isGreaterThan(room);
    }
  }

  @Property(tries = 5000)
  void readsAnyBytesAsTheOracleDoes(
      @ForAll @Size(max = 60) byte[] stream, @ForAll @IntRange(max = 300) int room) {
    byte[] ours = Vectors.expand(lzs, stream, room);
    assertThat(ours == DAMAGED ? "damaged" : HexFormat.of().formatHex(ours))
        .isEqualTo(SlowLzs.expand(stream, room).map(HexFormat.of()::formatHex).orElse("damaged"));
  }

  @Property(tries = 3000)
  void readsADamagedStreamAsTheOracleDoes(
      @ForAll("packets") byte[] plain,
      @ForAll @IntRange(max = 6000) int where,
      @ForAll @IntRange(min = 1, max = 255) int change) {
    byte[] stream = Vectors.compress(lzs, plain, plain.length * 9 / 8 + 3);
    stream[where % stream.length] ^= (byte) change;
    byte[] ours = Vectors.expand(lzs, stream, plain.length);
    assertThat(ours == DAMAGED ? "damaged" : HexFormat.of().formatHex(ours))
        .isEqualTo(
            SlowLzs.expand(stream, plain.length).map(HexFormat.of()::formatHex).orElse("damaged"));
  }

  @Provide
  Arbitrary<byte[]> packets() {
    Arbitrary<Byte> few = Arbitraries.bytes().between((byte) 0, (byte) 3);
    return Arbitraries.oneOf(
        few.array(byte[].class).ofMaxSize(5000),
        Arbitraries.bytes().array(byte[].class).ofMaxSize(600));
  }
}
