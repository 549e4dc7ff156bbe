package dev.adit.interop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A log-in that begins at the path of its group, by {@code --usergroup}, and nowhere else. */
class GroupUrlIT {
  private Lab lab;
  private Gateway gateway;

  @BeforeEach
  void open() {
    lab = new Lab();
    gateway = Gateway.start(lab, "--option=group-url=staff");
  }

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void theGroupIsThePath() {
    AditProcess adit = gateway.client("--usergroup=staff", "--interface=vpn0");
    adit.await("connected", 1);
    assertThat(gateway.count("group")).isEqualTo(1);
    adit.signal("TERM");
    assertThat(adit.exitCode()).isZero();
  }

  @Test
  void withoutItThereIsNothing() {
    AditProcess adit = gateway.client("--interface=vpn0");
    assertThat(adit.exitCode()).as(adit.log()).isEqualTo(12);
    assertThat(gateway.count("group")).isZero();
    assertThat(adit.log()).contains("404", "--usergroup");
  }

  @Test
  void openconnectMeansTheSameByIt() {
    Command ended = Openconnect.authenticate(lab, gateway, "--usergroup=staff");
    assertThat(ended.out()).as(ended.toString()).contains("COOKIE=");
    assertThat(gateway.count("group")).isEqualTo(1);
  }
}
