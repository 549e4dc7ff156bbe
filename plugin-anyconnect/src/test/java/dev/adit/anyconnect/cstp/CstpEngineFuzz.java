package dev.adit.anyconnect.cstp;

import dev.adit.api.tunnel.TunnelSettings;
import java.time.Duration;
import java.util.Arrays;

/** A whole tunnel fed with anything: it takes all bytes, throws nothing, and its timers end. */
final class CstpEngineFuzz {
  private static final String[] ENCODINGS = {
    "X-CSTP-DPD: 30",
    "X-CSTP-Content-Encoding: oc-lz4",
    "X-CSTP-Content-Encoding: lzs",
    "X-CSTP-Content-Encoding: deflate"
  };

  private CstpEngineFuzz() {}

  public static void fuzzerTestOneInput(byte[] data) {
    if (data.length < 2) {
      return;
    }
    Tunnel.Wishes wishes = new Tunnel.Wishes();
    wishes.datagrams = true;
    wishes.compression = TunnelSettings.Compression.ALL;
    Tunnel tunnel = new Tunnel(wishes, 0, 8);
    if ((data[0] & 8) == 0) {
      tunnel.answer(ENCODINGS[data[0] & 3]);
    } else {
      tunnel.engine.start(0, tunnel);
    }
    // Cut where the second byte says, as TLS may.
    int cut = 2 + (data[1] & 0xff) % Math.max(1, data.length - 1);
    tunnel.receive(Arrays.copyOfRange(data, 2, Math.min(cut, data.length)));
    tunnel.receive(Arrays.copyOfRange(data, Math.min(cut, data.length), data.length));
    tunnel.pass(Duration.ofSeconds(90));
    tunnel.engine.close();
  }
}
