package dev.adit.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A whole run.
 *
 * @param command what made it
 * @param facts of the machine
 */
record Report(Instant began, String command, Map<String, String> facts, List<Figure> figures) {
  /** Void figures count as missed. */
  boolean met() {
    return figures.stream().allMatch(Figure::met);
  }

  String text() {
    StringBuilder text = new StringBuilder();
    text.append(command).append(", ").append(date()).append('\n');
    facts.forEach((name, value) -> text.append("  %-12s %s%n".formatted(name, value)));
    text.append('\n').append(Table.of(figures)).append('\n');
    long spoiled = figures.stream().filter(Figure::isVoid).count();
    long missed = figures.stream().filter(f -> !f.isVoid() && !f.met()).count();
    text.append(
        spoiled > 0
            ? spoiled + " figures are void: what they would have said cannot be trusted.\n"
            : "");
    text.append(missed > 0 ? missed + " goals are missed.\n" : "");
    return text.append(met() ? "All goals are met.\n" : "").toString();
  }

  /** Writes {@code bench.txt}, {@code bench.json}, {@code bench.csv} and {@code bench.svg}. */
  void write(Path directory) throws IOException {
    Files.createDirectories(directory);
    Files.writeString(directory.resolve("bench.txt"), text());
    Files.writeString(directory.resolve("bench.json"), json());
    Files.writeString(directory.resolve("bench.csv"), csv());
    Files.writeString(
        directory.resolve("bench.svg"),
        Chart.of(
            figures,
            "adit beside openconnect: medians",
            "%s, %s, %s".formatted(command, date(), facts.getOrDefault("processor", ""))));
  }

  private String date() {
    return began.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  String json() throws IOException {
    ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    ObjectNode root = mapper.createObjectNode();
    root.put("v", 1).put("began", date()).put("command", command);
    ObjectNode machine = root.putObject("machine");
    facts.forEach(machine::put);
    root.put("met", met());
    ArrayNode all = root.putArray("figures");
    for (Figure figure : figures) {
      ObjectNode node = all.addObject();
      node.put("table", figure.table()).put("name", figure.name()).put("unit", figure.unit());
      if (figure.isVoid()) {
        node.put("void", figure.trouble());
        continue;
      }
      figure.adit().forEach(node.putArray("adit")::add);
      node.put("adit_median", Statistics.median(figure.adit()));
      if (figure.compared()) {
        figure.others().forEach(node.putArray(figure.beside())::add);
        node.put(figure.beside() + "_median", Statistics.median(figure.others()));
        if (figure.ratios().stream().allMatch(Double::isFinite)) {
          node.put("ratio_median", Statistics.median(figure.ratios()));
          node.put("ratio_least", Statistics.least(figure.ratios()));
          node.put("ratio_greatest", Statistics.greatest(figure.ratios()));
        }
      }
      figure.goals().forEach(goal -> node.withArray("goals").add(goal.toString()));
      node.put("met", figure.met());
    }
    return mapper.writeValueAsString(root) + "\n";
  }

  /** A line for each pair. */
  String csv() {
    StringBuilder csv = new StringBuilder("table,name,unit,pair,adit,beside,other\n");
    for (Figure figure : figures) {
      for (int i = 0; i < figure.adit().size(); i++) {
        csv.append(
            String.format(
                Locale.ROOT,
                "\"%s\",\"%s\",%s,%d,%s,%s,%s%n",
                figure.table(),
                figure.name(),
                figure.unit(),
                i + 1,
                figure.adit().get(i),
                figure.beside(),
                figure.compared() ? figure.others().get(i) : ""));
      }
    }
    return csv.toString();
  }
}
