package dev.adit.core.esp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.junit.jupiter.api.Test;

class AntiReplayWindowTest {
  private static final long LAST = 0xffff_ffffL;

  /** The oracle: a set of all numbers ever seen. */
  private static final class AllSeen {
    final Set<Long> seen = new HashSet<>();
    long highest = -1;

    boolean take(long number, int size) {
      boolean good = size == 0 || number > highest - size && !seen.contains(number);
      if (good) {
        seen.add(number);
        highest = Math.max(highest, number);
      }
      return good;
    }
  }

  @Property
  void agreesWithASetOfAllNumbers(@ForAll("sizes") int size, @ForAll("walks") List<Long> numbers) {
    AntiReplayWindow window = new AntiReplayWindow(size);
    AllSeen oracle = new AllSeen();
    for (long number : numbers) {
      boolean accepted = window.accepts(number);
      assertThat(accepted)
          .as("%d after %d", number, oracle.highest)
          .isEqualTo(oracle.take(number, size));
      if (accepted) {
        window.mark(number);
      }
    }
  }

  @Property
  void countsWhatIsMissing(@ForAll("walks") List<Long> numbers) {
    AntiReplayWindow window = new AntiReplayWindow(64);
    NavigableSet<Long> came = new TreeSet<>();
    for (long number : numbers) {
      if (window.accepts(number)) {
        window.mark(number);
        came.add(number);
        SortedSet<Long> counted = came.tailSet(numbers.get(0));
        assertThat(window.missing())
            .isEqualTo(counted.last() - counted.first() + 1 - counted.size());
      }
    }
  }

  @Test
  void whatSomebodyElseReceivedIsNotMissing() {
    AntiReplayWindow window = new AntiReplayWindow(64);
    window.mark(1);
    window.mark(3);
    BitSet seen = new BitSet();
    seen.set(0, 64);
    window.resume(10_000, seen);
    assertThat(window.missing()).isEqualTo(1);
    window.mark(10_002);
    assertThat(window.missing()).isEqualTo(2);
  }

  @Provide
  Arbitrary<Integer> sizes() {
    return Arbitraries.of(0, 1, 2, 31, 32, 63, 64, 65, 128, 1000, 1024);
  }

  /** Small steps back and forth, and now and then a leap, from 0 or from near the end. */
  @Provide
  Arbitrary<List<Long>> walks() {
    Arbitrary<Long> starts = Arbitraries.of(0L, 1L, 63L, 0x7fff_ffffL, LAST - 300, LAST);
    Arbitrary<Long> near = Arbitraries.longs().between(-150, 160);
    Arbitrary<Long> far = Arbitraries.longs().between(-3000, 5000);
    Arbitrary<List<Long>> steps =
        Arbitraries.frequencyOf(Tuple.of(8, near), Tuple.of(1, far)).list().ofMaxSize(300);
    return Combinators.combine(starts, steps)
        .as(
            (start, moves) -> {
              long[] at = {start};
              return moves.stream()
                  .map(move -> at[0] = Math.max(0, Math.min(LAST, at[0] + move)))
                  .toList();
            });
  }

  @Test
  void takesZeroOnce() {
    AntiReplayWindow window = new AntiReplayWindow(64);
    assertThat(window.accepts(0)).isTrue();
    window.mark(0);
    assertThat(window.accepts(0)).isFalse();
    assertThat(window.highest()).isZero();
  }

  @Test
  void refusesSillySizes() {
    assertThatThrownBy(() -> new AntiReplayWindow(-1)).hasMessageContaining("-1");
    assertThatThrownBy(() -> new AntiReplayWindow(AntiReplayWindow.MAX_SIZE + 1))
        .hasMessageContaining("1048577");
  }
}
