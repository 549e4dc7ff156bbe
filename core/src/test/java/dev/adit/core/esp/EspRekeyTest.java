package dev.adit.core.esp;

import static dev.adit.core.esp.EspFixtures.association;
import static dev.adit.core.esp.EspFixtures.batch;
import static dev.adit.core.esp.EspFixtures.contents;
import static dev.adit.core.esp.EspFixtures.ipv4;
import static dev.adit.core.esp.EspFixtures.naive;
import static dev.adit.core.esp.EspFixtures.offer;
import static dev.adit.core.esp.EspFixtures.room;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.api.packet.PacketBatch;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Two engines back to back, each rekeyed while packets are under way in both directions. */
class EspRekeyTest {
  /** One end, and what is under way to it. */
  private static final class End {
    final EspAssociation association;
    final EspEngine engine;
    final EspFixtures.Said said = new EspFixtures.Said();
    final List<byte[]> underWay = new ArrayList<>();
    final List<byte[]> sent = new ArrayList<>();
    final List<byte[]> got = new ArrayList<>();

    End(NaiveEsp outbound, NaiveEsp inbound) {
      association = association(offer(outbound, inbound));
      engine = new EspEngine(association, EspTimers.DEFAULT);
    }

    void send(int packets, End to, Random random) {
      for (int i = 0; i < packets; i++) {
        byte[] packet = ipv4(20 + random.nextInt(200), random.nextLong());
        sent.add(packet);
        PacketBatch one = batch(packet);
        engine.seal(one, 0, said);
        to.underWay.addAll(contents(one));
      }
    }

    /** Some of what is under way comes in, in any order. */
    void receive(int most, Random random) {
      Collections.shuffle(underWay, random);
      for (int i = 0; i < most && !underWay.isEmpty(); i++) {
        PacketBatch in = room();
        engine.open(batch(underWay.remove(0)), 0, in, said);
        got.addAll(contents(in));
      }
    }
  }

  @Property(tries = 100)
  void losesNothing(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    End ours = new End(naive(seed), naive(seed + 1));
    End theirs = new End(naive(seed + 1), naive(seed));
    for (int round = 1; round <= 3; round++) {
      NaiveEsp up = naive(seed + 10L * round);
      NaiveEsp down = naive(seed + 10L * round + 1);
      ours.send(15, theirs, random);
      theirs.send(15, ours, random);
      ours.receive(random.nextInt(15), random);
      theirs.receive(random.nextInt(15), random);
      // The peer takes both sets of keys in one go as soon as it has our answer; we are first.
      boolean weAreFirst = random.nextBoolean();
      (weAreFirst ? ours : theirs)
          .association.replace(weAreFirst ? offer(up, down) : offer(down, up), 0);
      (weAreFirst ? theirs : ours)
          .association.replace(weAreFirst ? offer(down, up) : offer(up, down), 0);
      ours.send(15, theirs, random);
      theirs.send(15, ours, random);
      ours.receive(100, random);
      theirs.receive(100, random);
    }
    assertThat(theirs.got).containsExactlyInAnyOrderElementsOf(ours.sent);
    assertThat(ours.got).containsExactlyInAnyOrderElementsOf(theirs.sent);
  }
}
