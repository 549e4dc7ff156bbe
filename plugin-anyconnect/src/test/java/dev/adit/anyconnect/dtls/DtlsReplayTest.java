package dev.adit.anyconnect.dtls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.anyconnect.dtls.DtlsParameters.Form;
import dev.adit.api.datagram.DropCounts;
import dev.adit.api.secret.SecretBytes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Associations with ocserv 1.1.6 as {@link DtlsRecorder} wrote them down, with the same randomness
 * once more: what we send is byte for byte what it took, and what it sent means what it meant.
 */
class DtlsReplayTest {
  private static final HexFormat HEX = HexFormat.of();

  @ParameterizedTest
  @ValueSource(strings = {"psk-negotiate", "resumption", "pre-rfc"})
  void ourDatagramsAndTheServersAreThoseOfTheRecord(String name) throws IOException {
    List<String> lines = lines("/captures/" + name + ".txt");
    Wire.End client = client(lines);
    client.engine.start(0, client);
    int events = 0;
    int opened = 0;
    for (String line : lines) {
      String[] part = line.split(" ", 2);
      switch (part[0]) {
        case ">" -> assertThat(hex(client.sent.remove())).isEqualTo(part[1]);
        case "<" -> client.deliver(HEX.parseHex(part[1]));
        case "seal" -> client.sendPacket(HEX.parseHex(part[1]));
        case "open" -> assertThat(hex(client.received.get(opened++))).isEqualTo(part[1]);
        case "probe" -> client.engine.probe(Integer.parseInt(part[1]), 0, client);
        case "event" -> assertThat(client.events.get(events++)).hasToString(part[1]);
        default -> {
          // What it began with.
        }
      }
    }
    assertThat(client.sent).isEmpty();
    assertThat(client.received).hasSize(opened).isNotEmpty();
    assertThat(client.events).hasSize(events).hasSizeGreaterThan(1);
    assertThat(client.engine.drops()).isEqualTo(new DropCounts(0, 0, 0, 0, 0));
  }

  private static Wire.End client(List<String> lines) {
    Map<String, String> facts = new HashMap<>();
    lines.stream().map(l -> l.split(" ", 2)).forEach(p -> facts.putIfAbsent(p[0], p[1]));
    List<Suite> suites =
        Arrays.stream(fact(facts, "suites").split(" ", -1)).map(Suite::valueOf).toList();
    byte[] secret = HEX.parseHex(fact(facts, "secret"));
    DtlsParameters parameters =
        new DtlsParameters(
            Form.valueOf(fact(facts, "form")),
            suites,
            HEX.parseHex(fact(facts, "id")),
            () -> SecretBytes.owning(secret.clone()));
    DtlsEngine engine =
        DtlsEngine.client(
            parameters,
            new DtlsTimers(0, 0, 0),
            new FixedRandom(fact(facts, "random")),
            Optional.empty());
    return new Wire(engine, engine).client;
  }

  private static String fact(Map<String, String> facts, String name) {
    return Objects.requireNonNull(facts.get(name), name);
  }

  private static String hex(byte[] bytes) {
    return HEX.formatHex(bytes);
  }

  private static List<String> lines(String resource) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(DtlsReplayTest.class.getResourceAsStream(resource), resource)) {
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
          .lines()
          .filter(l -> !l.startsWith("#"))
          .toList();
    }
  }
}
