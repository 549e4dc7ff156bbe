package dev.adit.core.transport;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The table with a present state. One thread at a time. */
public final class TransportMachine {
  private static final Map<State, Map<Trigger, Transition>> ROWS = new EnumMap<>(State.class);

  static {
    for (Transition row : TransportTable.TABLE) {
      ROWS.computeIfAbsent(row.from(), s -> new EnumMap<>(Trigger.class)).put(row.on(), row);
    }
  }

  private State state = State.CONNECTING;

  public State state() {
    return state;
  }

  /** Moves on, and returns what is to be done; nothing for a pair that changes nothing. */
  public List<Action> fire(Trigger trigger) {
    Transition row = ROWS.getOrDefault(state, Map.of()).get(trigger);
    if (row == null) {
      return List.of();
    }
    state = row.to();
    return row.actions();
  }
}
