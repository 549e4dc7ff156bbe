package dev.adit.anyconnect.dtls;

import dev.adit.anyconnect.dtls.DtlsParameters.Form;
import dev.adit.api.datagram.DatagramEvent;
import dev.adit.api.secret.SecretBytes;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Associations of every form and suite, up since the first input, met with damaged records and with
 * noise: nothing gets through, and genuine records still do.
 */
final class DtlsRecordFuzz {
  private static final DtlsTimers QUIET = new DtlsTimers(0, 0, 0);
  private static final byte[] PACKET = new byte[60];
  private static final List<Wire> WIRES = new ArrayList<>();

  private DtlsRecordFuzz() {}

  public static void fuzzerTestOneInput(byte[] data) {
    if (WIRES.isEmpty()) {
      open();
    }
    if (data.length < 3) {
      return;
    }
    Wire wire = WIRES.get((data[0] & 0xff) % WIRES.size());
    wire.client.sendPacket(PACKET);
    byte[] record = wire.client.sent.remove();
    byte[] damaged = damage(record, data);
    if (!Arrays.equals(damaged, record)) {
      wire.server.deliver(damaged);
    }
    if (!wire.server.received.isEmpty()) {
      throw new AssertionError("a forged record got through");
    }
    wire.server.deliver(record);
    if (wire.server.received.size() != 1 || !Arrays.equals(wire.server.received.get(0), PACKET)) {
      throw new AssertionError("a genuine record did not get through");
    }
    wire.server.received.clear();
    if (wire.server.events.stream().anyMatch(DatagramEvent.Failed.class::isInstance)) {
      throw new AssertionError("forged records ended the association");
    }
    wire.server.events.clear();
    wire.server.sent.clear();
  }

  /** Noise, or the record with bytes from the input laid over it, or a part of it. */
  private static byte[] damage(byte[] record, byte[] data) {
    byte[] noise = Arrays.copyOfRange(data, 2, data.length);
    if ((data[1] & 1) == 0) {
      return noise;
    }
    byte[] damaged = record.clone();
    for (int i = 0; i < noise.length && i < damaged.length; i++) {
      damaged[i] ^= noise[i];
    }
    return (data[1] & 2) == 0 ? damaged : Arrays.copyOf(damaged, (data[1] & 0xff) % damaged.length);
  }

  private static void open() {
    for (Form form : Form.values()) {
      for (Suite suite : Suite.values()) {
        boolean fits =
            form == Form.PSK_NEGOTIATE
                ? suite.isPsk()
                : !suite.isPsk() && (form != Form.PRE_RFC || suite.macKeyBytes() > 0);
        if (fits) {
          WIRES.add(open(form, suite));
        }
      }
    }
  }

  private static Wire open(Form form, Suite suite) {
    byte[] secret = new byte[form == Form.PSK_NEGOTIATE ? 32 : 48];
    byte[] id = new byte[32];
    DtlsParameters parameters =
        new DtlsParameters(form, List.of(suite), id, () -> SecretBytes.owning(secret.clone()));
    Wire wire =
        new Wire(
            DtlsEngine.client(parameters, QUIET, new SecureRandom(), Optional.empty()),
            DtlsEngine.server(
                parameters,
                QUIET,
                new SecureRandom(),
                ServerHandshake.Cookie.NONE,
                Optional.empty()));
    wire.start();
    wire.server.events.clear();
    return wire;
  }
}
