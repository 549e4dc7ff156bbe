package dev.adit.anyconnect.compress;

import static dev.adit.anyconnect.compress.Vectors.DAMAGED;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class Lz4Test {
  private final Lz4 lz4 = new Lz4();

  /** Token, offset 1, rest of the length, last literals; of the lz4 tool. */
  private static final String ZEROS = "1f 00 0100 0f 50 0000000000";

  @Test
  void readsAndWritesABlockWithoutAnythingAround() {
    assertThat(Vectors.expand(lz4, Vectors.hex(ZEROS), 40)).isEqualTo(new byte[40]);
    assertThat(Vectors.compress(lz4, new byte[40], 39)).isEqualTo(Vectors.hex(ZEROS));
  }

  @Test
  void aBombIsDamage() {
    assertThat(Vectors.expand(lz4, Vectors.hex(ZEROS), 39)).isSameAs(DAMAGED);
  }
}
