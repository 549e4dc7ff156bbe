package dev.adit.core.esp;

import dev.adit.api.datagram.EspOffer.Compression;
import dev.adit.api.datagram.EspOffer.Compressor;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Compresses packets before they are sealed, where that makes them shorter. One thread. */
final class Shrinker {
  private final Compressor compressor;
  private final int nextHeader;
  private final byte[] scratch;

  private Shrinker(Compressor compressor, Compression rule) {
    this.compressor = compressor;
    this.nextHeader = rule.nextHeader();
    this.scratch = new byte[rule.maxPacketBytes()];
  }

  /** Null if packets are sent as they are. */
  static @Nullable Shrinker of(Optional<Compression> rule) {
    return rule.flatMap(r -> r.compressor().map(c -> new Shrinker(c, r))).orElse(null);
  }

  /** Protocol number that announces a compressed packet. */
  int nextHeader() {
    return nextHeader;
  }

  /**
   * Compresses a packet in place.
   *
   * @return its length now; 0, and nothing changed, if it would not be shorter
   */
  int shrink(byte[] bytes, int at, int length) {
    if (length > scratch.length) {
      return 0;
    }
    int shorter = compressor.compress(bytes, at, length, scratch, 0, length - 1);
    if (shorter <= 0) {
      return 0;
    }
    System.arraycopy(scratch, 0, bytes, at, shorter);
    return shorter;
  }
}
