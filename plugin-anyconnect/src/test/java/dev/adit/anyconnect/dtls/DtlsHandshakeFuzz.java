package dev.adit.anyconnect.dtls;

import dev.adit.anyconnect.dtls.DtlsParameters.Form;
import dev.adit.api.secret.SecretBytes;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Handshakes of each form, client's side and server's, met with anything: no exception, and no
 * association without the secret.
 */
final class DtlsHandshakeFuzz {
  private static final DtlsTimers QUIET = new DtlsTimers(0, 0, 0);

  private DtlsHandshakeFuzz() {}

  public static void fuzzerTestOneInput(byte[] data) {
    if (data.length == 0) {
      return;
    }
    Form form = List.of(Form.values()).get((data[0] & 0xff) % Form.values().length);
    DtlsParameters parameters = parameters(form);
    Wire wire =
        new Wire(
            DtlsEngine.client(parameters, QUIET, new FixedRandom("07"), Optional.empty()),
            DtlsEngine.server(
                parameters,
                QUIET,
                new FixedRandom("08"),
                (data[0] & 0x40) == 0
                    ? ServerHandshake.Cookie.NONE
                    : ServerHandshake.Cookie.REQUIRED,
                Optional.empty()));
    wire.client.engine.start(wire.now, wire.client);
    wire.server.engine.start(wire.now, wire.server);
    Wire.End end = (data[0] & 0x80) == 0 ? wire.client : wire.server;
    // Datagrams: a length in two bytes, then so many.
    for (int at = 1; at + 2 <= data.length; ) {
      int length = (data[at] & 7) << 8 | data[at + 1] & 0xff;
      int to = Math.min(data.length, at + 2 + length);
      end.deliver(Arrays.copyOfRange(data, at + 2, to));
      at = to;
    }
    wire.now += 1_500_000_000L;
    end.engine.onDeadline(wire.now, end);
    if (end.isReady() || !end.received.isEmpty()) {
      throw new AssertionError("an association with a peer that does not know the secret");
    }
    wire.client.engine.close();
    wire.server.engine.close();
  }

  private static DtlsParameters parameters(Form form) {
    Suite suite =
        switch (form) {
          case PSK_NEGOTIATE ->
              Arrays.stream(Suite.values()).filter(Suite::isPsk).findFirst().orElseThrow();
          case RESUMPTION -> Suite.RSA_AES_256_GCM;
          case PRE_RFC ->
              Arrays.stream(Suite.values())
                  .filter(s -> !s.isPsk() && s.macKeyBytes() > 0)
                  .findFirst()
                  .orElseThrow();
        };
    byte[] secret = new byte[form == Form.PSK_NEGOTIATE ? 32 : 48];
    Arrays.fill(secret, (byte) 3);
    byte[] id = new byte[32];
    Arrays.fill(id, (byte) 3);
    return new DtlsParameters(form, List.of(suite), id, () -> SecretBytes.owning(secret.clone()));
  }
}
