package dev.adit.anyconnect.cstp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.api.datagram.DatagramOffer;
import dev.adit.api.tunnel.TunnelConfig;
import dev.adit.api.tunnel.TunnelEvent;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Answers to CONNECT as ocserv 1.1.6 gave them when the associations of {@code captures} were
 * recorded, by {@code src/test/scripts/record-dtls}.
 */
class ConnectReplayTest {
  @ParameterizedTest
  @CsvSource({
    "psk-negotiate, PSK-NEGOTIATE",
    "resumption, OC-DTLS1_2-AES256-GCM",
    "pre-rfc, AES256-SHA"
  })
  void isUnderstoodWhole(String name, String form) throws IOException {
    String head = head("/captures/connect-" + name + ".txt");
    Tunnel.Wishes wishes = new Tunnel.Wishes();
    wishes.datagrams = true;
    Tunnel tunnel = new Tunnel(wishes);
    tunnel.engine.start(0, tunnel);
    tunnel.receive(head.replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    TunnelEvent.Established up = tunnel.only(TunnelEvent.Established.class);
    TunnelConfig config = up.config();
    assertThat(config.ipv4().orElseThrow().address().getHostAddress())
        .isEqualTo(value(head, "X-CSTP-Address"));
    assertThat(config.mtu()).isEqualTo(Integer.parseInt(value(head, "X-CSTP-MTU")));
    assertThat(value(head, "X-DTLS-CipherSuite")).isEqualTo(form);
    assertThat(up.noDatagram()).isEmpty();
    assertThat(up.offers()).extracting(DatagramOffer::port).containsExactly(443);
    assertThat(config.raw().keySet())
        .containsAll(
            List.of("x-cstp-dpd", "x-cstp-keepalive", "x-cstp-rekey-time", "x-cstp-rekey-method"));
    head.lines()
        .filter(line -> line.startsWith("X-CSTP-Address") || line.startsWith("X-CSTP-DPD"))
        .forEach(
            line -> {
              String[] header = line.split(": ", 2);
              assertThat(config.raw())
                  .containsEntry(header[0].toLowerCase(Locale.ROOT), header[1].strip());
            });
  }

  private static String value(String head, String name) {
    return head.lines()
        .filter(line -> line.startsWith(name + ": "))
        .findFirst()
        .orElseThrow(() -> new AssertionError(name + " in\n" + head))
        .substring(name.length() + 2)
        .strip();
  }

  private static String head(String resource) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(ConnectReplayTest.class.getResourceAsStream(resource), resource)) {
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }
}
