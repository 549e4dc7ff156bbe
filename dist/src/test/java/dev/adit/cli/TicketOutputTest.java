package dev.adit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TicketOutputTest {
  @ParameterizedTest
  @ValueSource(
      strings = {"plain", "a'b", "$(reboot)", "`x`", "a\\b\"c", "'; rm -rf /; '", "a b\tc"})
  void aShellGetsExactlyWhatWasMeant(String cookie) throws Exception {
    String script = output(cookie).shell() + "printf %s \"$COOKIE\"";
    Process shell = new ProcessBuilder("/bin/sh", "-c", script).start();
    assertThat(new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .isEqualTo(cookie);
  }

  @Test
  void jsonIsJson() throws Exception {
    String cookie = "a\"b\\c\n";
    assertThat(new ObjectMapper().readTree(output(cookie).json()).path("cookie").asText())
        .isEqualTo(cookie);
  }

  @Test
  void itsTextKeepsTheSecret() {
    assertThat(output("secret").toString()).doesNotContain("secret");
  }

  private static TicketOutput output(String cookie) {
    return new TicketOutput(cookie, "192.0.2.1", "https://vpn.test/", "pin", "vpn.test:192.0.2.1");
  }
}
