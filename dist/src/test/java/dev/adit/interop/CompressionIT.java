package dev.adit.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Compression with the real ocserv, and the real openconnect with our gateway. What crosses is text
 * that compresses well; that it crossed compressed is seen from the bytes on the outer interface.
 */
class CompressionIT {
  private static final String INNER_SERVER = "10.99.0.1";
  private static final long MEGABYTES = 8;

  private Lab lab;

  @BeforeEach
  void open() {
    lab = new Lab();
  }

  @AfterEach
  void close() {
    lab.close();
  }

  @ParameterizedTest
  @CsvSource({"oc-lz4, false", "lzs, false", "oc-lz4, true", "lzs, true"})
  void ocservAgreesAndBothDirectionsShrink(String encoding, boolean dtls) {
    Ocserv ocserv =
        new Ocserv(lab)
            .withPassword()
            .with("route = 10.99.0.0/255.255.0.0", "compression = true", "no-compress-limit = 64")
            .start();
    AditProcess adit =
        adit(
            Ocserv.PASSWORD,
            "--cafile=" + ocserv.path("ca.pem"),
            "--user=" + Ocserv.USER,
            "--compression=stateless",
            "--compression-encodings=" + encoding,
            dtls ? "--disable-ipv6" : "--no-dtls",
            "vpn.test");
    adit.await("connected", 1);
    assertThat(adit.log()).contains("compressed by " + encoding);
    assertThat(ocserv.log()).contains("selected CSTP compression method " + encoding);
    if (dtls) {
      // Observed with 1.1.6: occtl shows either encoding only once there is DTLS.
      assertThat(adit.await("carrier", 2).path("carrier").asText()).contains(encoding);
      JsonNode user = ocserv.users().get(0);
      assertThat(user.path("CSTP compression").asText()).isEqualTo(encoding);
      assertThat(user.path("DTLS compression").asText()).isEqualTo(encoding);
    }
    transfersShrink(INNER_SERVER);
    assertThat(adit.count("reconnecting")).isZero();
    adit.signal("TERM");
    assertThat(adit.exitCode()).isZero();
  }

  @Test
  void ocservWithoutCompressionIsNoObstacle() {
    Ocserv ocserv = new Ocserv(lab).withPassword().with("route = 10.99.0.0/255.255.0.0").start();
    AditProcess adit =
        adit(
            Ocserv.PASSWORD,
            "--cafile=" + ocserv.path("ca.pem"),
            "--user=" + Ocserv.USER,
            "--compression=all",
            "vpn.test");
    adit.await("connected", 1);
    assertThat(ocserv.users().get(0).has("CSTP compression")).isFalse();
    assertThat(lab.client("ping", "-c", "2", "-i", "0.2", "-s", "1000", INNER_SERVER))
        .contains(" 0% packet loss");
    adit.signal("TERM");
    assertThat(adit.exitCode()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"oc-lz4, false", "lzs, false", "deflate, false", "oc-lz4, true", "lzs, true"})
  void openconnectAgreesWithOurGateway(String encoding, boolean dtls) throws Exception {
    Gateway gateway = Gateway.start(lab, "--option=compression=" + encoding);
    openconnect(gateway, dtls ? "--disable-ipv6" : "--no-dtls");
    if (dtls) {
      Lab.await(
          "DTLS:\n" + Openconnect.log(lab),
          Duration.ofSeconds(15),
          () -> Openconnect.log(lab).contains("Established DTLS connection"));
    }
    assertThat(gateway.text()).contains("event compression CSTP " + encoding);
    assertThat(gateway.text().contains("event compression DTLS " + encoding)).isEqualTo(dtls);
    transfersShrink(Gateway.INNER);
    assertThat(gateway.count("bad-compression")).isZero();
  }

  @Test
  void weAgreeOnDeflateWithOurGateway() {
    Gateway gateway = Gateway.start(lab, "--option=compression=deflate");
    AditProcess adit =
        adit(
            Gateway.PASSWORD,
            "--servercert=" + gateway.pin(),
            "--user=" + Gateway.USER,
            "--compression=all",
            "--no-dtls",
            "vpn.test");
    adit.await("connected", 1);
    assertThat(gateway.text()).contains("event compression CSTP deflate");
    transfersShrink(Gateway.INNER);
    adit.signal("TERM");
    assertThat(adit.exitCode()).isZero();
  }

  /** Both ways, with equal hashes and less than half of the bytes outside. */
  private void transfersShrink(String server) {
    for (boolean toClient : new boolean[] {true, false}) {
      long before = outerBytes();
      Transfer transfer = Transfer.ofText(lab, server, (int) MEGABYTES, toClient);
      assertThat(transfer.received()).isEqualTo(transfer.sent());
      assertThat(outerBytes() - before)
          .as(toClient ? "outer bytes, to the client" : "outer bytes, to the server")
          .isLessThan((MEGABYTES << 20) / 2);
    }
  }

  private long outerBytes() {
    long sum = 0;
    for (String counter : List.of("rx_bytes", "tx_bytes")) {
      Path file = Path.of("/sys/class/net", lab.clientLink(), "statistics", counter);
      sum += Long.parseLong(lab.client("cat", file.toString()).strip());
    }
    return sum;
  }

  private AditProcess adit(String password, String... arguments) {
    List<String> all = new ArrayList<>(List.of("--interface=vpn0", "--passwd-on-stdin"));
    all.addAll(List.of(arguments));
    return AditProcess.start(lab, password + "\n", all.toArray(new String[0]));
  }

  private void openconnect(Gateway gateway, String argument) {
    Openconnect.start(
        lab,
        Gateway.PASSWORD,
        "--compression=all",
        "--user=" + Gateway.USER,
        "--interface=oc0",
        "--servercert=" + gateway.pin(),
        argument,
        "https://" + Lab.SERVER);
    gateway.await("tunnel", 1);
    Lab.await(
        "a ping through the tunnel\n" + Openconnect.log(lab),
        Duration.ofSeconds(15),
        () -> lab.isAnswered(Gateway.INNER));
  }
}
