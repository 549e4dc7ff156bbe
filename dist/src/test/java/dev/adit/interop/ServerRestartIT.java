package dev.adit.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The real ocserv ends and comes back under a running tunnel. Its sessions end with it. */
class ServerRestartIT {
  private static final String INNER_SERVER = "10.99.0.1";

  private Lab lab;
  private Ocserv ocserv;
  private String before;

  @BeforeEach
  void open() {
    lab = new Lab();
    ocserv = new Ocserv(lab).withPassword().with("route = 10.99.0.0/255.255.0.0").start();
    before = lab.clientState();
  }

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void stoppedItHasForgottenTheSession() {
    AditProcess adit = connect();
    ocserv.stop();
    ocserv.start();
    // Its process for this tunnel says good-bye, if it gets to that.
    int code = adit.exitCode();
    boolean goodBye = adit.log().contains("the server ended the session");
    assertThat(code).as("%s", adit).isEqualTo(goodBye ? 1 : 2);
    assertThat(adit.log())
        .contains(goodBye ? "no reason given" : "does not accept the session cookie");
    assertThat(lab.clientState()).isEqualTo(before);
  }

  @Test
  void stoppedItIsLoggedInToAgainWhenItIsBack() {
    AditProcess adit = connect("--relogin=1");
    ocserv.stop();
    ocserv.start();
    goesOn(adit);
  }

  @Test
  void killedItIsLoggedInToAgain() {
    AditProcess adit = connect("--relogin=1");
    ocserv.kill();
    adit.await("reconnecting", 1);
    ocserv.start();
    goesOn(adit);
  }

  /** Main process and cookies are still there: only the process of this tunnel has ended. */
  @Test
  void aProcessOfItThatDiesLeavesTheSessionWhole() {
    AditProcess adit = connect();
    String worker = ocserv.users().get(0).path("ID").asText();
    lab.server("kill", "-KILL", worker);
    adit.await("connected", 2);
    assertThat(adit.count("logging-in-again")).isZero();
    Lab.await("UDP", Duration.ofSeconds(20), () -> isByUdp(adit));
    ping();
    end(adit);
  }

  private void goesOn(AditProcess adit) {
    adit.await("connected", 2);
    // More than once where the first found no server yet: that one does not count.
    assertThat(adit.count("logging-in-again")).isPositive();
    Lab.await("UDP", Duration.ofSeconds(20), () -> isByUdp(adit));
    ping();
    end(adit);
  }

  private static boolean isByUdp(AditProcess adit) {
    return adit.events().stream()
        .filter(e -> e.path("event").asText().equals("carrier"))
        .reduce((earlier, later) -> later)
        .filter(e -> e.path("kind").asText().equals("udp"))
        .isPresent();
  }

  private AditProcess connect(String... more) {
    AditProcess adit = ocserv.client(more);
    assertThat(adit.await("carrier", 2).path("kind").asText()).isEqualTo("udp");
    return adit;
  }

  private void ping() {
    assertThat(lab.client("ping", "-c", "3", "-i", "0.1", "-W", "2", INNER_SERVER))
        .contains(" 0% packet loss");
  }

  private void end(AditProcess adit) {
    adit.signal("TERM");
    assertThat(adit.exitCode()).isZero();
    assertThat(lab.clientState()).isEqualTo(before);
  }
}
