package dev.adit.core.xfrm;

import dev.adit.core.netlink.NetlinkWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.BitSet;

/**
 * {@code struct xfrm_replay_state_esn}, for numbers of 32 bits: bitmap's words 4, last number sent
 * 4, highest received 4, high halves of both 4 and 4, window 4, then the bitmap.
 *
 * <p>A received number N has its bit at (N - 1) mod window.
 *
 * @param lastSent number of the packet last sent, 0 for none
 * @param highest number received, 0 for none
 * @param window in packets, a multiple of 32; 0 for no check
 * @param seen numbers received, of those in the window: bit i is number {@code highest - i}
 */
public record XfrmReplay(long lastSent, long highest, int window, BitSet seen) {
  /** The most that the kernel takes: {@code XFRMA_REPLAY_ESN_MAX}. */
  public static final int MAX_WINDOW = 4096;

  private static final int FIXED = 24;

  public XfrmReplay {
    if (window < 0 || window > MAX_WINDOW || window % 32 != 0) {
      throw new IllegalArgumentException("replay window of " + window);
    }
    seen = (BitSet) seen.clone();
  }

  /** For an SA that only sends. */
  public static XfrmReplay sending(long lastSent) {
    return new XfrmReplay(lastSent, 0, 32, new BitSet());
  }

  /** For an SA that only receives; the window is rounded up to what the kernel can do. */
  public static XfrmReplay receiving(long highest, int window, BitSet seen) {
    int words = (Math.min(window, MAX_WINDOW) + 31) / 32;
    return new XfrmReplay(0, Math.max(0, highest), words * 32, seen);
  }

  @Override
  public BitSet seen() {
    return (BitSet) seen.clone();
  }

  /** What came by one way or the other. */
  public XfrmReplay merge(XfrmReplay other) {
    long top = Math.max(highest, other.highest);
    BitSet all = shifted(this, top);
    all.or(shifted(other, top));
    return new XfrmReplay(Math.max(lastSent, other.lastSent), top, window, all);
  }

  private static BitSet shifted(XfrmReplay replay, long top) {
    BitSet shifted = new BitSet();
    long by = top - replay.highest;
    replay.seen.stream()
        .filter(i -> i + by < replay.window)
        .forEach(i -> shifted.set((int) (i + by)));
    return shifted;
  }

  void write(NetlinkWriter to) {
    to.u32(window / 32).u32((int) lastSent).u32((int) highest).u32(0).u32(0).u32(window);
    int[] words = new int[window / 32];
    seen.stream()
        .filter(i -> i < window && i < highest)
        .map(i -> (int) ((highest - i - 1) % window))
        .forEach(bit -> words[bit / 32] |= 1 << bit % 32);
    for (int word : words) {
      to.u32(word);
    }
  }

  /** Reads the attribute's value; what is cut short is as if nothing had been received. */
  static XfrmReplay read(byte[] value) {
    ByteBuffer in = ByteBuffer.wrap(value).order(ByteOrder.nativeOrder());
    if (value.length < FIXED) {
      return sending(0);
    }
    int words = Math.min(in.getInt(0), (value.length - FIXED) / 4);
    long highest = Integer.toUnsignedLong(in.getInt(8));
    int window = Math.max(0, Math.min(Math.min(in.getInt(20), words * 32), MAX_WINDOW) & ~31);
    BitSet seen = new BitSet();
    for (int i = 0; i < window && i < highest; i++) {
      int bit = (int) ((highest - i - 1) % window);
      if ((in.getInt(FIXED + bit / 32 * 4) >>> bit % 32 & 1) != 0) {
        seen.set(i);
      }
    }
    return new XfrmReplay(Integer.toUnsignedLong(in.getInt(4)), highest, window, seen);
  }
}
