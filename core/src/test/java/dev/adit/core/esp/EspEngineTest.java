package dev.adit.core.esp;

import static dev.adit.core.esp.EspFixtures.IV;
import static dev.adit.core.esp.EspFixtures.SECOND;
import static dev.adit.core.esp.EspFixtures.association;
import static dev.adit.core.esp.EspFixtures.batch;
import static dev.adit.core.esp.EspFixtures.ipv4;
import static dev.adit.core.esp.EspFixtures.naive;
import static dev.adit.core.esp.EspFixtures.offer;
import static dev.adit.core.esp.EspFixtures.room;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.api.datagram.DatagramEvent.Failed;
import dev.adit.api.datagram.DatagramEvent.PeerSilent;
import dev.adit.api.datagram.DatagramEvent.ProbeAnswered;
import dev.adit.api.datagram.DatagramEvent.Ready;
import dev.adit.api.datagram.DatagramEvent.RekeyDue;
import dev.adit.api.datagram.DatagramEvent.Retry;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Against a fake clock; the offer's fallback time is 16 s. */
class EspEngineTest {
  private static final long MILLI = SECOND / 1000;

  private final NaiveEsp toPeer = naive(1);
  private final NaiveEsp fromPeer = naive(2);
  private final EspAssociation association = association(offer(toPeer, fromPeer));
  private final EspEngine engine = new EspEngine(association, EspTimers.DEFAULT);
  private final EspFixtures.Said said = new EspFixtures.Said();
  // Near the end of the scale: times are compared by subtraction.
  private final long start = Long.MAX_VALUE - SECOND;
  private long now = start;
  private long number;

  @Test
  void asksSixTimesAndGivesUp() {
    engine.start(now, said);
    List<Long> times = new ArrayList<>(List.of(0L));
    int sent = 1;
    while (said.events.isEmpty()) {
      step();
      if (said.sent.size() > sent) {
        sent = said.sent.size();
        times.add((now - start) / MILLI);
      }
    }
    assertThat(times).containsExactly(0L, 200L, 1200L, 2200L, 3200L, 4200L);
    assertThat((now - start) / MILLI).isEqualTo(5200);
    assertThat(said.events.get(0)).isEqualTo(new Failed("no answer to 6 ESP probes", Retry.LATER));
    assertThat(engine.nanosUntilDeadline(now)).isEqualTo(Long.MAX_VALUE);
    for (int i = 0; i < 6; i++) {
      NaiveEsp.Payload probe = toPeer.open(said.sent.get(i)).orElseThrow();
      assertThat(probe.number).isEqualTo(i);
      assertThat(probe.bytes).containsExactly(0);
      assertThat(probe.nextHeader).isEqualTo(4);
      assertThat(said.sent.get(i)).hasSize(52);
    }
  }

  @Test
  void numbersGoOnWithTheNextSocket() {
    engine.start(now, said);
    engine.close();
    said.sent.clear();
    EspEngine next = new EspEngine(association, EspTimers.DEFAULT);
    next.start(now, said);
    assertThat(toPeer.open(said.sent.get(0)).orElseThrow().number).isEqualTo(1);
  }

  @Test
  void isLeftAloneWhoAnswersProbesAndSendsNothingOfUse() {
    engine.start(now, said);
    answer();
    said.events.clear();
    for (int i = 1; i <= EspEngine.MOST_USELESS; i++) {
      assertThat(said.events).doesNotHaveAnyElementsOfTypes(Failed.class);
      byte[] forged = fromPeer.seal(number++, IV, ipv4(60, i), 4);
      forged[forged.length - 1] ^= 1;
      engine.open(batch(forged), now, room(), said);
      if (i < EspEngine.MOST_USELESS) {
        answer();
      }
    }
    assertThat(said.events)
        .last()
        .isEqualTo(
            new Failed(
                "8 ESP packets in a row that are not authentic, damaged or of unknown kind",
                Retry.NEVER));
  }

  @Test
  void onePacketOfUseIsEnough() {
    engine.start(now, said);
    for (int i = 0; i < 10 * EspEngine.MOST_USELESS; i++) {
      byte[] packet = fromPeer.seal(number++, IV, ipv4(60, i), 4);
      if (i % EspEngine.MOST_USELESS > 0) {
        packet[packet.length - 1] ^= 1;
      }
      engine.open(batch(packet), now, room(), said);
    }
    // What is replayed has been of use, and what names another SPI is nobody's.
    byte[] last = fromPeer.seal(number++, IV, ipv4(60, 1), 4);
    for (int i = 0; i < 10 * EspEngine.MOST_USELESS; i++) {
      engine.open(batch(last, toPeer.seal(i, IV, ipv4(60, 1), 4)), now, room(), said);
    }
    assertThat(said.events).doesNotHaveAnyElementsOfTypes(Failed.class);
  }

  /** A gateway must not be talked out of its client's ESP. */
  @Test
  void whoHasNotAskedJudgesNothing() {
    for (int i = 0; i < 10 * EspEngine.MOST_USELESS; i++) {
      byte[] forged = fromPeer.seal(number++, IV, ipv4(60, i), 4);
      forged[forged.length - 1] ^= 1;
      engine.open(batch(forged), now, room(), said);
    }
    assertThat(said.events).isEmpty();
  }

  @Test
  void anAnswerMakesItReady() {
    engine.start(now, said);
    answer();
    assertThat(said.kinds()).containsExactly(Ready.class, ProbeAnswered.class);
    answer();
    assertThat(said.kinds()).containsExactly(ProbeAnswered.class);
  }

  @Test
  void anyAuthenticPacketMakesItReadyAndNoOther() {
    engine.start(now, said);
    byte[] forged = naive(9).seal(0, IV, new byte[1], 4);
    open(forged);
    assertThat(said.kinds()).isEmpty();
    open(fromPeer.seal(number++, IV, ipv4(60, 1), 4));
    assertThat(said.events).containsExactly(new Ready("ESP, AES_128_CBC, HMAC_SHA1_96"));
  }

  @Test
  void silenceIsAskedAboutAndThenTold() {
    ready();
    List<Long> times = new ArrayList<>();
    while (said.events.isEmpty()) {
      int before = said.sent.size();
      step();
      if (said.sent.size() > before) {
        times.add((now - start) / SECOND);
      }
    }
    assertThat(times).containsExactly(8L, 12L);
    assertThat((now - start) / SECOND).isEqualTo(16);
    assertThat(said.events).containsExactly(new PeerSilent("nothing received for 16 s"));
    assertThat(engine.nanosUntilDeadline(now)).isEqualTo(Long.MAX_VALUE);

    // Asked by whoever drives it, it comes back to life and is watched again.
    said.events.clear();
    engine.probe(0, now, said);
    answer();
    assertThat(said.kinds()).containsExactly(ProbeAnswered.class);
    assertThat(engine.nanosUntilDeadline(now)).isEqualTo(8 * SECOND);
  }

  @Test
  void speaksUpWhenItOnlyListens() {
    ready();
    for (int second = 1; second <= 40; second++) {
      now = start + second * SECOND;
      open(fromPeer.seal(number++, IV, ipv4(60, second), 4));
      if (engine.nanosUntilDeadline(now) == 0) {
        engine.onDeadline(now, said);
      }
    }
    assertThat(said.sent).hasSize(5);
    assertThat(said.events).isEmpty();
  }

  @Test
  void isQuietWhileBothSpeak() {
    ready();
    for (int second = 1; second <= 40; second++) {
      now = start + second * SECOND;
      open(fromPeer.seal(number++, IV, ipv4(60, second), 4));
      engine.seal(batch(ipv4(60, second)), now, said);
      assertThat(engine.nanosUntilDeadline(now)).isEqualTo(8 * SECOND);
    }
    assertThat(said.sent).isEmpty();
  }

  @Test
  void anHourWithAnsweredProbesIsUneventful() {
    ready();
    while (now - start < 3600 * SECOND) {
      int before = said.sent.size();
      step();
      if (said.sent.size() > before) {
        answer();
      }
    }
    assertThat(said.kinds()).containsOnly(ProbeAnswered.class);
    assertThat(said.sent).hasSize(450);
  }

  @Test
  void tellsThatNumbersRunOutAndStops() {
    ready();
    association.outbound().skipTo(EspSealer.REKEY_FROM);
    engine.seal(batch(ipv4(60, 1)), now, said);
    engine.seal(batch(ipv4(60, 1)), now, said);
    assertThat(said.kinds()).containsExactly(RekeyDue.class);
    association.outbound().skipTo(EspSealer.LAST_NUMBER);
    engine.seal(batch(ipv4(60, 1), ipv4(60, 2)), now, said);
    assertThat(said.events).containsExactly(new Failed("the ESP keys are used up", Retry.NEVER));

    said.events.clear();
    new EspEngine(association, EspTimers.DEFAULT).start(now, said);
    assertThat(said.kinds()).containsExactly(Failed.class);
    assertThat(said.sent).isEmpty();
  }

  @Test
  void maxPacketFillsTheDatagram() throws Exception {
    for (int udp = 100; udp < 200; udp++) {
      int most = engine.maxPacket(udp);
      assertThat(association.outbound().sealedLength(most)).isLessThanOrEqualTo(udp);
      assertThat(association.outbound().sealedLength(most + 1)).isGreaterThan(udp);
    }
  }

  private void ready() {
    engine.start(now, said);
    answer();
    said.events.clear();
    said.sent.clear();
  }

  private void answer() {
    open(fromPeer.seal(number++, IV, new byte[1], 4));
  }

  private void open(byte[] datagram) {
    engine.open(batch(datagram), now, room(), said);
  }

  /** To the next deadline. */
  private void step() {
    long wait = engine.nanosUntilDeadline(now);
    assertThat(wait).isPositive();
    now += wait;
    engine.onDeadline(now, said);
  }
}
