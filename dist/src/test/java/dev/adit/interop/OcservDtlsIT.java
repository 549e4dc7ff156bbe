package dev.adit.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
    "PSK-NEGOTIATE, (DTLS1.2)-(PSK)-(AES-256-GCM)",
    "OC-DTLS1_2-AES256-GCM, (DTLS1.2)-(RSA)-(AES-256-GCM)",
    "OC-DTLS1_2-AES128-GCM, (DTLS1.2)-(RSA)-(AES-128-GCM)",
    "AES256-SHA, (DTLS0.9)-(RSA)-(AES-256-CBC)-(SHA1)",
    "AES128-SHA, (DTLS0.9)-(RSA)-(AES-128-CBC)-(SHA1)"
  })
  void carriesTrafficByEachForm(String offered, String negotiated) {
    ocserv.start();
    AditProcess adit = connect("--dtls-ciphers=" + offered);
    adit.await("carrier", 2);
    JsonNode user = ocserv.users().get(0);
    assertThat(user.path("DTLS cipher").asText()).isEqualTo(negotiated);
    Transfer down = Transfer.toClient(lab, INNER_SERVER, 50);
    assertThat(down.received()).isEqualTo(down.sent());
    Transfer up = Transfer.toServer(lab, INNER_SERVER, 50);
    assertThat(up.received()).isEqualTo(up.sent());
    assertThat(adit.count("carrier")).isEqualTo(2);
    adit.signal("TERM");
    assertThat(adit.exitCode()).isZero();
  }

  @Test
  void leavesADarkPathWithinASecondAndComesBack() {
    ocserv.start();
    AditProcess adit = connect();
    adit.await("carrier", 2);
    Process stream =
        lab.start(
            lab.directory().resolve("ping"),
            lab.inClient("ping", "-D", "-i", "0.02", "-W", "1", "-c", "600", INNER_SERVER));
    Lab.await("pings flow", Duration.ofSeconds(5), () -> pings() > 20);
    lab.server("nft", DROP_UDP.replace("table inet", "add table inet"));
    lab.client("nft", DROP_UDP.replace("table inet", "add table inet"));
    JsonNode left = adit.await("carrier", 3);
    assertThat(left.path("carrier").asText()).isEqualTo("TLS");
    long whileDark = pings();
    Lab.await("pings flow over TLS", Duration.ofSeconds(5), () -> pings() > whileDark + 50);
    lab.server("nft", "delete", "table", "inet", "dark");
    lab.client("nft", "delete", "table", "inet", "dark");
    assertThat(adit.await("carrier", 4).path("carrier").asText()).contains("DTLS");
    stream.destroy();
    assertThat(longestSilence()).isLessThan(1.5);
    adit.signal("TERM");
    assertThat(adit.exitCode()).isZero();
  }

  @Test
  void staysOnTlsWhereUdpIsBlockedFromTheBeginning() {
    ocserv.start();
    lab.server("nft", "add " + DROP_UDP);
    AditProcess adit = connect();
    adit.await("connected", 1);
    assertThat(lab.client("ping", "-c", "3", "-i", "0.2", "-W", "1", INNER_SERVER))
        .contains(" 0% packet loss");
    adit.signal("TERM");
    assertThat(adit.exitCode()).isZero();
  }

  private AditProcess connect(String... arguments) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "--cafile=" + ocserv.path("ca.pem"),
                "--interface=vpn0",
                "--user=" + Ocserv.USER,
                "--passwd-on-stdin"));
    all.addAll(List.of(arguments));
    all.add("vpn.test");
    return AditProcess.start(lab, Ocserv.PASSWORD + "\n", all.toArray(new String[0]));
  }

  private List<Double> answers() {
    try {
      return Files.readAllLines(lab.directory().resolve("ping")).stream()
          .filter(l -> l.contains("bytes from") && l.startsWith("["))
          .map(l -> Double.parseDouble(l.substring(1, l.indexOf(']'))))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private long pings() {
    return answers().size();
  }

  private double longestSilence() {
    List<Double> times = answers();
    double longest = 0;
    for (int i = 1; i < times.size(); i++) {
      longest = Math.max(longest, times.get(i) - times.get(i - 1));
    }
    System.out.printf("longest silence of a stream of 50 pings a second: %.2f s%n", longest);
    return longest;
  }
}
