package dev.adit.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.adit.api.tunnel.IpPrefix;
import dev.adit.core.auth.TerminalText;
import dev.adit.core.session.SessionStatus;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A session's status as JSON between processes, and for a person. */
final class StatusText {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final int COLUMNS = 80;
  private static final int HISTORY_LINES = 6;
  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneId.systemDefault());

  private StatusText() {}

  static String json(SessionStatus status) {
    ObjectNode node = JSON.createObjectNode();
    node.put("v", 1);
    node.put("pid", ProcessHandle.current().pid());
    node.put("state", status.state().name().toLowerCase(Locale.ROOT));
    node.put("server", status.host());
    status.gateway().ifPresent(g -> node.put("gateway", g.getHostAddress()));
    node.put("device", status.device());
    status
        .config()
        .ifPresent(
            c -> {
              node.put("ipv4", c.ipv4().map(IpPrefix::toString).orElse(""));
              node.put("ipv6", c.ipv6().map(IpPrefix::toString).orElse(""));
              node.put("mtu", c.mtu());
              texts(node, "include", c.splitInclude());
              texts(node, "exclude", c.splitExclude());
              texts(node, "dns", c.dns().stream().map(InetAddress::getHostAddress).toList());
              texts(node, "search", c.searchDomains());
              texts(node, "split_dns", c.splitDns());
            });
    node.put("carrier", status.carrier());
    node.put("carrier_since", status.carrierSince().toString());
    node.put("why_not_better", status.whyNotBetter());
    status.udpMtu().ifPresent(m -> node.put("mtu_udp", m));
    status.roundTrip().ifPresent(t -> node.put("rtt_seconds", t.toNanos() / 1e9));
    status
        .nextRekey()
        .ifPresent(t -> node.put("next_rekey", t.truncatedTo(ChronoUnit.SECONDS).toString()));
    ArrayNode history = node.putArray("history");
    for (SessionStatus.Change change : status.history()) {
      history
          .addObject()
          .put("ts", change.at().truncatedTo(ChronoUnit.MILLIS).toString())
          .put("what", change.what())
          .put("reason", change.reason());
    }
    node.put("started", status.started().toString());
    node.put("packets_in", status.stats().packetsIn());
    node.put("bytes_in", status.stats().bytesIn());
    node.put("packets_out", status.stats().packetsOut());
    node.put("bytes_out", status.stats().bytesOut());
    node.put("reconnects", status.stats().reconnects());
    node.put("rekeys", status.stats().rekeys());
    node.put("packets_lost", status.stats().lost());
    node.put("packets_refused", status.stats().refused());
    return node.toString();
  }

  private static void texts(ObjectNode node, String name, List<?> values) {
    ArrayNode array = node.putArray(name);
    values.forEach(v -> array.add(v.toString()));
  }

  static String text(String json) throws JsonProcessingException {
    return text(JSON.readTree(json), Optional.empty());
  }

  /**
   * For a person, at most 80 columns wide.
   *
   * @param before the session a second ago, for rates
   */
  static String text(JsonNode s, Optional<JsonNode> before) {
    StringBuilder text = new StringBuilder();
    text.append(
        "%s: %s, process %d%n"
            .formatted(
                s.path("device").asText().isEmpty() ? "(no device yet)" : s.path("device").asText(),
                s.path("state").asText().replace('_', ' '),
                s.path("pid").asLong()));
    line(text, "server", s.path("server").asText() + ", for " + since(s, "started"));
    if (s.has("mtu")) {
      line(
          text,
          "addresses",
          (s.path("ipv4").asText() + " " + s.path("ipv6").asText()).strip()
              + ", MTU "
              + s.path("mtu").asInt()
              + (s.has("mtu_udp") ? " (UDP carries " + s.path("mtu_udp").asInt() + ")" : ""));
    }
    line(
        text,
        "carrier",
        s.path("carrier").asText()
            + ", for "
            + since(s, "carrier_since")
            + (s.has("rtt_seconds")
                ? ", round trip %.1f ms".formatted(s.path("rtt_seconds").asDouble() * 1000)
                : ""));
    String why = s.path("why_not_better").asText();
    if (!why.isEmpty()) {
      line(text, "not better", why);
    }
    line(text, "received", traffic(s, before, "in"));
    line(text, "sent", traffic(s, before, "out"));
    long lost = s.path("packets_lost").asLong();
    long refused = s.path("packets_refused").asLong();
    if (lost + refused > 0) {
      line(text, "by UDP", losses(lost, refused, s.path("packets_in").asLong()));
    }
    line(
        text,
        "reconnects",
        "%d, new keys %d times".formatted(s.path("reconnects").asLong(), s.path("rekeys").asLong())
            + (s.has("next_rekey") ? ", next in " + until(s, "next_rekey") : ""));
    String label = "history";
    int skip = Math.max(0, s.path("history").size() - HISTORY_LINES);
    for (JsonNode change : s.path("history")) {
      if (skip-- > 0) {
        continue;
      }
      line(
          text,
          label,
          CLOCK.format(Instant.parse(change.path("ts").asText()))
              + "  "
              + change.path("what").asText()
              + ": "
              + change.path("reason").asText());
      label = "";
    }
    return text.toString();
  }

  private static String losses(long lost, long refused, long received) {
    return "%,d packets lost on the way here (%.2f %%)"
            .formatted(lost, 100.0 * lost / Math.max(1, lost + received))
        + (refused > 0 ? ", %,d refused".formatted(refused) : "");
  }

  private static String traffic(JsonNode s, Optional<JsonNode> before, String way) {
    String total =
        "%,d packets, %,d bytes"
            .formatted(s.path("packets_" + way).asLong(), s.path("bytes_" + way).asLong());
    return before
        .map(
            b ->
                total
                    + "; now %.2f Mbit/s"
                        .formatted(
                            8e-6
                                * (s.path("bytes_" + way).asLong()
                                    - b.path("bytes_" + way).asLong())))
        .orElse(total);
  }

  /** One line, or more if there is more to say than a line holds. */
  static void line(StringBuilder text, String label, String value) {
    String indent = "  %-11s".formatted(label);
    StringBuilder line = new StringBuilder(indent);
    for (String word : TerminalText.clean(value).split(" ", -1)) {
      if (line.length() + word.length() > COLUMNS && line.length() > indent.length()) {
        text.append(line.toString().stripTrailing()).append('\n');
        line = new StringBuilder(" ".repeat(indent.length()));
      }
      line.append(word).append(' ');
    }
    text.append(line.toString().stripTrailing()).append('\n');
  }

  private static String since(JsonNode s, String field) {
    return duration(elapsed(Instant.parse(s.path(field).asText()), Instant.now()));
  }

  private static String until(JsonNode s, String field) {
    return duration(elapsed(Instant.now(), Instant.parse(s.path(field).asText())));
  }

  /** By clocks that people set, so that it may be wrong, but is never less than nothing. */
  static Duration elapsed(Instant from, Instant to) {
    return to.isBefore(from) ? Duration.ZERO : Duration.between(from, to);
  }

  private static String duration(Duration d) {
    return d.toHours() > 0
        ? d.toHours() + " h " + d.toMinutesPart() + " min"
        : d.toMinutes() > 0
            ? d.toMinutes() + " min " + d.toSecondsPart() + " s"
            : d.toSeconds() + " s";
  }
}
