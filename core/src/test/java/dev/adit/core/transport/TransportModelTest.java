package dev.adit.core.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Every order of events, of any length: what the actions have made of the world is part of the
 * state that is searched, and the search ends when nothing new can be reached. The checks are made
 * after each single action, for packets do not wait for a row to be done.
 */
class TransportModelTest {
  /** No world is further from the beginning than this; a deeper one would be a surprise. */
  private static final int DEPTH = 12;

  /** Who moves the packets that come to the device. */
  private enum Way {
    NONE,
    TLS,
    UDP,
    KERNEL
  }

  /** Who seals: the numbers of an association are theirs alone. */
  private enum Owner {
    NOBODY,
    PROCESS,
    KERNEL
  }

  private record World(
      State state,
      Way way,
      boolean udpOpen,
      boolean serverToldToUseUdp,
      Owner owner,
      boolean kernelAsked,
      boolean probeTimer,
      boolean quietTimer,
      boolean kernelTimer) {
    static final World FIRST =
        new World(
            State.CONNECTING, Way.NONE, false, false, Owner.NOBODY, false, false, false, false);
  }

  /** The world while a row is performed. */
  private static final class Performer {
    private final Transition row;
    private Way way;
    private boolean open;
    private boolean told;
    private Owner owner;
    private boolean asked;
    private boolean probeTimer;
    private boolean quietTimer;
    private boolean kernelTimer;

    Performer(World world, Transition row) {
      this.row = row;
      way = world.way();
      open = world.udpOpen();
      told = world.serverToldToUseUdp();
      owner = world.owner();
      Trigger on = row.on();
      asked = world.kernelAsked() && on != Trigger.KERNEL_UP && on != Trigger.KERNEL_LOST;
      probeTimer = world.probeTimer() && on != Trigger.PROBE_DUE;
      quietTimer = world.quietTimer() && on != Trigger.PROBE_ANSWERED && on != Trigger.PROBE_FAILED;
      kernelTimer = world.kernelTimer() && on != Trigger.KERNEL_DUE;
      if (on == Trigger.KERNEL_UP) {
        owner = Owner.KERNEL;
      }
    }

    World perform() {
      for (Action action : row.actions()) {
        perform(action);
      }
      if (row.to() == State.RECONNECTING || row.to() == State.CLOSED) {
        // With the connection goes what the server was told on it.
        told = false;
        way = Way.NONE;
      } else if (row.on() == Trigger.TUNNEL_REPLACED) {
        told = false;
      }
      return new World(
          row.to(), way, open, told, owner, asked, probeTimer, quietTimer, kernelTimer);
    }

    private void perform(Action action) {
      switch (action) {
        case SEND_ON_TLS -> way = Way.TLS;
        case SEND_ON_UDP -> {
          must(open, "an association to send by");
          must(owner == Owner.PROCESS, "numbers of our own");
          way = Way.UDP;
        }
        case SEND_ON_KERNEL -> {
          must(owner == Owner.KERNEL, "the kernel to have the numbers");
          way = Way.KERNEL;
        }
        case START_PROBE -> {
          must(!open, "no association twice");
          open = true;
          owner = Owner.PROCESS;
        }
        case CLOSE_UDP, RETIRE_UDP -> {
          must(open, "an association to close");
          must(owner == Owner.PROCESS, "the numbers back before they are forgotten");
          must(way != Way.UDP && way != Way.KERNEL || leaving(), "another way for packets first");
          open = false;
          owner = Owner.NOBODY;
          asked = false;
          probeTimer = false;
          quietTimer = false;
          kernelTimer = false;
        }
        case START_QUIET_PROBES -> {
          must(open, "an association to ask");
          must(!quietTimer, "to be asked once");
          quietTimer = true;
        }
        case SCHEDULE_PROBE, SCHEDULE_PROBE_NOW -> probeTimer = true;
        case UNSCHEDULE -> {
          probeTimer = false;
          kernelTimer = false;
          asked = false;
        }
        case ENABLE_UDP -> {
          must(!told, "the server to be told once");
          told = true;
        }
        case DISABLE_UDP -> {
          must(told, "something to take back");
          told = false;
        }
        case HAND_OVER -> {
          must(owner == Owner.PROCESS, "something to hand over");
          must(!asked, "the kernel to be asked once");
          asked = true;
        }
        case TAKE_BACK -> {
          must(owner == Owner.KERNEL, "something to take back");
          owner = Owner.PROCESS;
          way = way == Way.KERNEL ? Way.TLS : way;
        }
        case SCHEDULE_HAND_OVER -> {
          must(!kernelTimer, "one timer");
          kernelTimer = true;
        }
        case RECONNECT, CLOSE -> {}
      }
    }

    private boolean leaving() {
      return row.to() == State.CLOSED;
    }

    private void must(boolean so, String what) {
      assertThat(so).as("%s needs %s", row, what).isTrue();
    }
  }

  @Test
  void noOrderOfEventsBreaksAnInvariant() {
    Map<World, Integer> depth = new LinkedHashMap<>();
    ArrayDeque<World> open = new ArrayDeque<>(Set.of(World.FIRST));
    depth.put(World.FIRST, 0);
    for (World world = open.poll(); world != null; world = open.poll()) {
      check(world);
      for (Transition row : TransportTable.TABLE) {
        if (row.from() == world.state() && canHappen(world, row.on())) {
          World next = new Performer(world, row).perform();
          if (depth.putIfAbsent(next, depth.getOrDefault(world, 0) + 1) == null) {
            open.add(next);
          }
        }
      }
    }
    assertThat(depth.keySet().stream().map(World::state).collect(Collectors.toSet()))
        .containsExactlyInAnyOrder(State.values());
    assertThat(depth.values()).allMatch(d -> d <= DEPTH);
  }

  /** An event of something that does not run does not come. */
  private static boolean canHappen(World world, Trigger trigger) {
    return switch (trigger) {
      case PROBE_DUE -> world.probeTimer();
      case KERNEL_DUE -> world.kernelTimer();
      case KERNEL_UP -> world.kernelAsked();
      case KERNEL_LOST -> world.kernelAsked() || world.owner() == Owner.KERNEL;
      default -> true;
    };
  }

  private static void check(World w) {
    State state = w.state();
    assertThat(w.way())
        .as("there is a way for packets, and it is the state's: %s", w)
        .isEqualTo(
            switch (state) {
              case CONNECTING, RECONNECTING, CLOSED -> Way.NONE;
              case ON_UDP -> Way.UDP;
              case ON_KERNEL -> Way.KERNEL;
              case ON_TLS, PROBING_UDP, ENABLING_UDP, UDP_QUIET -> Way.TLS;
            });
    assertThat(w.owner())
        .as("numbers have one owner: %s", w)
        .isEqualTo(
            state == State.ON_KERNEL ? Owner.KERNEL : w.udpOpen() ? Owner.PROCESS : Owner.NOBODY);
    assertThat(w.udpOpen())
        .as("an association is open exactly where it is used: %s", w)
        .isEqualTo(
            EnumSet.of(
                    State.PROBING_UDP,
                    State.ENABLING_UDP,
                    State.ON_UDP,
                    State.ON_KERNEL,
                    State.UDP_QUIET)
                .contains(state));
    assertThat(w.probeTimer())
        .as("UDP is tried again some day, and only then is there a timer: %s", w)
        .isEqualTo(state == State.ON_TLS);
    assertThat(w.quietTimer())
        .as("a silent association is asked, until that ends: %s", w)
        .isEqualTo(state == State.UDP_QUIET);
    if (state != State.ON_UDP) {
      assertThat(w.kernelTimer() || w.kernelAsked()).as("only from ON_UDP: %s", w).isFalse();
    }
    assertThat(w.serverToldToUseUdp())
        .as("the server knows what we do: %s", w)
        .isEqualTo(EnumSet.of(State.ENABLING_UDP, State.ON_UDP, State.ON_KERNEL).contains(state));
  }

  /** From wherever, if UDP and the kernel work from then on, packets get there. */
  @Test
  void everyProbeEndsAndEveryStateFindsBack() {
    for (State from : EnumSet.complementOf(EnumSet.of(State.CLOSED))) {
      Set<State> reached = EnumSet.of(from);
      boolean grew = true;
      while (grew) {
        grew = false;
        for (Transition row : TransportTable.TABLE) {
          if (reached.contains(row.from())) {
            grew |= reached.add(row.to());
          }
        }
      }
      assertThat(reached).contains(State.ON_KERNEL, State.ON_TLS, State.CLOSED);
    }
    for (State probing : EnumSet.of(State.PROBING_UDP, State.ENABLING_UDP, State.UDP_QUIET)) {
      assertThat(TransportTable.TABLE)
          .as("a limit ends %s", probing)
          .anyMatch(r -> r.from() == probing && r.on() == Trigger.PROBE_FAILED);
    }
  }
}
