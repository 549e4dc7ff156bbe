package dev.adit.anyconnect.compress;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** RFC 1974 read a bit at a time from a string, as the oracle for the decoder. */
final class SlowLzs {
  private final StringBuilder bits = new StringBuilder();
  private int at;

  private SlowLzs(byte[] stream) {
    for (byte b : stream) {
      bits.append(String.format("%8s", Integer.toBinaryString(b & 0xff)).replace(' ', '0'));
    }
  }

  /** The packet, if the stream is one of at most so many bytes. */
  static Optional<byte[]> expand(byte[] stream, int most) {
    try {
      return new SlowLzs(stream).packet(most);
    } catch (StringIndexOutOfBoundsException e) {
      return Optional.empty();
    }
  }

  private Optional<byte[]> packet(int most) {
    List<Integer> out = new ArrayList<>();
    while (out.size() <= most) {
      if (take(1) == 0) {
        out.add(take(8));
        continue;
      }
      int offset;
      if (take(1) == 1) {
        offset = take(7);
        if (offset == 0) {
          byte[] packet = new byte[out.size()];
          for (int i = 0; i < packet.length; i++) {
            packet[i] = out.get(i).byteValue();
          }
          return out.size() > most ? Optional.empty() : Optional.of(packet);
        }
      } else {
        offset = take(11);
      }
      if (offset == 0 || offset > out.size()) {
        return Optional.empty();
      }
      for (int length = length(); length > 0 && out.size() <= most; length--) {
        out.add(out.get(out.size() - offset));
      }
    }
    return Optional.empty();
  }

  private int length() {
    int two = take(2);
    if (two < 3) {
      return two + 2;
    }
    int four = take(2);
    if (four < 3) {
      return four + 5;
    }
    int length = 8;
    int more;
    do {
      more = take(4);
      length += more;
    } while (more == 15);
    return length;
  }

  private int take(int count) {
    at += count;
    return Integer.parseInt(bits.substring(at - count, at), 2);
  }
}
