package dev.adit.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.adit.api.error.VpnException;
import dev.adit.api.tunnel.IpPrefix;
import dev.adit.api.tunnel.TunnelConfig;
import dev.adit.core.session.SessionEvent;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;

/**
 * {@code --events json}: JSON Lines with {@code v}, {@code ts} (RFC 3339), {@code seq}, {@code
 * event}, then the fields. No event has a field for a secret.
 */
final class EventWriter {
  private static final JsonFactory JSON = new JsonFactory();

  private final PrintStream out;
  private final InstantSource clock;
  private long sequence;

  EventWriter(PrintStream out, InstantSource clock) {
    this.out = out;
    this.clock = clock;
  }

  private interface Fields {
    void write(JsonGenerator json) throws IOException;
  }

  void write(SessionEvent event) {
    if (event instanceof SessionEvent.Connecting e) {
      line(
          "connecting",
          json -> {
            json.writeStringField("host", e.host());
            json.writeNumberField("port", e.port());
          });
    } else if (event instanceof SessionEvent.Connected e) {
      line("connected", json -> connected(json, e));
    } else if (event instanceof SessionEvent.CarrierChanged e) {
      line(
          "carrier",
          json -> {
            json.writeStringField("kind", e.kind().name().toLowerCase(Locale.ROOT));
            json.writeStringField("carrier", e.carrier());
            json.writeStringField("reason", e.reason());
          });
    } else if (event instanceof SessionEvent.NoUdp e) {
      line("no-udp", json -> json.writeStringField("reason", e.reason()));
    } else if (event instanceof SessionEvent.Reconnecting e) {
      line(
          "reconnecting",
          json -> {
            json.writeStringField("reason", e.reason());
            json.writeNumberField("attempt", e.attempt());
            json.writeNumberField("delay_seconds", e.delay().toMillis() / 1000.0);
          });
    } else if (event instanceof SessionEvent.LoggingInAgain e) {
      line("logging-in-again", json -> json.writeStringField("reason", e.reason()));
    } else if (event instanceof SessionEvent.Expiring e) {
      line(
          "expiring",
          json -> {
            json.writeStringField("limit", e.limit().name().toLowerCase(Locale.ROOT));
            json.writeNumberField("seconds_left", e.left().toSeconds());
          });
    } else if (event instanceof SessionEvent.Reconfigured e) {
      line(
          "reconfigured",
          json -> {
            json.writeObjectFieldStart("old");
            network(json, e.before());
            json.writeEndObject();
            json.writeObjectFieldStart("new");
            network(json, e.after());
            json.writeEndObject();
          });
    } else if (event instanceof SessionEvent.MtuChanged e) {
      line(
          "mtu",
          json -> {
            json.writeNumberField("old", e.before().mtu());
            json.writeNumberField("new", e.after().mtu());
            json.writeBooleanField("ipv6_lost", e.losesIpv6());
          });
    } else if (event instanceof SessionEvent.Rekeyed e) {
      line("rekeyed", json -> json.writeStringField("what", e.what()));
    } else if (event instanceof SessionEvent.ServerMessage e) {
      line("message", json -> json.writeStringField("text", e.text()));
    } else if (event instanceof SessionEvent.Disconnected e) {
      line(
          "disconnected",
          json -> {
            json.writeStringField("reason", e.reason());
            json.writeNumberField("exit_code", e.clean() ? 0 : ExitCode.of(e.kind()).code());
          });
    }
  }

  /** The log-in is done. */
  void authenticated(String server) {
    line("authenticated", json -> json.writeStringField("server", server));
  }

  /** It ended before there was a session. */
  void failed(VpnException error) {
    line(
        "failed",
        json -> {
          json.writeStringField("reason", error.getMessage());
          json.writeNumberField("exit_code", ExitCode.of(error).code());
        });
  }

  private static void connected(JsonGenerator json, SessionEvent.Connected e) throws IOException {
    json.writeStringField("device", e.device());
    json.writeStringField("gateway", e.gateway().getAddress().getHostAddress());
    network(json, e.config());
    json.writeStringField("tls", e.tls());
    json.writeStringField("cipher", e.cipher());
  }

  private static void network(JsonGenerator json, TunnelConfig config) throws IOException {
    json.writeStringField("ipv4", config.ipv4().map(IpPrefix::toString).orElse(""));
    json.writeStringField("ipv6", config.ipv6().map(IpPrefix::toString).orElse(""));
    json.writeNumberField("mtu", config.mtu());
    strings(json, "include", config.splitInclude().stream().map(IpPrefix::toString).toList());
    strings(json, "exclude", config.splitExclude().stream().map(IpPrefix::toString).toList());
    strings(json, "dns", config.dns().stream().map(InetAddress::getHostAddress).toList());
    strings(json, "search", config.searchDomains());
    strings(json, "split_dns", config.splitDns());
  }

  private static void strings(JsonGenerator json, String name, List<String> values)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (String value : values) {
      json.writeString(value);
    }
    json.writeEndArray();
  }

  private void line(String event, Fields fields) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeNumberField("v", 1);
      json.writeStringField("ts", clock.instant().truncatedTo(ChronoUnit.MILLIS).toString());
      json.writeNumberField("seq", ++sequence);
      json.writeStringField("event", event);
      fields.write(json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    out.println(text);
    out.flush();
  }
}
