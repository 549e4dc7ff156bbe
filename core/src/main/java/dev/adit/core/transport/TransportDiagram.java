package dev.adit.core.transport;

import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The machine as a page for people, made from {@link TransportTable} alone: a diagram in the
 * notation of Mermaid, then every row. {@code transport.md} beside this file is its output, which a
 * test compares.
 */
final class TransportDiagram {
  private static final Set<Trigger> FROM_EVERYWHERE =
      EnumSet.of(Trigger.TUNNEL_LOST, Trigger.SESSION_ENDED, Trigger.STOP);

  private TransportDiagram() {}

  static String page() {
    return "# The transport machine\n\n"
        + "Made from `TransportTable`; a test keeps it so. Left out of the picture, for every state"
        + " has them:\n"
        + FROM_EVERYWHERE.stream().map(t -> "`" + t + "`").collect(Collectors.joining(", "))
        + ".\n\n```mermaid\nstateDiagram-v2\n    [*] --> CONNECTING\n"
        + arrows()
        + "```\n\n| from | on | to | actions |\n|---|---|---|---|\n"
        + rows()
        + "\nWhat changes nothing:\n\n| in | event | why |\n|---|---|---|\n"
        + ignored();
  }

  /** One arrow for all events that lead from one state to another. */
  private static String arrows() {
    Map<String, Set<String>> labels = new LinkedHashMap<>();
    for (Transition row : TransportTable.TABLE) {
      if (!FROM_EVERYWHERE.contains(row.on())) {
        labels
            .computeIfAbsent(row.from() + " --> " + row.to(), k -> new TreeSet<>())
            .add(row.on().name());
      }
    }
    return labels.entrySet().stream()
        .map(e -> "    " + e.getKey() + " : " + String.join(", ", e.getValue()) + "\n")
        .collect(Collectors.joining());
  }

  private static String rows() {
    return TransportTable.TABLE.stream()
        .map(
            r ->
                "| %s | %s | %s | %s |\n"
                    .formatted(
                        r.from(),
                        r.on(),
                        r.to(),
                        r.actions().stream().map(Action::name).collect(Collectors.joining(", "))))
        .collect(Collectors.joining());
  }

  private static String ignored() {
    return TransportTable.IGNORED.stream()
        .map(i -> "| %s | %s | %s |\n".formatted(i.state(), i.trigger(), i.reason()))
        .collect(Collectors.joining());
  }
}
