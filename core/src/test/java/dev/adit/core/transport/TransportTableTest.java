package dev.adit.core.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The table is whole, and no order of events leads it astray. */
class TransportTableTest {
  private static final int DEPTH = 7;

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

  /** What the actions have made of the world. */
  private record World(State state, boolean sendsOnUdp, boolean udpOpen, boolean probeDue) {
    World after(Transition row) {
      boolean udp = sendsOnUdp;
      boolean open = udpOpen;
      boolean due = probeDue && row.on() != Trigger.PROBE_DUE;
      for (Action action : row.actions()) {
        switch (action) {
          case SEND_ON_TLS -> udp = false;
          case SEND_ON_UDP -> udp = true;
          case START_PROBE -> open = true;
          case CLOSE_UDP -> {
            open = false;
            due = false;
          }
          case SCHEDULE_PROBE, SCHEDULE_PROBE_NOW -> due = true;
          case START_QUIET_PROBES ->
              assertThat(open).as("asks an association that is there").isTrue();
          case ENABLE_UDP, DISABLE_UDP, RECONNECT, CLOSE -> {}
        }
      }
      return new World(row.to(), udp, open, due);
    }
  }

  @Test
  void noOrderOfEventsBreaksAnInvariant() {
    Deque<List<World>> open = new ArrayDeque<>();
    Set<World> seen = new HashSet<>();
    open.add(List.of(new World(State.CONNECTING, false, false, false)));
    while (!open.isEmpty()) {
      List<World> path = open.poll();
      World world = path.get(path.size() - 1);
      check(world, path);
      if (!seen.add(world) || path.size() > DEPTH) {
        continue;
      }
      for (Trigger trigger : Trigger.values()) {
        TransportTable.TABLE.stream()
            .filter(r -> r.from() == world.state() && r.on() == trigger)
            .forEach(
                r -> {
                  List<World> next = new ArrayList<>(path);
                  next.add(world.after(r));
                  open.add(next);
                });
      }
    }
    assertThat(seen.stream().map(World::state).collect(Collectors.toSet()))
        .containsExactlyInAnyOrder(State.values());
  }

  private static void check(World world, List<World> path) {
    State state = world.state();
    if (state == State.CLOSED) {
      assertThat(world.udpOpen()).as("nothing stays open: %s", path).isFalse();
      return;
    }
    assertThat(world.sendsOnUdp())
        .as("only ON_UDP sends on UDP: %s", path)
        .isEqualTo(state == State.ON_UDP);
    boolean needsUdp =
        EnumSet.of(State.PROBING_UDP, State.ENABLING_UDP, State.ON_UDP, State.UDP_QUIET)
            .contains(state);
    assertThat(world.udpOpen())
        .as("an association is open exactly where it is used: %s", path)
        .isEqualTo(needsUdp);
    if (state == State.ON_TLS) {
      assertThat(world.probeDue()).as("UDP is tried again some day: %s", path).isTrue();
    }
  }
}
