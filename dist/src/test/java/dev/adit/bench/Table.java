package dev.adit.bench;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Figures as text, at most 100 columns wide. */
final class Table {
  private static final String LINE = "%-32s %8s %11s %6s %13s  %-17s %s";

  private Table() {}

  /** One table for each group of figures, in the order of the first of each. */
  static String of(List<Figure> figures) {
    return figures.stream()
        .map(Figure::table)
        .distinct()
        .map(table -> of(table, figures.stream().filter(f -> f.table().equals(table)).toList()))
        .collect(Collectors.joining("\n"));
  }

  private static String of(String table, List<Figure> figures) {
    String unit =
        figures.stream().map(Figure::unit).filter(u -> !u.isEmpty()).findFirst().orElse("");
    String beside =
        figures.stream()
            .filter(f -> !f.isVoid())
            .map(Figure::beside)
            .findFirst()
            .orElse(Client.OPENCONNECT.toString());
    return line(
            unit.isEmpty() ? table : table + ", " + unit,
            "adit",
            beside,
            "ratio",
            "(of pairs)",
            "goal",
            "")
        + figures.stream().map(Table::line).collect(Collectors.joining());
  }

  private static String line(Figure figure) {
    if (figure.isVoid()) {
      String reason = figure.trouble().lines().findFirst().orElse("");
      return "%-32s VOID: %s%n"
          .formatted(figure.name(), reason.length() > 60 ? reason.substring(0, 59) + "…" : reason);
    }
    List<Double> ratios = figure.ratios();
    return line(
        figure.name(),
        Figure.number(Statistics.median(figure.adit())),
        figure.compared() ? Figure.number(Statistics.median(figure.others())) : "",
        figure.compared() ? ratio(Statistics.median(ratios)) : "",
        figure.compared()
            ? "(" + ratio(Statistics.least(ratios)) + "–" + ratio(Statistics.greatest(ratios)) + ")"
            : "",
        figure.goals().stream().map(Goal::toString).collect(Collectors.joining(", ")),
        figure.goals().isEmpty() ? "" : figure.met() ? "met" : "MISSED");
  }

  private static String ratio(double ratio) {
    // To nothing there is no ratio.
    return !Double.isFinite(ratio) ? "-" : String.format(Locale.ROOT, "%.2f", ratio);
  }

  private static String line(Object... columns) {
    return LINE.formatted(columns).stripTrailing() + "\n";
  }
}
