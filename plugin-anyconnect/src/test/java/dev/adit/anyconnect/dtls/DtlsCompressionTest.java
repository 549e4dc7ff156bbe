package dev.adit.anyconnect.dtls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.anyconnect.compress.Encoding;
import dev.adit.api.datagram.DatagramEvent;
import dev.adit.api.secret.SecretBytes;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DtlsCompressionTest {
  private static final DtlsTimers QUIET = new DtlsTimers(0, 0, 0);

  @ParameterizedTest
  @EnumSource(names = {"OC_LZ4", "LZS"})
  void compressesWhatShrinksBothWays(Encoding encoding) {
    Wire wire = wire(Optional.of(encoding), Optional.of(encoding));
    byte[] dull = new byte[1400];
    Arrays.fill(dull, (byte) 'E');
    byte[] busy = new byte[1400];
    new Random(7).nextBytes(busy);
    for (byte[] packet : new byte[][] {dull, busy, dull}) {
      wire.client.sendPacket(packet);
      wire.server.sendPacket(packet);
    }
    assertThat(wire.client.sent.peekFirst()).hasSizeLessThan(120);
    wire.settle();
    assertThat(wire.server.received).containsExactly(dull, busy, dull);
    assertThat(wire.client.received).containsExactly(dull, busy, dull);
  }

  @Test
  void aPacketThatCannotBeExpandedIsCountedAndLost() {
    Wire wire = wire(Optional.of(Encoding.LZS), Optional.of(Encoding.OC_LZ4));
    wire.client.sendPacket(new byte[1400]);
    wire.settle();
    assertThat(wire.server.received).isEmpty();
    assertThat(wire.server.engine.drops().malformed()).isEqualTo(1);
    wire.client.sendPacket(new byte[] {0x45});
    wire.settle();
    assertThat(wire.server.received).hasSize(1);
    assertThat(wire.server.events).noneMatch(DatagramEvent.Failed.class::isInstance);
  }

  @Test
  void aCompressedPacketThatNobodyAgreedToIsCountedAndLost() {
    Wire wire = wire(Optional.of(Encoding.LZS), Optional.empty());
    wire.client.sendPacket(new byte[1400]);
    wire.settle();
    assertThat(wire.server.received).isEmpty();
    assertThat(wire.server.engine.drops().unknownType()).isEqualTo(1);
  }

  private static Wire wire(Optional<Encoding> client, Optional<Encoding> server) {
    DtlsParameters parameters =
        new DtlsParameters(
            DtlsParameters.Form.PSK_NEGOTIATE,
            List.of(Suite.PSK_AES_128_GCM),
            new byte[32],
            () -> SecretBytes.owning(new byte[32]));
    Wire wire =
        new Wire(
            DtlsEngine.client(parameters, QUIET, new SecureRandom(), client),
            DtlsEngine.server(
                parameters, QUIET, new SecureRandom(), ServerHandshake.Cookie.NONE, server));
    wire.start();
    return wire;
  }
}
