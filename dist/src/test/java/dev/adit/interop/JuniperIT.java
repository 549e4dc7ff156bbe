package dev.adit.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The Juniper gateway with our client and with openconnect's, over TLS. */
final class JuniperIT {
  private Lab lab;
  private Gateway gateway;

  @BeforeEach
  void open() {
    lab = new Lab();
    gateway = Gateway.start(lab, "juniper");
  }

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void logsInCarriesDataComesBackAndLogsOff() {
    String before = lab.clientState();
    AditProcess adit = adit();
    assertThat(adit.await("connected", 1).path("ipv4").asText()).startsWith("198.18.0.");
    lab.client("ping", "-c5", "-i0.2", "-s1300", Gateway.INNER);
    gateway.faults("cut");
    gateway.faults();
    adit.await("connected", 2);
    lab.client("ping", "-c5", "-i0.2", Gateway.INNER);
    adit.signal("TERM");
    assertThat(adit.exitCode()).isZero();
    gateway.await("logout", 1);
    assertThat(lab.clientState()).isEqualTo(before);
  }

  /** Nothing in the protocol asks, so TCP must notice; a new connection finds another way. */
  @Test
  void aDeadPathShowsToTcpUnderTraffic() {
    AditProcess adit = adit("--no-dtls", "--force-dpd=1");
    adit.await("connected", 1);
    String ours = lab.client("ss", "-Htn", "state", "established", "dport = 443").strip();
    String port = ours.replaceFirst("(?s)^\\S+\\s+\\S+\\s+\\S+:(\\d+)\\s.*", "$1");
    lab.server(
        "nft",
        "add table inet dark; add chain inet dark i { type filter hook input priority 0; };"
            + " add rule inet dark i tcp sport "
            + port
            + " drop");
    lab.start(
        lab.directory().resolve("pings"), lab.inClient("ping", "-i0.2", "-c200", Gateway.INNER));
    adit.await("connected", 2);
    lab.client("ping", "-c3", "-i0.2", "-W2", Gateway.INNER);
    adit.signal("TERM");
    assertThat(adit.exitCode()).isZero();
  }

  @Test
  void refusedCookieIsExitCodeTwo() {
    gateway.faults("expired-cookie");
    AditProcess adit = adit();
    assertThat(adit.exitCode()).isEqualTo(2);
    assertThat(adit.log()).contains("DSID").contains("log in again");
  }

  @Test
  void wrongPasswordIsExitCodeTen() {
    AditProcess adit =
        AditProcess.start(
            lab,
            "wrong\n",
            "--protocol=nc",
            "--non-inter",
            "--user=" + Gateway.USER,
            "--passwd-on-stdin",
            "--servercert=" + gateway.pin(),
            Lab.SERVER);
    assertThat(adit.exitCode()).isEqualTo(10);
    assertThat(adit.log()).doesNotContain("Exception");
  }

  @Test
  void pulseAloneIsNamed() {
    gateway.faults("pulse-status");
    AditProcess adit = adit();
    assertThat(adit.exitCode()).isEqualTo(1);
    assertThat(adit.log()).contains("Pulse");
  }

  @Test
  void openconnectConnectsAndLogsOff() throws Exception {
    Process client =
        Openconnect.start(
            lab,
            Gateway.PASSWORD,
            "--protocol=nc",
            "--no-dtls",
            "--non-inter",
            "--user=" + Gateway.USER,
            "--servercert=" + gateway.pin(),
            Lab.SERVER);
    // The lab's server has the inner address as well, and answers without a tunnel.
    gateway.await("tunnel", 1);
    Lab.await(
        "an answer through the tunnel:\n" + Openconnect.log(lab),
        Duration.ofSeconds(20),
        () ->
            Command.run(
                        Duration.ofSeconds(5),
                        "",
                        List.copyOf(lab.inClient("ping", "-c1", "-W1", Gateway.INNER)))
                    .exitCode()
                == 0);
    lab.client("ping", "-c5", "-i0.2", "-s1300", Gateway.INNER);
    client.destroy();
    gateway.await("logout", 1);
  }

  private AditProcess adit(String... more) {
    return gateway.client(
        Stream.concat(Stream.of("--protocol=nc"), Stream.of(more)).toArray(String[]::new));
  }
}
