package dev.adit.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;

class SeriesTest {
  private static final Series SERIES =
      new Series(
          "sizes.svg",
          "UDP <up>",
          "bytes",
          "Mbit/s",
          "dist/bench growth",
          List.of(64, 1400),
          Map.of("adit", Map.of(64, 25.0)));

  @Test
  void aTableHasALineForEachStepAndSaysWhatIsVoid() {
    assertThat(SERIES.markdown())
        .isEqualTo(
            """
            ## UDP <up>

            ![UDP <up>](sizes.svg)

            | bytes | adit, Mbit/s |
            |---|---|
            | 64 | 25.0 |
            | 1400 | void |

                dist/bench growth
            """);
  }

  @Test
  void theChartIsXmlWithALineForEachClient() throws Exception {
    var document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(SERIES.svg().getBytes(StandardCharsets.UTF_8)));
    var lines = document.getElementsByTagName("polyline");
    assertThat(lines.getLength()).isEqualTo(1);
    assertThat(lines.item(0).getAttributes().getNamedItem("points").getNodeValue())
        .isEqualTo("90,50.0");
  }
}
