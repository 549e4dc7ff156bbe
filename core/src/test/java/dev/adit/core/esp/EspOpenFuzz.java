package dev.adit.core.esp;

import static dev.adit.core.esp.EspFixtures.IV;
import static dev.adit.core.esp.EspFixtures.association;
import static dev.adit.core.esp.EspFixtures.contents;
import static dev.adit.core.esp.EspFixtures.offer;
import static dev.adit.core.esp.EspFixtures.room;

import dev.adit.api.datagram.SaParameters.EspCipher;
import dev.adit.api.datagram.SaParameters.EspMac;
import dev.adit.api.packet.PacketBatch;
import dev.adit.core.esp.Delivery.Arrival;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * ESP packets that are noise, and authentic ones with any content, padding and next header: opened
 * as the oracle opens them, or refused.
 */
final class EspOpenFuzz {
  private EspOpenFuzz() {}

  public static void fuzzerTestOneInput(byte[] data) {
    if (data.length < 2) {
      return;
    }
    EspCipher cipher = List.of(EspCipher.values()).get((data[0] & 0xf) % EspCipher.values().length);
    EspMac mac = List.of(EspMac.values()).get((data[0] >> 4 & 3) % EspMac.values().length);
    NaiveEsp peer = NaiveEsp.random(cipher, mac, 7);
    byte[] rest = Arrays.copyOfRange(data, 1, data.length);
    byte[] datagram = data[0] < 0 ? behindSpi(peer.spi, rest) : peer.sealPlain(1, IV, whole(rest));
    Optional<NaiveEsp.Payload> expected = peer.open(datagram);
    try (EspAssociation ours = association(offer(NaiveEsp.random(cipher, mac, 8), peer))) {
      PacketBatch packets = room();
      Arrival arrival = ours.open(datagram, 0, datagram.length, 0, packets);
      List<byte[]> got = contents(packets);
      if (data[0] < 0 && expected.isEmpty() && arrival != Arrival.REFUSED) {
        throw new AssertionError(arrival + " of noise");
      }
      if (data[0] >= 0 && arrival == Arrival.REFUSED) {
        throw new AssertionError("an authentic packet was refused");
      }
      for (byte[] packet : got) {
        // No longer than what was in it, and the beginning of it.
        byte[] payload = expected.orElseThrow(() -> new AssertionError("bad padding")).bytes;
        if (!Arrays.equals(packet, Arrays.copyOf(payload, packet.length))) {
          throw new AssertionError("another packet than the oracle's");
        }
      }
      if (ours.open(datagram, 0, datagram.length, 0, packets) != Arrival.REFUSED) {
        throw new AssertionError("a replay was let in");
      }
    }
  }

  /** Filled up with zeros to whole blocks of the cipher. */
  private static byte[] whole(byte[] plain) {
    return Arrays.copyOf(plain, Math.max(16, (plain.length + 15) / 16 * 16));
  }

  private static byte[] behindSpi(int spi, byte[] rest) {
    byte[] datagram = new byte[rest.length + 4];
    for (int i = 0; i < 4; i++) {
      datagram[i] = (byte) (spi >>> 24 - 8 * i);
    }
    System.arraycopy(rest, 0, datagram, 4, rest.length);
    return datagram;
  }
}
