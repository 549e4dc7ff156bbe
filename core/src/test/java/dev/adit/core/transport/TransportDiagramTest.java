package dev.adit.core.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The page that people read is the table that runs. {@code -Dadit.share.update=true} writes it. */
final class TransportDiagramTest {
  private static final Path PAGE = Path.of("src/main/java/dev/adit/core/transport/transport.md");

  @Test
  void pageIsTheTable() throws IOException {
    if (Boolean.getBoolean("adit.share.update")) {
      Files.writeString(PAGE, TransportDiagram.page());
    }
    assertThat(Files.readString(PAGE)).isEqualTo(TransportDiagram.page());
  }

  @Test
  void everyArrowOfTheTableIsDrawn() {
    String page = TransportDiagram.page();
    for (Transition row : TransportTable.TABLE) {
      assertThat(page).contains("| " + row.from() + " | " + row.on() + " | " + row.to() + " |");
    }
    assertThat(page).contains("ON_UDP --> UDP_QUIET : UDP_SILENT\n");
  }
}
