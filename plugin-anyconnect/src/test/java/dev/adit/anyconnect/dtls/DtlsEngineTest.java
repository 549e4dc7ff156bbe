package dev.adit.anyconnect.dtls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.anyconnect.dtls.DtlsParameters.Form;
import dev.adit.api.datagram.DatagramEvent;
import dev.adit.api.secret.SecretBytes;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Our client and our server, over a wire that loses, repeats, reorders and damages. */
class DtlsEngineTest {
  private static final long SECOND = 1_000_000_000L;
  private static final DtlsTimers QUIET = new DtlsTimers(0, 0, 0);
  private static final byte[] PACKET = packet(1400, 7);

  static Stream<Arguments> forms() {
    List<Arguments> all = new ArrayList<>();
    for (Suite suite : Suite.values()) {
      if (suite.isPsk()) {
        all.add(Arguments.of(Form.PSK_NEGOTIATE, suite));
      } else {
        all.add(Arguments.of(Form.RESUMPTION, suite));
        if (suite.macKeyBytes() > 0) {
          all.add(Arguments.of(Form.PRE_RFC, suite));
        }
      }
    }
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("forms")
  void carriesPacketsBothWays(Form form, Suite suite) {
    Wire wire = wire(form, suite, QUIET, ServerHandshake.Cookie.NONE);
    wire.start();
    assertThat(wire.client.isReady()).isTrue();
    assertThat(wire.server.isReady()).isTrue();
    wire.client.sendPacket(PACKET);
    wire.server.sendPacket(PACKET);
    wire.settle();
    assertThat(wire.server.received).containsExactly(PACKET);
    assertThat(wire.client.received).containsExactly(PACKET);
  }

  @ParameterizedTest
  @MethodSource("forms")
  void answersAHelloVerifyRequest(Form form, Suite suite) {
    Wire wire = wire(form, suite, QUIET, ServerHandshake.Cookie.REQUIRED);
    wire.start();
    assertThat(wire.client.isReady() && wire.server.isReady()).isTrue();
  }

  @ParameterizedTest
  @MethodSource("forms")
  void outlivesTheLossOfAnyDatagramOfTheHandshake(Form form, Suite suite) {
    for (int lost = 0; lost < 4; lost++) {
      Wire wire = wire(form, suite, QUIET, ServerHandshake.Cookie.NONE);
      int[] seen = {0};
      int victim = lost;
      wire.client.loses = d -> seen[0]++ == victim;
      wire.server.loses = d -> seen[0]++ == victim;
      wire.start();
      wire.advance(8 * SECOND);
      assertThat(wire.client.isReady()).as("client, datagram %s lost", lost).isTrue();
      assertThat(wire.server.isReady()).as("server, datagram %s lost", lost).isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("forms")
  void fillsAnUdpPayloadExactly(Form form, Suite suite) {
    Wire wire = wire(form, suite, QUIET, ServerHandshake.Cookie.NONE);
    wire.start();
    for (int payload = 1180; payload < 1260; payload++) {
      int longest = wire.client.engine.maxPacket(payload);
      wire.client.sendPacket(packet(longest, payload));
      assertThat(wire.client.sent.getLast().length).isLessThanOrEqualTo(payload);
      wire.client.sendPacket(packet(longest + 1, payload));
      assertThat(wire.client.sent.getLast().length).isGreaterThan(payload);
    }
  }

  @ParameterizedTest
  @MethodSource("forms")
  void letsNoDamagedOrRepeatedRecordThrough(Form form, Suite suite) {
    Wire wire = wire(form, suite, QUIET, ServerHandshake.Cookie.NONE);
    wire.start();
    wire.client.sendPacket(packet(60, 1));
    byte[] record = wire.client.sent.remove();
    for (int i = 0; i < record.length; i++) {
      byte[] damaged = record.clone();
      damaged[i] ^= 0x40;
      wire.server.deliver(damaged);
      wire.server.deliver(Arrays.copyOf(record, i));
    }
    assertThat(wire.server.received).isEmpty();
    wire.server.deliver(record);
    wire.server.deliver(record);
    assertThat(wire.server.received).hasSize(1);
    assertThat(wire.server.engine.drops().replayed()).isEqualTo(1);
    assertThat(wire.server.events).noneMatch(DatagramEvent.Failed.class::isInstance);
  }

  @Test
  void acceptsRecordsInAnyOrder() {
    Wire wire = wire(Form.RESUMPTION, Suite.RSA_AES_256_GCM, QUIET, ServerHandshake.Cookie.NONE);
    wire.start();
    List<byte[]> records = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      wire.client.sendPacket(packet(100, i));
      records.add(wire.client.sent.remove());
    }
    Collections.shuffle(records, new Random(4));
    records.forEach(wire.server::deliver);
    assertThat(wire.server.received).hasSize(500);
  }

  @Test
  void keepsAnEarlyFinishedUntilTheHelloCame() {
    Wire wire = wire(Form.RESUMPTION, Suite.RSA_AES_128_GCM, QUIET, ServerHandshake.Cookie.NONE);
    wire.server.engine.start(wire.now, wire.server);
    wire.client.engine.start(wire.now, wire.client);
    wire.server.deliver(wire.client.sent.remove());
    byte[] flight = wire.server.sent.remove();
    int hello = RecordHeader.BYTES + RecordHeader.length(flight, 0);
    int change = RecordHeader.BYTES + RecordHeader.length(flight, hello);
    wire.client.deliver(Arrays.copyOfRange(flight, hello + change, flight.length));
    wire.client.deliver(Arrays.copyOfRange(flight, 0, hello));
    assertThat(wire.client.isReady()).isTrue();
  }

  @Test
  void givesUpAfterTwelveSecondsAndMayTryAgain() {
    Wire wire = wire(Form.PSK_NEGOTIATE, Suite.PSK_AES_128_GCM, QUIET, ServerHandshake.Cookie.NONE);
    wire.client.loses = d -> true;
    wire.start();
    wire.advance(30 * SECOND);
    assertThat(wire.client.events)
        .containsExactly(
            new DatagramEvent.Failed("no answer on UDP within 12 s", DatagramEvent.Retry.LATER));
  }

  @Test
  void refusesASessionThatIsNotResumed() {
    DtlsParameters ours = parameters(Form.RESUMPTION, Suite.RSA_AES_128_GCM, (byte) 1);
    DtlsParameters theirs =
        new DtlsParameters(
            Form.RESUMPTION,
            List.of(Suite.RSA_AES_128_GCM),
            id((byte) 1),
            () -> SecretBytes.owning(new byte[48]));
    Wire wire =
        new Wire(
            DtlsEngine.client(ours, QUIET, new SecureRandom(), Optional.empty()),
            DtlsEngine.server(
                theirs, QUIET, new SecureRandom(), ServerHandshake.Cookie.NONE, Optional.empty()));
    wire.start();
    wire.advance(20 * SECOND);
    assertThat(wire.client.isReady()).isFalse();
    assertThat(wire.server.isReady()).isFalse();
  }

  @Test
  void asksAfterTheDpdIntervalAndDeclaresDeathAfterTwice() {
    DtlsTimers dpd = new DtlsTimers(10 * SECOND, 0, 0);
    Wire wire = wire(Form.RESUMPTION, Suite.RSA_AES_256_GCM, dpd, ServerHandshake.Cookie.NONE);
    wire.start();
    wire.client.events.clear();
    wire.advance(11 * SECOND);
    assertThat(wire.client.events).contains(new DatagramEvent.ProbeAnswered(0));
    wire.server.loses = d -> true;
    wire.client.events.clear();
    wire.advance(31 * SECOND);
    assertThat(wire.client.events).anyMatch(DatagramEvent.PeerSilent.class::isInstance);
  }

  @Test
  void aProbeIsAsLongAsAPacketAndComesBackWhole() {
    Wire wire = wire(Form.PRE_RFC, Suite.RSA_AES_256_SHA, QUIET, ServerHandshake.Cookie.NONE);
    wire.start();
    wire.client.events.clear();
    wire.client.engine.probe(1400, wire.now, wire.client);
    int asPacket = wire.client.sent.getLast().length;
    wire.settle();
    assertThat(wire.client.events).containsExactly(new DatagramEvent.ProbeAnswered(1400));
    wire.client.sendPacket(packet(1400, 1));
    assertThat(wire.client.sent.getLast()).hasSize(asPacket);
  }

  @Test
  void announcesNewKeysOnce() {
    DtlsTimers rekey = new DtlsTimers(0, 0, 20 * SECOND);
    Wire wire = wire(Form.RESUMPTION, Suite.RSA_AES_256_GCM, rekey, ServerHandshake.Cookie.NONE);
    wire.start();
    wire.client.events.clear();
    wire.advance(100 * SECOND);
    assertThat(wire.client.events).containsExactly(new DatagramEvent.RekeyDue());
  }

  @Test
  void survivesGarbageAtEveryStage() {
    Random random = new Random(20261124);
    for (int round = 0; round < 200; round++) {
      Wire wire =
          wire(Form.PSK_NEGOTIATE, Suite.PSK_AES_256_GCM, QUIET, ServerHandshake.Cookie.NONE);
      byte[] garbage = new byte[random.nextInt(200)];
      random.nextBytes(garbage);
      if (garbage.length > 13) {
        garbage[1] = (byte) 0xfe;
        garbage[2] = (byte) 0xfd;
        garbage[0] = (byte) (20 + random.nextInt(5));
        garbage[3] = 0;
        garbage[4] = (byte) random.nextInt(2);
        Bytes.put16(garbage, 11, garbage.length - 13);
      }
      wire.client.engine.start(wire.now, wire.client);
      wire.client.deliver(garbage);
      wire.server.deliver(garbage);
    }
  }

  @Test
  void theWindowAgreesWithANaiveOne() {
    Random random = new Random(5);
    for (int round = 0; round < 50; round++) {
      ReplayWindow window = new ReplayWindow();
      List<Long> seen = new ArrayList<>();
      long highest = -1;
      for (int i = 0; i < 3000; i++) {
        long number = Math.max(0, highest + random.nextInt(2400) - 1300);
        boolean naive =
            !seen.contains(number) && (number > highest || highest - number < ReplayWindow.SIZE);
        assertThat(window.accepts(number)).as("%s after %s", number, highest).isEqualTo(naive);
        if (naive) {
          window.mark(number);
          seen.add(number);
          highest = Math.max(highest, number);
        }
      }
    }
  }

  private static Wire wire(
      Form form, Suite suite, DtlsTimers timers, ServerHandshake.Cookie cookie) {
    DtlsParameters parameters = parameters(form, suite, (byte) 3);
    return new Wire(
        DtlsEngine.client(parameters, timers, new SecureRandom(), Optional.empty()),
        DtlsEngine.server(parameters, QUIET, new SecureRandom(), cookie, Optional.empty()));
  }

  private static DtlsParameters parameters(Form form, Suite suite, byte seed) {
    byte[] secret = new byte[form == Form.PSK_NEGOTIATE ? 32 : 48];
    Arrays.fill(secret, seed);
    return new DtlsParameters(
        form, List.of(suite), id(seed), () -> SecretBytes.owning(secret.clone()));
  }

  private static byte[] id(byte seed) {
    byte[] id = new byte[32];
    Arrays.fill(id, seed);
    return id;
  }

  private static byte[] packet(int length, int seed) {
    byte[] packet = new byte[length];
    IntStream.range(0, length).forEach(i -> packet[i] = (byte) (i * 31 + seed));
    return packet;
  }
}
