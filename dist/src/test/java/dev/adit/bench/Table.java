package dev.adit.bench;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Figures as text, at most 100 columns wide. */
final class Table {
  private static final String LINE = "%-32s %8s %11s %6s %13s  %-17s %s";

  private Table() {}

  /** One table for each group of figures and each unit, in the order of the first of each. */
  static String of(List<Figure> figures) {
    return figures.stream()
        .map(figure -> heading(figure, figures))
        .distinct()
        .map(
            heading ->
                of(
                    heading,
                    figures.stream().filter(f -> heading(f, figures).equals(heading)).toList()))
        .collect(Collectors.joining("\n"));
  }

  /** What has no unit, being void, stands with the first of its table that has one. */
  private static String heading(Figure figure, List<Figure> figures) {
    return figures.stream()
        .filter(f -> f.table().equals(figure.table()))
        .map(f -> figure.unit().isEmpty() ? f.unit() : figure.unit())
        .filter(unit -> !unit.isEmpty())
        .findFirst()
        .map(unit -> figure.table() + ", " + unit)
        .orElse(figure.table());
  }

  private static String of(String heading, List<Figure> figures) {
    String beside =
        figures.stream()
            .filter(f -> !f.isVoid())
            .map(Figure::beside)
            .findFirst()
            .orElse(Client.OPENCONNECT.toString());
    return line(heading, "adit", beside, "ratio", "(of pairs)", "goal", "")
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
