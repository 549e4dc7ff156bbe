package dev.adit.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
  private static final Figure MET =
      Figure.of(
          "cpu",
          "DTLS to ocserv, up",
          "s/GB",
          List.of(0.5, 0.6, 0.7),
          List.of(2.0, 2.0, 2.0),
          Goal.ratioAtMost(0.33));
  private static final Figure MISSED =
      Figure.of(
          "startup",
          "DTLS to ocserv",
          "s",
          List.of(1.5),
          List.of(0.25),
          Goal.ratioAtMost(1.5),
          Goal.excessAtMost(1));
  private static final Figure ALONE =
      Figure.of("memory", "idle", "MiB", List.of(115.0), List.of(), Goal.atMost(96));
  private static final Figure TOLD = Figure.of("cpu", "ESP, 64", "s/GB", List.of(3.0), List.of());
  private static final Figure VOID =
      Figure.ofNothing("cpu", "ESP to our gateway", "adit & openconnect: <none>\nand its log");

  @Test
  void aTableSaysAllThatCountsInAHundredColumns() {
    String table = Table.of(List.of(MET, MISSED, ALONE, TOLD, VOID));
    assertThat(table)
        .isEqualTo(
            """
            cpu, s/GB                            adit openconnect  ratio    (of pairs)  goal
            DTLS to ocserv, up                  0.600        2.00   0.30   (0.25–0.35)  ≤ 0.33 ×          met
            ESP, 64                              3.00
            ESP to our gateway               VOID: adit & openconnect: <none>

            startup, s                           adit openconnect  ratio    (of pairs)  goal
            DTLS to ocserv                       1.50       0.250   6.00   (6.00–6.00)  ≤ 1.50 ×, ≤ +1.00 MISSED

            memory, MiB                          adit openconnect  ratio    (of pairs)  goal
            idle                                  115                                   ≤ 96.0            MISSED
            """);
    assertThat(table.lines()).allMatch(line -> line.length() <= 100);
  }

  @Test
  void eachUnitHasATableOfItsOwn() {
    Figure other = Figure.of("memory", "CPU", "s", List.of(1.0), List.of());
    Figure spoiled = Figure.ofNothing("memory", "DTLS", "no server");
    assertThat(
            Table.of(List.of(ALONE, spoiled, other))
                .lines()
                .map(line -> line.replaceFirst("  .*", "")))
        .containsExactly("memory, MiB", "idle", "DTLS", "", "memory, s", "CPU");
  }

  @Test
  void nothingBesideNothingHasNoRatio(@TempDir Path directory) throws Exception {
    Figure none = Figure.of("loss", "DTLS", "%", List.of(0.0), List.of(0.0), Goal.atMost(0));
    assertThat(none.met()).isTrue();
    assertThat(Table.of(List.of(none)))
        .contains("0.000       0.000      -         (-–-)")
        .contains("met");
    report(none).write(directory);
    assertThat(
            new ObjectMapper()
                .readTree(directory.resolve("bench.json").toFile())
                .findValue("ratio_median"))
        .isNull();
    assertThat(directory.resolve("bench.svg"))
        .content()
        .contains("width=\"0.0\"")
        .doesNotContain("NaN");
  }

  @Test
  void aRunFailsForAGoalThatIsMissedOrAFigureThatIsVoid() {
    assertThat(report(MET, TOLD).met()).isTrue();
    assertThat(report(MET, TOLD).text()).endsWith("All goals are met.\n");
    assertThat(report(MET, MISSED).met()).isFalse();
    assertThat(report(MET, MISSED).text()).endsWith("1 goals are missed.\n");
    assertThat(report(MET, VOID).met()).isFalse();
    assertThat(report(MET, VOID).text()).contains("1 figures are void").doesNotContain("All goals");
  }

  @Test
  void programsReadTheSame(@TempDir Path directory) throws Exception {
    report(MET, MISSED, ALONE, VOID).write(directory);
    JsonNode json = new ObjectMapper().readTree(directory.resolve("bench.json").toFile());
    assertThat(json.path("met").asBoolean()).isFalse();
    assertThat(json.path("machine").path("cores").asText()).isEqualTo("2");
    JsonNode first = json.path("figures").get(0);
    assertThat(first.path("ratio_median").asDouble()).isEqualTo(0.3);
    assertThat(first.path("openconnect")).hasSize(3);
    assertThat(first.path("goals").get(0).asText()).isEqualTo("≤ 0.33 ×");
    assertThat(json.path("figures").get(3).path("void").asText()).contains("and its log");
    assertThat(Files.readAllLines(directory.resolve("bench.csv")))
        .startsWith(
            "table,name,unit,pair,adit,beside,other",
            "\"cpu\",\"DTLS to ocserv, up\",s/GB,1,0.5,openconnect,2.0")
        .endsWith("\"memory\",\"idle\",MiB,1,115.0,openconnect,");
  }

  @Test
  void theChartIsXmlWithABarForEachMedian() throws Exception {
    String svg = Chart.of(List.of(MET, ALONE, VOID), "<both> & more", "caption");
    var document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
    // The background, a pair of bars, and one that has nothing beside it.
    assertThat(document.getElementsByTagName("rect").getLength()).isEqualTo(1 + 2 + 1);
  }

  private static Report report(Figure... figures) {
    return new Report(
        Instant.parse("2026-11-26T18:00:00Z"),
        "dist/bench --quick",
        Map.of("cores", "2"),
        List.of(figures));
  }
}
