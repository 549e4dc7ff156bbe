package dev.adit.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.adit.api.tunnel.IpPrefix;
import dev.adit.core.session.SessionStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** A session's status as JSON between processes, and for a person. */
final class StatusText {
  private static final ObjectMapper JSON = new ObjectMapper();

  private StatusText() {}

  static String json(SessionStatus status) {
    ObjectNode node = JSON.createObjectNode();
    node.put("v", 1);
    node.put("pid", ProcessHandle.current().pid());
    node.put("state", status.state().name().toLowerCase(Locale.ROOT));
    node.put("server", status.host());
    node.put("device", status.device());
    status
        .config()
        .ifPresent(
            c -> {
              node.put("ipv4", c.ipv4().map(IpPrefix::toString).orElse(""));
              node.put("ipv6", c.ipv6().map(IpPrefix::toString).orElse(""));
              node.put("mtu", c.mtu());
            });
    node.put("carrier", status.carrier());
    node.put("carrier_since", status.carrierSince().toString());
    node.put("why_not_better", status.whyNotBetter());
    node.put("started", status.started().toString());
    node.put("packets_in", status.stats().packetsIn());
    node.put("bytes_in", status.stats().bytesIn());
    node.put("packets_out", status.stats().packetsOut());
    node.put("bytes_out", status.stats().bytesOut());
    node.put("reconnects", status.stats().reconnects());
    node.put("rekeys", status.stats().rekeys());
    return node.toString();
  }

  static String text(String json) throws JsonProcessingException {
    JsonNode s = JSON.readTree(json);
    Duration up = Duration.between(Instant.parse(s.path("started").asText()), Instant.now());
    String why = s.path("why_not_better").asText();
    return """
        %s: %s, process %d
          server     %s, for %s
          addresses  %s %s, MTU %d
          carrier    %s%s
          received   %,d packets, %,d bytes
          sent       %,d packets, %,d bytes
          reconnects %d, new keys %d times
        """
        .formatted(
            s.path("device").asText("(no device yet)"),
            s.path("state").asText().replace('_', ' '),
            s.path("pid").asLong(),
            s.path("server").asText(),
            duration(up),
            s.path("ipv4").asText(),
            s.path("ipv6").asText(),
            s.path("mtu").asInt(),
            s.path("carrier").asText(),
            why.isEmpty() ? "" : " (not UDP: " + why + ")",
            s.path("packets_in").asLong(),
            s.path("bytes_in").asLong(),
            s.path("packets_out").asLong(),
            s.path("bytes_out").asLong(),
            s.path("reconnects").asLong(),
            s.path("rekeys").asLong());
  }

  private static String duration(Duration d) {
    return d.toHours() > 0
        ? d.toHours() + " h " + d.toMinutesPart() + " min"
        : d.toMinutes() > 0
            ? d.toMinutes() + " min " + d.toSecondsPart() + " s"
            : d.toSeconds() + " s";
  }
}
