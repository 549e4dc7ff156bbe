package dev.adit.core.esp;

import static dev.adit.core.esp.EspFixtures.association;
import static dev.adit.core.esp.EspFixtures.batch;
import static dev.adit.core.esp.EspFixtures.contents;
import static dev.adit.core.esp.EspFixtures.counting;
import static dev.adit.core.esp.EspFixtures.fixed;
import static dev.adit.core.esp.EspFixtures.offer;
import static dev.adit.core.esp.EspFixtures.room;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.api.datagram.SaParameters.EspCipher;
import dev.adit.api.datagram.SaParameters.EspMac;
import dev.adit.api.packet.PacketBatch;
import dev.adit.core.esp.Delivery.Arrival;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Packets that went between us and the ESP of Debian's kernel 6.1, {@code kernel-esp.txt}: what it
 * sealed, and what it opened of ours. Made by {@code KernelEspScenarios} in a guest, with {@code
 * -Dadit.vectors=FILE}; that does it live, too.
 */
class KernelVectorTest {
  private static final int SUITES = 6;
  private static final int SIZES = 3;

  /** One line: who sealed, cipher, MAC, the datagram, the packet in it. */
  private static final class Vector {
    final NaiveEsp esp;
    final byte[] wire;
    final byte[] packet;
    final long number;

    Vector(String line) {
      List<String> words = List.of(line.split(" ", 5));
      wire = HexFormat.of().parseHex(words.get(3));
      packet = HexFormat.of().parseHex(words.get(4));
      ByteBuffer head = ByteBuffer.wrap(wire);
      byte[] keys = counting(words.get(0).equals("kernel") ? 0x00 : 0x40, 64);
      esp =
          NaiveEsp.of(
              head.getInt(Wire.SPI),
              EspCipher.valueOf(words.get(1)),
              EspMac.valueOf(words.get(2)),
              keys);
      number = Integer.toUnsignedLong(head.getInt(Wire.NUMBER));
    }
  }

  @Test
  void thereIsEachSuiteBothWaysWithLeastAndMostPadding() throws IOException {
    List<String> kinds = lines().map(l -> l.replaceFirst(" [0-9a-f]+ [0-9a-f]+$", "")).toList();
    assertThat(kinds).hasSize(2 * SUITES * SIZES);
    assertThat(kinds.stream().distinct()).hasSize(2 * SUITES);
    assertThat(lines().map(Vector::new).map(v -> Wire.padding(v.packet.length)).distinct())
        .contains(0, 15);
  }

  @ParameterizedTest
  @MethodSource("lines")
  void isOpenedAndSealedToTheSameBytes(String line) throws Exception {
    Vector vector = new Vector(line);
    PacketBatch packets = room();
    try (EspAssociation sas = association(offer(EspFixtures.naive(1), vector.esp))) {
      assertThat(sas.open(vector.wire, 0, vector.wire.length, 0, packets))
          .isEqualTo(Arrival.AUTHENTIC);
    }
    assertThat(contents(packets)).containsExactly(vector.packet);

    IvSource iv = fixed(Arrays.copyOfRange(vector.wire, Wire.IV, Wire.CIPHERTEXT));
    try (EspSealer sealer = new EspSealer(vector.esp.sa(1, 0), iv)) {
      sealer.skipTo(vector.number);
      PacketBatch one = batch(vector.packet);
      sealer.seal(one);
      assertThat(contents(one)).containsExactly(vector.wire);
    }
  }

  static Stream<String> lines() throws IOException {
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(
                    KernelVectorTest.class.getResourceAsStream("kernel-esp.txt")),
                StandardCharsets.US_ASCII))) {
      return in.lines().toList().stream();
    }
  }
}
