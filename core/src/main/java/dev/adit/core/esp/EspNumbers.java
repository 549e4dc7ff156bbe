package dev.adit.core.esp;

import java.util.BitSet;
import java.util.List;

/**
 * Where the numbers of an association stand, so that somebody else can go on from there: the
 * kernel, and this process after it.
 *
 * @param outboundSpi the SA that sends
 * @param nextSent number that its next packet gets
 * @param received each SA that receives: the one in use first, then the one before it, if packets
 *     may still come
 */
public record EspNumbers(int outboundSpi, long nextSent, List<Received> received) {
  /**
   * What one SA has received.
   *
   * @param highest number; -1 for none
   * @param seen numbers of the window that came: bit i is number {@code highest - i}
   */
  public record Received(int spi, long highest, BitSet seen) {
    public Received {
      seen = (BitSet) seen.clone();
    }

    @Override
    public BitSet seen() {
      return (BitSet) seen.clone();
    }
  }

  public EspNumbers {
    received = List.copyOf(received);
  }
}
