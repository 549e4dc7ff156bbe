package dev.adit.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.juniper.lzo.Lzo1x;
import dev.adit.juniper.lzo.Lzo1xCompressor;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** LZO1X beside the system's liblzo2: each reads what the other writes. */
class LzoIT {
  private static final long SEED = 20261126;

  /** Blocks in, blocks out, each behind its length in four bytes. */
  private static final String PYTHON =
      """
      import lzo, struct, sys
      work, source, target = sys.argv[1:]
      with open(source, "rb") as f, open(target, "wb") as out:
          while head := f.read(8):
              length, most = struct.unpack(">II", head)
              block = f.read(length)
              if work == "expand":
                  block = lzo.decompress(block, False, most)
              else:
                  block = lzo.compress(block, int(work), False)
              out.write(struct.pack(">I", len(block)) + block)
      """;

  private @TempDir Path directory;

  @Test
  void readsWhatTheLibraryWrites() throws IOException {
    List<byte[]> plain = samples();
    // 1 is LZO1X-1, which is fast; 9 is LZO1X-999, which knows each instruction.
    for (String level : List.of("1", "9")) {
      List<byte[]> blocks = library(level, plain, plain);
      for (int i = 0; i < plain.size(); i++) {
        byte[] data = plain.get(i);
        byte[] block = blocks.get(i);
        byte[] out = new byte[data.length];
        assertThat(Lzo1x.decompress(block, 0, block.length, out, 0, out.length))
            .as("sample %d at level %s", i, level)
            .isEqualTo(data.length);
        assertThat(out).isEqualTo(data);
        damaged(block, data.length);
      }
    }
  }

  @Test
  void theLibraryReadsWhatWeWrite() throws IOException {
    List<byte[]> plain = samples();
    Lzo1xCompressor compressor = new Lzo1xCompressor();
    List<byte[]> blocks = new ArrayList<>();
    for (byte[] data : plain) {
      byte[] out = new byte[2 * data.length + 64];
      int length = compressor.compress(data, 0, data.length, out, 0, out.length);
      blocks.add(Arrays.copyOf(out, length));
    }
    List<byte[]> expanded = library("expand", blocks, plain);
    for (int i = 0; i < plain.size(); i++) {
      assertThat(expanded.get(i)).as("sample %d", i).isEqualTo(plain.get(i));
    }
  }

  /** Each prefix is refused; no wrong bit leads out of bounds, which the JVM would tell. */
  private static void damaged(byte[] block, int most) {
    byte[] out = new byte[most];
    for (int length = 0; length < block.length; length += 1 + block.length / 500) {
      assertThat(Lzo1x.decompress(block, 0, length, out, 0, most)).isEqualTo(-1);
    }
    for (int bit = 0; bit < 8 * block.length; bit += 1 + block.length / 250) {
      byte[] wrong = block.clone();
      wrong[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(Lzo1x.decompress(wrong, 0, wrong.length, out, 0, most)).isBetween(-1, most);
    }
  }

  /** Of each kind: nothing, noise, one byte again and again, text, near and far repetition. */
  private static List<byte[]> samples() {
    Random random = new Random(SEED);
    List<byte[]> all = new ArrayList<>();
    for (int length : new int[] {0, 1, 2, 3, 4, 17, 18, 19, 20, 237, 238, 239, 256, 1400, 9000}) {
      byte[] noise = new byte[length];
      random.nextBytes(noise);
      all.add(noise);
      all.add(new byte[length]);
    }
    for (int i = 0; i < 200; i++) {
      ByteArrayOutputStream mixed = new ByteArrayOutputStream();
      byte[] memory = new byte[1 + random.nextInt(60_000)];
      random.nextBytes(memory);
      int wanted = 1 + random.nextInt(i < 150 ? 3000 : 70_000);
      while (mixed.size() < wanted) {
        int from = random.nextInt(memory.length);
        int piece = Math.min(memory.length - from, 1 + random.nextInt(1 << random.nextInt(11)));
        byte[] before = mixed.toByteArray();
        if (random.nextBoolean() && before.length > 0) {
          // Something that was there before, as far back as may be.
          int back = 1 + random.nextInt(Math.min(before.length, 1 << 1 + random.nextInt(16)));
          mixed.write(before, before.length - back, Math.min(back, piece));
        } else {
          mixed.write(memory, from, piece);
        }
      }
      all.add(mixed.toByteArray());
    }
    return all;
  }

  private List<byte[]> library(String work, List<byte[]> blocks, List<byte[]> plain)
      throws IOException {
    Path source = directory.resolve(work + ".in");
    Path target = directory.resolve(work + ".out");
    Path script = Files.writeString(directory.resolve("blocks.py"), PYTHON);
    try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(source))) {
      for (int i = 0; i < blocks.size(); i++) {
        out.writeInt(blocks.get(i).length);
        out.writeInt(plain.get(i).length);
        out.write(blocks.get(i));
      }
    }
    Command.run(
            Duration.ofSeconds(60),
            "",
            List.of(
                "/usr/bin/python3", script.toString(), work, source.toString(), target.toString()))
        .ok();
    List<byte[]> answers = new ArrayList<>();
    try (DataInputStream in = new DataInputStream(Files.newInputStream(target))) {
      for (int i = 0; i < blocks.size(); i++) {
        answers.add(in.readNBytes(in.readInt()));
      }
    }
    return answers;
  }
}
