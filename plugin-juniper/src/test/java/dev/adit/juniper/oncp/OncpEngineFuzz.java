package dev.adit.juniper.oncp;

import dev.adit.api.packet.PacketBatch;
import dev.adit.api.tunnel.EngineOutput;
import dev.adit.api.tunnel.TunnelEvent;
import dev.adit.juniper.MadeTunnel;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A tunnel fed with anything: raw bytes behind the upgrade, records behind the configuration, or
 * well-formed KMP messages of any type with any payload, cut anywhere. It takes all bytes and
 * throws nothing.
 */
final class OncpEngineFuzz {
  private static final byte[] HEAD =
      "HTTP/1.1 200 OK\r\nNCP-Version: 3\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] OPENING =
      HexFormat.of()
          .parseHex(
              "010000"
                  + "3e00000000000000012d010000000000000000000"
                  + "02a00060000000a00020000000400000578"
                  + "00010000001400010000000"
                  + "40a630002000200000004ffffffff");
  private static final int[] TYPES = {Kmp.DATA, Kmp.CONFIGURATION, Kmp.KEYS, Kmp.CONTROL};

  private OncpEngineFuzz() {}

  public static void fuzzerTestOneInput(byte[] data) {
    if (data.length < 2) {
      return;
    }
    byte[] rest = Arrays.copyOfRange(data, 2, data.length);
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    switch (data[0] & 3) {
      case 0 -> {}
      case 1 -> stream.writeBytes(HEAD);
      default -> {
        stream.writeBytes(HEAD);
        stream.writeBytes(OPENING);
      }
    }
    if ((data[0] & 3) == 3) {
      messages(rest, stream);
    } else {
      stream.writeBytes(rest);
    }
    feed(stream.toByteArray(), 1 + (data[1] & 0xff));
  }

  /** Messages: type, then a length in two bytes, then so many. */
  private static void messages(byte[] data, ByteArrayOutputStream stream) {
    for (int at = 0; at + 3 <= data.length; ) {
      int type = TYPES[data[at] & 3];
      int length = (data[at + 1] & 7) << 8 | data[at + 2] & 0xff;
      int to = Math.min(data.length, at + 3 + length);
      stream.writeBytes(OncpRecord.message(type, Arrays.copyOfRange(data, at + 3, to), false));
      at = to;
    }
  }

  private static void feed(byte[] bytes, int step) {
    PacketBatch packets = new PacketBatch(4, 4096, 64);
    OncpEngine engine = new OncpEngine(MadeTunnel.context());
    Ear ear = new Ear();
    engine.start(0, ear);
    for (int at = 0; at < bytes.length && !ear.over; ) {
      int n = Math.min(step, bytes.length - at);
      int taken = engine.receive(bytes, at, n, 0, packets, ear);
      if (taken < n && !packets.isFull()) {
        throw new AssertionError("took " + taken + " of " + n + " with room left");
      }
      packets.clear();
      at += taken;
    }
    engine.nanosUntilDeadline(1);
    engine.close();
  }

  /** Notes whether the engine has said its last word, after which core only closes it. */
  private static final class Ear implements EngineOutput {
    boolean over;

    @Override
    public void send(byte[] bytes, int offset, int length) {
      if (length == 0) {
        throw new AssertionError("an empty record");
      }
    }

    @Override
    public void event(TunnelEvent event) {
      over |= event instanceof TunnelEvent.Ended || event instanceof TunnelEvent.Failed;
    }
  }
}
