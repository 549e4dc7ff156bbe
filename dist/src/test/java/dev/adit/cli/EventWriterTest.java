package dev.adit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.tunnel.IpPrefix;
import dev.adit.api.tunnel.TunnelConfig;
import dev.adit.core.session.Carrier;
import dev.adit.core.session.SessionEvent;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventWriterTest {
  private static final String NETWORK =
      "\"ipv4\":\"198.18.0.2/32\",\"ipv6\":\"\",\"mtu\":1400,\"include\":[\"10.0.0.0/8\"],"
          + "\"exclude\":[],\"dns\":[\"10.0.0.53\"],\"search\":[\"corp.test\"],\"split_dns\":[]";

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final EventWriter writer =
      new EventWriter(
          new PrintStream(bytes, false, StandardCharsets.UTF_8),
          () -> Instant.parse("2026-01-02T03:04:05.678912Z"));

  /** Golden: whoever reads these lines is not to be surprised by a new version. */
  @Test
  void everyEventIsOneLine() throws Exception {
    TunnelConfig config = config();
    writer.authenticated("vpn.test");
    writer.write(new SessionEvent.Connecting("vpn.test", 443));
    writer.write(
        new SessionEvent.Connected(
            "adit0", new InetSocketAddress("192.0.2.1", 443), config, "TLSv1.3", "AES_256_GCM"));
    writer.write(new SessionEvent.CarrierChanged(Carrier.UDP, "DTLS", "it answers"));
    writer.write(new SessionEvent.Reconnecting("cut \"off\"\n", 2, Duration.ofMillis(1500)));
    writer.write(new SessionEvent.Reconfigured(config, config));
    writer.write(new SessionEvent.MtuChanged(config, config));
    writer.write(new SessionEvent.Rekeyed("TLS"));
    writer.write(new SessionEvent.ServerMessage("hello \u001b[31m"));
    writer.write(new SessionEvent.Disconnected("bye", Kind.OTHER, true));
    writer.write(new SessionEvent.Disconnected("expired", Kind.SESSION_REFUSED, false));
    writer.write(new SessionEvent.NoUdp("no answer"));
    writer.failed(new VpnException(Kind.UNREACHABLE, "no way"));
    assertThat(bytes.toString(StandardCharsets.UTF_8).lines())
        .containsExactly(
            line(1, "authenticated", "\"server\":\"vpn.test\""),
            line(2, "connecting", "\"host\":\"vpn.test\",\"port\":443"),
            line(
                3,
                "connected",
                "\"device\":\"adit0\",\"gateway\":\"192.0.2.1\","
                    + NETWORK
                    + ",\"tls\":\"TLSv1.3\",\"cipher\":\"AES_256_GCM\""),
            line(4, "carrier", "\"kind\":\"udp\",\"carrier\":\"DTLS\",\"reason\":\"it answers\""),
            line(
                5,
                "reconnecting",
                "\"reason\":\"cut \\\"off\\\"\\n\",\"attempt\":2,\"delay_seconds\":1.5"),
            line(6, "reconfigured", "\"old\":{" + NETWORK + "},\"new\":{" + NETWORK + "}"),
            line(7, "mtu", "\"old\":1400,\"new\":1400,\"ipv6_lost\":false"),
            line(8, "rekeyed", "\"what\":\"TLS\""),
            line(9, "message", "\"text\":\"hello \\u001B[31m\""),
            line(10, "disconnected", "\"reason\":\"bye\",\"exit_code\":0"),
            line(11, "disconnected", "\"reason\":\"expired\",\"exit_code\":2"),
            line(12, "no-udp", "\"reason\":\"no answer\""),
            line(13, "failed", "\"reason\":\"no way\",\"exit_code\":12"));
    for (String line : bytes.toString(StandardCharsets.UTF_8).lines().toList()) {
      assertThat(new ObjectMapper().readTree(line).path("v").asInt()).isEqualTo(1);
    }
  }

  private static String line(int seq, String event, String fields) {
    return "{\"v\":1,\"ts\":\"2026-01-02T03:04:05.678Z\",\"seq\":%d,\"event\":\"%s\",%s}"
        .formatted(seq, event, fields);
  }

  private static TunnelConfig config() throws Exception {
    return TunnelConfig.builder(1400)
        .ipv4(IpPrefix.parse("x", "198.18.0.2/32"))
        .splitInclude(List.of(IpPrefix.parse("x", "10.0.0.0/8")))
        .dns(List.of(InetAddress.getByName("10.0.0.53")))
        .searchDomains(List.of("corp.test"))
        .build();
  }
}
