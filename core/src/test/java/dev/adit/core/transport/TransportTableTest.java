package dev.adit.core.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The table is whole; {@link TransportModelTest} shows that it is right. */
class TransportTableTest {
  @Test
  void everyPairStandsInExactlyOneOfTheLists() {
    List<String> seen = new ArrayList<>();
    TransportTable.TABLE.forEach(r -> seen.add(r.from() + " " + r.on()));
    TransportTable.IGNORED.forEach(i -> seen.add(i.state() + " " + i.trigger()));
    assertThat(seen).doesNotHaveDuplicates();
    for (State state : EnumSet.complementOf(EnumSet.of(State.CLOSED))) {
      for (Trigger trigger : Trigger.values()) {
        assertThat(seen).contains(state + " " + trigger);
      }
    }
  }

  @Test
  void nothingLeadsOutOfClosed() {
    assertThat(TransportTable.TABLE).noneMatch(r -> r.from() == State.CLOSED);
  }

  @Test
  void everyStateCanBeReachedAndLeft() {
    Set<State> reached = EnumSet.of(State.CONNECTING);
    TransportTable.TABLE.forEach(r -> reached.add(r.to()));
    assertThat(reached).containsExactlyInAnyOrder(State.values());
    for (State state : EnumSet.complementOf(EnumSet.of(State.CLOSED))) {
      assertThat(TransportTable.TABLE).anyMatch(r -> r.from() == state && r.on() == Trigger.STOP);
    }
  }
}
