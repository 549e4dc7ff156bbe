package dev.adit.interop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A log-in by a real browser, to a tunnel that carries packets. */
class SingleSignOnIT {
  private Lab lab;

  @BeforeEach
  void open() {
    lab = new Lab();
  }

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void chromiumLogsInByTheListener() {
    Gateway gateway = Gateway.start(lab, "--option=sso=external");
    Chromium chromium = Chromium.start(lab);
    AditProcess client = connect(gateway, "--external-browser=" + chromium.program());
    connected(client, chromium);
    assertThat(gateway.count("sso")).isEqualTo(1);
    assertThat(client.log()).doesNotContain("/api/sso/AAE");
    awaitPing();
  }

  @Test
  void chromiumLogsInByACookie() {
    Gateway gateway = Gateway.start(lab, "--option=sso=embedded");
    Chromium chromium = Chromium.start(lab);
    AditProcess client = connect(gateway, "--external-browser=exec:" + chromium.exec());
    connected(client, chromium);
    awaitPing();
  }

  @Test
  void whoIsRefusedInTheBrowserIsTold() {
    Gateway gateway = Gateway.start(lab, "--option=sso=embedded");
    gateway.faults("sso-refused");
    Chromium chromium = Chromium.start(lab);
    AditProcess client = connect(gateway, "--external-browser=exec:" + chromium.exec());
    client.await("failed", 1);
    assertThat(client.log()).contains("the log-in by browser was refused: refused");
  }

  @Test
  void aTokenThatTheGatewayDoesNotKnowIsARefusal() {
    Gateway gateway = Gateway.start(lab, "--option=sso=external");
    gateway.faults("sso-unknown-token");
    Chromium chromium = Chromium.start(lab);
    AditProcess client = connect(gateway, "--external-browser=" + chromium.program());
    client.await("failed", 1);
    assertThat(client.log()).as(chromium.log()).contains("Login failed.");
  }

  @Test
  void anAnswerForAnotherClientDoesNotEndTheWait() {
    Gateway gateway = Gateway.start(lab, "--option=sso=external");
    gateway.faults("sso-wrong-key");
    Chromium chromium = Chromium.start(lab);
    AditProcess client = connect(gateway, "--external-browser=" + chromium.program());
    Lab.await(
        "the refusal in\n" + client.log() + chromium.log(),
        Duration.ofSeconds(40),
        () -> client.log().contains("Still waiting."));
    client.signal("INT");
    Lab.await(
        "the end of the wait",
        Duration.ofSeconds(10),
        () -> ProcessHandle.of(client.pid()).filter(ProcessHandle::isAlive).isEmpty());
    // Whoever reads the events is told of the end too.
    assertThat(client.count("failed")).isEqualTo(1);
  }

  @Test
  void aTakenPortIsSaid() {
    Gateway gateway = Gateway.start(lab, "--option=sso=external");
    lab.start(
        lab.directory().resolve("socat.log"),
        lab.inClient("socat", "TCP6-LISTEN:29786,bind=[::1]", "EXEC:cat"));
    Lab.await(
        "socat listens",
        Duration.ofSeconds(10),
        () -> lab.client("ss", "-Hltn", "sport = 29786").contains("29786"));
    AditProcess client = connect(gateway, "--external-browser=/bin/true");
    client.await("failed", 1);
    assertThat(client.log()).contains("29786", "Address already in use");
  }

  @Test
  void withoutExternalAuthTheFormIsAsked() {
    Gateway gateway = Gateway.start(lab, "--option=sso=external");
    AditProcess client = connect(gateway, "--no-external-auth", "--passwd-on-stdin");
    client.await("connected", 1);
  }

  @Test
  void openconnectLogsInByTheSameBrowser() throws Exception {
    Gateway gateway = Gateway.start(lab, "--option=sso=external");
    Chromium chromium = Chromium.start(lab);
    Path log = lab.directory().resolve("openconnect.log");
    List<String> argv =
        new ArrayList<>(
            lab.inClient(
                "openconnect",
                "-v",
                "--authenticate",
                "--servercert=" + gateway.pin(),
                "--external-browser=" + chromium.program(),
                "https://" + Lab.SERVER));
    Process openconnect = lab.start(log, argv);
    Lab.await("openconnect's end", Duration.ofSeconds(60), () -> !openconnect.isAlive());
    assertThat(Files.readString(log, UTF_8) + chromium.log()).contains("COOKIE='");
    assertThat(gateway.count("login")).isEqualTo(1);
  }

  private AditProcess connect(Gateway gateway, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(
        List.of(
            "--user=" + Gateway.USER, "--servercert=" + gateway.pin(), "https://" + Lab.SERVER));
    return AditProcess.start(lab, Gateway.PASSWORD + "\n", all.toArray(new String[0]));
  }

  private static void connected(AditProcess client, Chromium chromium) {
    try {
      client.await("connected", 1);
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + chromium.log(), e);
    }
  }

  private void awaitPing() {
    Lab.await(
        "a ping through the tunnel", Duration.ofSeconds(15), () -> lab.isAnswered(Gateway.INNER));
  }
}
