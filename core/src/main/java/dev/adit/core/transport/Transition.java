package dev.adit.core.transport;

import java.util.List;

/** One row of the table. */
public record Transition(State from, Trigger on, State to, List<Action> actions) {
  public Transition {
    actions = List.copyOf(actions);
  }
}
