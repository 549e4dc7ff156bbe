package dev.adit.bench;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * How one thing changes as another grows, for one client or more; as a table of Markdown and as
 * lines in SVG. What has no figure was void.
 *
 * @param grows what is along the axis
 * @param lines by name: figures by what they belong to
 */
record Series(
    String file,
    String title,
    String grows,
    String unit,
    String command,
    List<Integer> steps,
    Map<String, Map<Integer, Double>> lines) {
  private static final int WIDTH = 720;
  private static final int HEIGHT = 320;
  private static final int LEFT = 70;
  private static final int BOTTOM = 50;
  private static final int TOP = 50;
  private static final List<String> COLOURS = List.of("#1b6ca8", "#8a979f", "#c26a1b", "#4f8a3c");

  String markdown() {
    StringBuilder page = new StringBuilder("## " + title + "\n\n");
    page.append("![").append(title).append("](").append(file).append(")\n\n");
    page.append("| ").append(grows);
    lines.keySet().forEach(name -> page.append(" | ").append(name).append(", ").append(unit));
    page.append(" |\n|---").append("|---".repeat(lines.size())).append("|\n");
    for (int step : steps) {
      page.append("| ").append(step);
      for (Map<Integer, Double> line : lines.values()) {
        Double figure = line.get(step);
        page.append(" | ").append(figure == null ? "void" : Figure.number(figure));
      }
      page.append(" |\n");
    }
    return page.append("\n    ").append(command).append("\n").toString();
  }

  String svg() {
    StringBuilder svg =
        new StringBuilder(
            """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" \
            font-size="12">
            <rect width="100%%" height="100%%" fill="#fff"/>
            """
                .formatted(WIDTH, HEIGHT));
    text(svg, 20, 24, "font-weight=\"bold\"", title);
    double most =
        lines.values().stream()
            .flatMap(line -> line.values().stream())
            .mapToDouble(Double::doubleValue)
            .max()
            .orElse(0);
    for (int i = 0; i < steps.size(); i++) {
      text(svg, x(i), HEIGHT - 30, "text-anchor=\"middle\"", String.valueOf(steps.get(i)));
    }
    text(svg, WIDTH / 2, HEIGHT - 10, "text-anchor=\"middle\" fill=\"#666\"", grows);
    text(svg, LEFT - 8, TOP + 4, "text-anchor=\"end\"", Figure.number(most));
    text(svg, LEFT - 8, HEIGHT - BOTTOM, "text-anchor=\"end\"", "0 " + unit);
    int colour = 0;
    for (Map.Entry<String, Map<Integer, Double>> line : new TreeMap<>(lines).entrySet()) {
      String paint = COLOURS.get(colour % COLOURS.size());
      StringBuilder points = new StringBuilder();
      for (int i = 0; i < steps.size(); i++) {
        Double figure = line.getValue().get(steps.get(i));
        if (figure != null) {
          double height = most > 0 ? figure / most : 0;
          double y = HEIGHT - BOTTOM - height * (HEIGHT - BOTTOM - TOP);
          points.append(String.format(Locale.ROOT, "%d,%.1f ", x(i), y));
        }
      }
      svg.append(
          "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"2\" points=\"%s\"/>\n"
              .formatted(paint, points.toString().strip()));
      text(svg, 320 + colour * 130, 24, "fill=\"" + paint + "\"", line.getKey());
      colour++;
    }
    return svg.append("</svg>\n").toString();
  }

  private int x(int step) {
    return LEFT + 20 + step * (WIDTH - LEFT - 60) / Math.max(1, steps.size() - 1);
  }

  private static void text(StringBuilder svg, int x, int y, String attributes, String words) {
    svg.append(
        "<text x=\"%d\" y=\"%d\" %s>%s</text>%n"
            .formatted(x, y, attributes, words.replace("&", "&amp;").replace("<", "&lt;")));
  }
}
