package dev.adit.bench;

import java.util.List;
import java.util.Locale;

/** Medians as bars, ours above the other's, each pair to a scale of its own; SVG. */
final class Chart {
  private static final int WIDTH = 900;
  private static final int LEFT = 330;
  private static final int BARS = 420;
  private static final int ROW = 46;
  private static final int TOP = 50;

  private Chart() {}

  /** Void figures are left out. */
  static String of(List<Figure> figures, String title, String caption) {
    List<Figure> shown = figures.stream().filter(f -> !f.isVoid()).toList();
    StringBuilder svg = new StringBuilder();
    int height = TOP + shown.size() * ROW + 30;
    svg.append(
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" \
        font-size="13">
        <rect width="100%%" height="100%%" fill="#fff"/>
        """
            .formatted(WIDTH, height));
    text(svg, 20, 28, "font-weight=\"bold\"", title);
    int y = TOP;
    for (Figure figure : shown) {
      double ours = Statistics.median(figure.adit());
      double theirs = figure.compared() ? Statistics.median(figure.others()) : 0;
      double longest = Math.max(ours, theirs);
      double scale = longest > 0 ? BARS / longest : 0;
      text(svg, LEFT - 12, y + 22, "text-anchor=\"end\"", figure.table() + ": " + figure.name());
      bar(svg, y + 2, ours * scale, "#1b6ca8", "adit " + Figure.number(ours) + " " + figure.unit());
      if (figure.compared()) {
        bar(svg, y + 20, theirs * scale, "#b9c4cc", figure.beside() + " " + Figure.number(theirs));
      }
      y += ROW;
    }
    text(svg, 20, height - 12, "fill=\"#666\" font-size=\"11\"", caption);
    return svg.append("</svg>\n").toString();
  }

  private static void bar(StringBuilder svg, int y, double length, String colour, String words) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"16\" fill=\"%s\"/>%n",
            LEFT,
            y,
            length,
            colour));
    text(svg, (int) (LEFT + length) + 6, y + 13, "font-size=\"11\"", words);
  }

  private static void text(StringBuilder svg, int x, int y, String attributes, String words) {
    svg.append(
        "<text x=\"%d\" y=\"%d\" %s>%s</text>%n"
            .formatted(x, y, attributes, words.replace("&", "&amp;").replace("<", "&lt;")));
  }
}
