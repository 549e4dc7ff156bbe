package dev.adit.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The tunnel over DTLS against the real ocserv. */
class OcservDtlsIT {
  private static final String INNER_SERVER = "10.99.0.1";
  private static final String DROP_UDP =
      "table inet dark { chain i { type filter hook input priority 0; udp dport 443 drop;"
          + " udp sport 443 drop; }; }";

  private Lab lab;
  private Ocserv ocserv;

  @BeforeEach
  void open() {
    lab = new Lab();
    ocserv =
        new Ocserv(lab).withPassword().with("dtls-legacy = true", "route = 10.99.0.0/255.255.0.0");
  }

  @AfterEach
  void close() {
    lab.close();
  }

  @ParameterizedTest
  @CsvSource({
    "--dtls-ciphers=PSK-NEGOTIATE, (DTLS1.2)-(PSK)-(AES-256-GCM)",
    "--dtls-ciphers=OC-DTLS1_2-AES256-GCM, (DTLS1.2)-(RSA)-(AES-256-GCM)",
    "--dtls-ciphers=OC-DTLS1_2-AES128-GCM, (DTLS1.2)-(RSA)-(AES-128-GCM)",
    "--dtls-ciphers=none --dtls12-ciphers=AES256-GCM-SHA384, (DTLS1.2)-(RSA)-(AES-256-GCM)",
    "--dtls-ciphers=none --dtls12-ciphers=AES128-GCM-SHA256, (DTLS1.2)-(RSA)-(AES-128-GCM)",
    "--dtls-ciphers=AES256-SHA, (DTLS0.9)-(RSA)-(AES-256-CBC)-(SHA1)",
    "--dtls-ciphers=AES128-SHA, (DTLS0.9)-(RSA)-(AES-128-CBC)-(SHA1)",
    "--allow-insecure-crypto --dtls-ciphers=DES-CBC3-SHA, (DTLS0.9)-(RSA)-(3DES-CBC)-(SHA1)",
  })
  void carriesTrafficByEachForm(String offered, String negotiated) {
    ocserv.start();
    AditProcess adit = ocserv.client(offered.split(" "));
    carriesTraffic(adit, negotiated, 50);
  }

  /** Of PSK-NEGOTIATE, whose suite the server may bind to that of TLS. */
  @ParameterizedTest
  @CsvSource({
    "VERS-TLS1.3, AES-256-GCM",
    "VERS-TLS1.3, AES-128-GCM",
    "VERS-TLS1.3, CHACHA20-POLY1305",
    "VERS-TLS1.2, AES-256-GCM",
    "VERS-TLS1.2, AES-128-GCM",
    "VERS-TLS1.2, CHACHA20-POLY1305",
  })
  void carriesTrafficByTheCipherOfTls(String version, String cipher) {
    ocserv
        .with("cisco-client-compat = false", "dtls-legacy = false", "match-tls-dtls-ciphers = true")
        .with(
            "tls-priorities = \"NORMAL:-CIPHER-ALL:+"
                + cipher
                + ":-VERS-TLS-ALL:+"
                + version
                + "\"")
        .start();
    AditProcess adit = ocserv.client();
    carriesTraffic(adit, "(DTLS1.2)-(PSK)-(" + cipher + ")", 10);
  }

  private void carriesTraffic(AditProcess adit, String negotiated, int megabytes) {
    adit.await("carrier", 2);
    JsonNode user = ocserv.users().get(0);
    assertThat(user.path("DTLS cipher").asText()).isEqualTo(negotiated);
    Transfer down = Transfer.toClient(lab, INNER_SERVER, megabytes);
    assertThat(down.received()).isEqualTo(down.sent());
    Transfer up = Transfer.toServer(lab, INNER_SERVER, megabytes);
    assertThat(up.received()).isEqualTo(up.sent());
    assertThat(adit.count("carrier")).isEqualTo(2);
    end(adit);
  }

  @Test
  void aPathThatComesAndGoesIsLeftAlone() {
    ocserv.start();
    AditProcess adit = ocserv.client();
    adit.await("carrier", 2);
    Pings stream = Pings.start(lab, INNER_SERVER);
    for (int i = 0; i < 4; i++) {
      dark();
      stream.flow(Duration.ofSeconds(2));
      light();
      stream.flow(Duration.ofSeconds(2));
    }
    JsonNode last = adit.events().get(adit.events().size() - 1);
    assertThat(last.path("carrier").asText()).isEqualTo("TLS");
    assertThat(last.path("reason").asText()).startsWith("UDP comes and goes");
    double settled = Pings.now();
    stream.flow(Duration.ofSeconds(4));
    assertThat(stream.longestSilenceSince(settled)).isLessThan(0.3);
    end(adit);
  }

  private void dark() {
    lab.server("nft", "add " + DROP_UDP);
    lab.client("nft", "add " + DROP_UDP);
  }

  private void light() {
    lab.server("nft", "delete", "table", "inet", "dark");
    lab.client("nft", "delete", "table", "inet", "dark");
  }

  private static void end(AditProcess adit) {
    adit.signal("TERM");
    assertThat(adit.exitCode()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "udp-port = 0, PSK-NEGOTIATE, the server has it switched off",
    "dtls-psk = false, PSK-NEGOTIATE, the server and we have no DTLS cipher suite in common",
  })
  void whyUdpIsNotTriedIsSaid(String line, String form, String why) {
    ocserv.with(line).start();
    AditProcess adit = ocserv.client("--dtls-ciphers=" + form);
    adit.await("connected", 1);
    DtlsTroubleIT.assertSaid(adit, why);
    adit.signal("TERM");
    assertThat(adit.exitCode()).isZero();
  }

  @Test
  void staysOnTlsWhereUdpIsBlockedFromTheBeginning() {
    ocserv.start();
    lab.server("nft", "add " + DROP_UDP);
    AditProcess adit = ocserv.client();
    adit.await("connected", 1);
    assertThat(lab.client("ping", "-c", "3", "-i", "0.2", "-W", "1", INNER_SERVER))
        .contains(" 0% packet loss");
    assertThat(adit.await("no-udp", 1).path("reason").asText())
        .isEqualTo("no answer on UDP within 12 s");
    adit.signal("TERM");
    assertThat(adit.exitCode()).isZero();
  }
}
