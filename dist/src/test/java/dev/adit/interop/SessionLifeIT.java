package dev.adit.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Signals, orders from outside, the background, and a session that goes on for long. */
class SessionLifeIT {
  private static final int RECONNECTS = 200;

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

  @Test
  void hangupLeavesWithoutLoggingOff() {
    AditProcess adit = session();
    adit.await("connected", 1);
    adit.signal("HUP");
    assertThat(adit.exitCode()).isZero();
    assertThat(gateway.count("logout")).isZero();
  }

  @Test
  void userSignalTwoReconnects() {
    AditProcess adit = session();
    adit.await("connected", 1);
    adit.signal("USR2");
    adit.await("connected", 2);
    adit.signal("USR1");
    Lab.await("counters", Duration.ofSeconds(5), () -> adit.log().contains("reconnects=1"));
    adit.signal("TERM");
    assertThat(adit.exitCode()).isZero();
    gateway.await("logout", 1);
  }

  @Test
  void statusReconnectAndDisconnectReachTheSession() {
    AditProcess adit = session();
    adit.await("connected", 1);
    assertThat(control("status").ok()).contains("vpn0").contains("carrier").contains("TLS");
    assertThat(control("status", "--json").ok()).contains("\"device\":\"vpn0\"");
    assertThat(control("status", "no-such").exitCode()).isEqualTo(1);
    control("reconnect").ok();
    adit.await("connected", 2);
    control("disconnect").ok();
    assertThat(adit.exitCode()).isZero();
  }

  @Test
  void theBackgroundBeginsWhenDataFlows() throws IOException {
    Path pid = lab.directory().resolve("pid");
    List<String> argv = new ArrayList<>(List.of("--background", "--pid-file=" + pid));
    argv.addAll(arguments());
    Command parent = run(Gateway.PASSWORD + "\n", argv.toArray(new String[0]));
    assertThat(parent.exitCode()).as(parent.err()).isZero();
    lab.client("ping", "-c", "1", "-W", "2", Gateway.INNER);
    String child = Files.readString(pid).strip();
    assertThat(ProcessHandle.of(Long.parseLong(child))).isPresent();
    control("disconnect").ok();
    gateway.await("logout", 1);
    Lab.await(
        "the child ends",
        Duration.ofSeconds(10),
        () -> ProcessHandle.of(Long.parseLong(child)).isEmpty());
  }

  @Test
  void theBackgroundFailsWithTheChildsExitCode() {
    gateway.faults("refuse");
    List<String> argv = new ArrayList<>(List.of("--background"));
    argv.addAll(arguments());
    assertThat(run(Gateway.PASSWORD + "\n", argv.toArray(new String[0])).exitCode()).isEqualTo(1);
  }

  @Test
  void manyReconnectsLeaveNothingBehindInTheProcess() {
    AditProcess adit = session();
    adit.await("connected", 1);
    for (int i = 1; i <= 20; i++) {
      adit.signal("USR2");
      adit.await("connected", i + 1);
    }
    Footprint before = Footprint.of(adit);
    for (int i = 21; i <= RECONNECTS; i++) {
      adit.signal("USR2");
      adit.await("connected", i + 1);
    }
    Footprint.of(adit).assertNoMoreThan(before);
    adit.signal("TERM");
    assertThat(adit.exitCode()).isZero();
  }

  @Test
  void anIdleTunnelCostsNextToNothing() {
    AditProcess adit = session();
    adit.await("connected", 1);
    // What belongs to the start is over when no thread wakes more often than an idle one does.
    Lab.await("it is idle", Duration.ofSeconds(60), () -> in(adit, 3_000).totalWakes() <= 9);
    ThreadCosts idle = in(adit, 30_000);
    // The JVM wakes twice in five seconds, and the tunnel for its keepalives and for the clock's
    // watch.
    assertThat(idle.totalWakes()).as("%s", idle).isLessThanOrEqualTo(45);
    // 0.2 % of half a minute.
    assertThat(idle.totalNanos()).as("%s", idle).isLessThanOrEqualTo(60_000_000);
    adit.signal("TERM");
    assertThat(adit.exitCode()).isZero();
  }

  /** What its threads take in such a time. */
  private static ThreadCosts in(AditProcess adit, long millis) {
    ThreadCosts before = ThreadCosts.of(adit.pid());
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    return ThreadCosts.of(adit.pid()).since(before);
  }

  private List<String> arguments() {
    return List.of(
        "--user=" + Gateway.USER,
        "--passwd-on-stdin",
        "--servercert=" + gateway.pin(),
        "--interface=vpn0",
        "--no-dtls",
        Lab.SERVER);
  }

  private AditProcess session() {
    return AditProcess.start(lab, Gateway.PASSWORD + "\n", arguments().toArray(new String[0]));
  }

  private Command control(String... words) {
    return run("", words);
  }

  private Command run(String stdin, String... words) {
    return AditProcess.run(lab, stdin, words);
  }
}
