package dev.adit.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A server whose half of DTLS is wrong: the session goes on by TLS, and says why. */
class DtlsTroubleIT {
  private Lab lab;
  private Gateway gateway;

  @BeforeEach
  void open() {
    lab = new Lab();
    gateway = Gateway.start(lab);
  }

  @AfterEach
  void close() {
    lab.close();
  }

  @ParameterizedTest
  @CsvSource({
    "dtls-other-suite, PSK-NEGOTIATE, 'the server chose cipher suite 0002, which was not offered'",
    "dtls-other-suite, AES256-SHA, 'the server chose cipher suite 0002, which was not offered'",
    "dtls-other-version, PSK-NEGOTIATE, 'ServerHello version: expected fefd, got feff'",
    "dtls-other-version, AES128-SHA, 'ServerHello version: expected 0100, got feff'",
    "dtls-garbage, OC-DTLS1_2-AES256-GCM, no answer on UDP within 12 s",
  })
  void whyUdpIsNotUpIsSaid(String fault, String form, String why) {
    gateway.faults(fault);
    AditProcess adit = gateway.client("--interface=vpn0", "--dtls-ciphers=" + form);
    adit.await("connected", 1);
    assertSaid(adit, why);
    ping();
    assertThat(adit.count("carrier")).isEqualTo(1);
    end(adit);
  }

  /** In the events, in the log, and to who asks. */
  static void assertSaid(AditProcess adit, String why) {
    assertThat(adit.await("no-udp", 1).path("reason").asText()).contains(why);
    assertThat(adit.log()).contains("Packets stay on TLS: ").contains(why);
    assertThat(adit.order("status").path("why_not_better").asText()).contains(why);
  }

  @Test
  void whatComesTwiceIsDeliveredOnce() {
    gateway.faults("dtls-twice");
    AditProcess adit = gateway.client("--interface=vpn0");
    JsonNode carrier = adit.await("carrier", 2);
    assertThat(carrier.path("kind").asText()).isEqualTo("udp");
    assertThat(ping()).doesNotContain("DUP!");
    end(adit);
  }

  private String ping() {
    String said = lab.client("ping", "-c", "5", "-i", "0.1", "-W", "2", Gateway.INNER);
    assertThat(said).contains(" 0% packet loss");
    return said;
  }

  private static void end(AditProcess adit) {
    adit.signal("TERM");
    assertThat(adit.exitCode()).isZero();
  }
}
