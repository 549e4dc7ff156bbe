package dev.adit.core.esp;

import static dev.adit.core.esp.EspFixtures.association;
import static dev.adit.core.esp.EspFixtures.batch;
import static dev.adit.core.esp.EspFixtures.contents;
import static dev.adit.core.esp.EspFixtures.ipv4;
import static dev.adit.core.esp.EspFixtures.ipv6;
import static dev.adit.core.esp.EspFixtures.naive;
import static dev.adit.core.esp.EspFixtures.offer;
import static dev.adit.core.esp.EspFixtures.room;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.api.datagram.SaParameters.EspCipher;
import dev.adit.api.datagram.SaParameters.EspMac;
import dev.adit.api.packet.PacketBatch;
import dev.adit.core.esp.Delivery.Arrival;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Every suite against {@link NaiveEsp}, both ways. */
class EspPropertyTest {
  @Property(tries = 200)
  void theOracleOpensWhatWeSeal(
      @ForAll EspCipher cipher,
      @ForAll EspMac mac,
      @ForAll @IntRange(min = 0, max = 1) int first,
      @ForAll @Size(min = 1, max = 40) List<@IntRange(min = 40, max = 1500) Integer> lengths,
      @ForAll long seed)
      throws Exception {
    NaiveEsp oracle = NaiveEsp.random(cipher, mac, seed);
    try (EspSealer sealer =
        new EspSealer(oracle.sa(first, 0), new KeystreamIvs(new SecureRandom()))) {
      List<byte[]> packets = packets(lengths, seed);
      PacketBatch sealed = batch(packets.toArray(byte[][]::new));
      sealer.seal(sealed);
      List<byte[]> datagrams = contents(sealed);
      Set<String> ivs = new HashSet<>();
      for (int i = 0; i < packets.size(); i++) {
        Optional<NaiveEsp.Payload> opened = oracle.open(datagrams.get(i));
        assertThat(opened).isPresent();
        assertThat(opened.orElseThrow().bytes).isEqualTo(packets.get(i));
        assertThat(opened.orElseThrow().number).isEqualTo(first + i);
        assertThat(opened.orElseThrow().nextHeader).isEqualTo(packets.get(i)[0] >> 4 == 4 ? 4 : 41);
        assertThat(datagrams.get(i)).hasSize(sealer.sealedLength(packets.get(i).length));
        ivs.add(Arrays.toString(Arrays.copyOfRange(datagrams.get(i), 8, 24)));
      }
      assertThat(ivs).hasSize(packets.size());
    }
  }

  @Property(tries = 200)
  void weOpenWhatTheOracleSealsInAnyOrderAndOnce(
      @ForAll EspCipher cipher,
      @ForAll EspMac mac,
      @ForAll @Size(min = 1, max = 40) List<@IntRange(min = 40, max = 1500) Integer> lengths,
      @ForAll long seed) {
    NaiveEsp oracle = NaiveEsp.random(cipher, mac, seed);
    Random random = new Random(seed);
    List<byte[]> packets = packets(lengths, seed);
    List<byte[]> datagrams = new ArrayList<>();
    for (int i = 0; i < packets.size(); i++) {
      byte[] iv = new byte[16];
      random.nextBytes(iv);
      byte[] packet = packets.get(i);
      byte[] datagram = oracle.seal(i, iv, packet, packet[0] >> 4 == 4 ? 4 : 41);
      datagrams.add(datagram);
      if (random.nextInt(4) == 0) {
        datagrams.add(datagram.clone());
      }
    }
    Collections.shuffle(datagrams, random);
    PacketBatch opened = room();
    try (EspAssociation association = association(offer(naive(seed + 1), oracle))) {
      for (byte[] datagram : datagrams) {
        association.open(datagram, 0, datagram.length, 0, opened);
      }
      assertThat(contents(opened)).containsExactlyInAnyOrderElementsOf(packets);
      assertThat(association.drops().replayed()).isEqualTo(datagrams.size() - packets.size());
    }
  }

  @Property(tries = 100)
  void noFlippedBitIsLetIn(
      @ForAll EspCipher cipher,
      @ForAll EspMac mac,
      @ForAll @IntRange(min = 20, max = 300) int length,
      @ForAll long seed) {
    NaiveEsp oracle = NaiveEsp.random(cipher, mac, seed);
    byte[] good = oracle.seal(7, new byte[16], ipv4(length, seed), 4);
    Random random = new Random(seed);
    try (EspAssociation association = association(offer(naive(seed + 1), oracle))) {
      PacketBatch opened = room();
      for (int i = 0; i < 200; i++) {
        byte[] bad = good.clone();
        int bit = i < 64 ? i : random.nextInt(bad.length * 8);
        bad[bit / 8] ^= (byte) (1 << bit % 8);
        assertThat(association.open(bad, 0, bad.length, 0, opened))
            .as("bit %d", bit)
            .isEqualTo(Arrival.REFUSED);
      }
      assertThat(opened.isEmpty()).isTrue();
      // None of them moved the window or the cipher.
      assertThat(association.open(good, 0, good.length, 0, opened)).isEqualTo(Arrival.AUTHENTIC);
      assertThat(contents(opened)).containsExactly(ipv4(length, seed));
    }
  }

  @Property(tries = 50)
  void noPrefixAndNoNoiseIsLetIn(@ForAll EspCipher cipher, @ForAll EspMac mac, @ForAll long seed) {
    NaiveEsp oracle = NaiveEsp.random(cipher, mac, seed);
    byte[] good = oracle.seal(7, new byte[16], ipv4(150, seed), 4);
    Random random = new Random(seed);
    try (EspAssociation association = association(offer(naive(seed + 1), oracle))) {
      PacketBatch opened = room();
      for (int length = 0; length < good.length; length++) {
        assertThat(association.open(good.clone(), 0, length, 0, opened)).isEqualTo(Arrival.REFUSED);
        byte[] noise = new byte[length];
        random.nextBytes(noise);
        System.arraycopy(good, 0, noise, 0, Math.min(4, length));
        assertThat(association.open(noise, 0, length, 0, opened)).isEqualTo(Arrival.REFUSED);
      }
      assertThat(opened.isEmpty()).isTrue();
    }
  }

  private static List<byte[]> packets(List<Integer> lengths, long seed) {
    List<byte[]> packets = new ArrayList<>();
    for (int i = 0; i < lengths.size(); i++) {
      int length = lengths.get(i);
      packets.add(length % 3 == 0 ? ipv6(length, seed + i) : ipv4(length, seed + i));
    }
    return packets;
  }
}
