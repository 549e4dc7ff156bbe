package dev.adit.anyconnect.compress;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/** Lines of {@code plain,compressed} that {@code src/test/scripts/compression_vectors.py} wrote. */
final class Vectors {
  private Vectors() {}

  record Vector(String plain, String packed) {
    byte[] plainBytes() {
      return hex(plain);
    }

    byte[] packedBytes() {
      return hex(packed);
    }
  }

  static List<Vector> of(String file) {
    try (InputStream in = Objects.requireNonNull(Vectors.class.getResourceAsStream(file), file)) {
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
          .lines()
          .map(line -> line.split(",", -1))
          .map(parts -> new Vector(parts[0], parts[1]))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static byte[] hex(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  /** Compresses with room to spare; empty if it does not fit. */
  static byte[] compress(PacketCodec codec, byte[] plain, int room) {
    byte[] to = new byte[room];
    return Arrays.copyOf(to, codec.compress(plain, 0, plain.length, to, room));
  }

  /** Expands into the middle of an array whose other bytes must stay as they are. */
  static byte[] expand(PacketCodec codec, byte[] packed, int room) {
    byte[] from = new byte[packed.length + 6];
    Arrays.fill(from, (byte) 0x5a);
    System.arraycopy(packed, 0, from, 3, packed.length);
    byte[] to = new byte[room + 10];
    Arrays.fill(to, (byte) 0x77);
    int n = codec.expand(from, 3, packed.length, to, 5, room);
    if (n > room) {
      throw new AssertionError(n + " bytes into a room of " + room);
    }
    for (int i = 0; i < 5; i++) {
      if (to[i] != 0x77 || to[to.length - 1 - i] != 0x77) {
        throw new AssertionError("written outside of the room");
      }
    }
    return n < 0 ? DAMAGED : Arrays.copyOfRange(to, 5, 5 + n);
  }

  /** What {@link #expand} gives for damage; compare by identity. */
  static final byte[] DAMAGED = {};
}
