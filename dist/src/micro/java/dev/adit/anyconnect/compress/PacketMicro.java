package dev.adit.anyconnect.compress;

import java.nio.charset.StandardCharsets;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A packet of headers in words, which shrinks to a third or less. */
@State(Scope.Thread)
public class PacketMicro {
  private static final int LENGTH = 1400;

  @Param({"LZS", "OC_LZ4"})
  public Encoding encoding;

  private final byte[] packet = new byte[LENGTH];
  private final byte[] packed = new byte[LENGTH];
  private final byte[] expanded = new byte[2048];
  private PacketCodec codec;
  private int packedLength;

  @Setup
  public void fill() {
    codec = encoding.open();
    StringBuilder words = new StringBuilder();
    for (int i = 0; words.length() < LENGTH; i++) {
      words.append("X-Header-").append(i % 17).append(": value ").append(i * i).append("\r\n");
    }
    System.arraycopy(words.toString().getBytes(StandardCharsets.US_ASCII), 0, packet, 0, LENGTH);
    packedLength = compress();
  }

  @Benchmark
  public int compress() {
    return codec.compress(packet, 0, LENGTH, packed, LENGTH - 1);
  }

  @Benchmark
  public int expand() {
    int length = codec.expand(packed, 0, packedLength, expanded, 0, expanded.length);
    if (length != LENGTH) {
      throw new IllegalStateException("expanded to " + length + " of " + LENGTH);
    }
    return length;
  }
}
