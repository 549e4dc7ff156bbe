package dev.adit.api.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.api.error.PeerViolationException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpPrefixTest {
  @ParameterizedTest
  @CsvSource({
    "192.0.2.5, 192.0.2.5/32",
    "192.0.2.5/24, 192.0.2.5/24",
    "10.0.0.0/255.128.0.0, 10.0.0.0/9",
    "010.1.2.3, 10.1.2.3/32",
    "fd00::1, fd00:0:0:0:0:0:0:1/128",
    "::ffff:192.0.2.5, 192.0.2.5/32",
    "fd00::/7, fd00:0:0:0:0:0:0:0/7"
  })
  void reads(String text, String prefix) throws PeerViolationException {
    assertThat(IpPrefix.parse("x", text)).hasToString(prefix);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1.2.3",
        "1.2.3.256",
        "999.1.1.1",
        ".:",
        ":",
        "1:2",
        "fd00::1%1",
        "[fd00::1]",
        "host",
        "1.2.3.4/33",
        "1.2.3.4/",
        "1.2.3.4/255.0.255.0",
        "1.2.3.4/1.2.3.256",
        "::/129"
      })
  void refuses(String text) {
    assertThatThrownBy(() -> IpPrefix.parse("x", text)).isInstanceOf(PeerViolationException.class);
  }

  /** By a process of its own whose resolver knows them all. */
  @Test
  void whatOnlyLooksLikeAnAddressIsNotLookedUp(@TempDir Path directory) throws Exception {
    Path hosts = directory.resolve("hosts");
    Files.writeString(hosts, "192.0.2.1 1.2.3.256 .: 1:2 host\n");
    Process asked =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djdk.net.hosts.file=" + hosts,
                "-cp",
                System.getProperty("java.class.path"),
                Asked.class.getName(),
                "1.2.3.256",
                ".:",
                "1:2",
                "host")
            .redirectErrorStream(true)
            .start();
    String said = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(said).isEqualTo("refused\nrefused\nrefused\nrefused\n");
  }

  /** Reads each argument. */
  static final class Asked {
    private Asked() {}

    public static void main(String[] arguments) {
      for (String text : arguments) {
        try {
          System.out.println(IpPrefix.parseAddress("x", text));
        } catch (PeerViolationException e) {
          System.out.println("refused");
        }
      }
    }
  }
}
