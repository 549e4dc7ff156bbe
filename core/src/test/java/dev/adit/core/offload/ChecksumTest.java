package dev.adit.core.offload;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class ChecksumTest {
  @Property(tries = 500)
  void isTheSumWordByWordAtEveryAlignment(
      @ForAll @IntRange(max = 1600) int length,
      @ForAll @IntRange(max = 17) int at,
      @ForAll @IntRange(max = 0xffff) int initial,
      @ForAll long seed) {
    byte[] bytes = new byte[at + length];
    new Random(seed).nextBytes(bytes);
    int expected = NaiveSegments.sum(bytes, at, at + length) + initial;
    expected = (expected & 0xffff) + (expected >> 16);
    assertThat(Checksum.sum(bytes, at, length, initial)).isEqualTo(expected);
  }

  @Property(tries = 100)
  void carriesOfFullWordsAreKept(@ForAll @IntRange(max = 70_000) int length) {
    byte[] ones = new byte[length];
    java.util.Arrays.fill(ones, (byte) 0xff);
    assertThat(Checksum.sum(ones, 0, length, 0)).isEqualTo(NaiveSegments.sum(ones, 0, length));
  }

  /** RFC 1071 §3. */
  @Example
  void exampleOfTheStandard() {
    byte[] bytes = {
      0x00, 0x01, (byte) 0xf2, 0x03, (byte) 0xf4, (byte) 0xf5, (byte) 0xf6, (byte) 0xf7
    };
    assertThat(Checksum.sum(bytes, 0, 8, 0)).isEqualTo(0xddf2);
  }
}
