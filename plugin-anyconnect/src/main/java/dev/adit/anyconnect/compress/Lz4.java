package dev.adit.anyconnect.compress;

import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;

/**
 * {@code oc-lz4}: one LZ4 block, without a frame, a length or a dictionary. The pure Java instance
 * checks every access; its compressor allocates a hash table of 16 KiB for each packet.
 */
final class Lz4 implements PacketCodec {
  private final LZ4Compressor compressor = LZ4Factory.safeInstance().fastCompressor();
  private final LZ4SafeDecompressor expander = LZ4Factory.safeInstance().safeDecompressor();

  @Override
  public boolean hasHistory() {
    return false;
  }

  @Override
  public int compress(byte[] from, int at, int length, byte[] to, int room) {
    try {
      return compressor.compress(from, at, length, to, 0, room);
    } catch (LZ4Exception e) {
      // It says so of what does not shrink.
      return 0;
    }
  }

  @Override
  public int expand(byte[] from, int at, int length, byte[] to, int toAt, int room) {
    try {
      return expander.decompress(from, at, length, to, toAt, room);
    } catch (LZ4Exception e) {
      return DAMAGED;
    }
  }

  @Override
  public void close() {
    // Nothing is kept.
  }
}
