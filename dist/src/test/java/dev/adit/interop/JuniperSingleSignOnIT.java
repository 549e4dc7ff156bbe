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

/** A Juniper gateway that leaves the log-in to an identity provider, which is another host. */
class JuniperSingleSignOnIT {
  private static final String GATEWAY = "https://vpn.test";

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
  void chromiumLogsInToATunnelThatCarriesPackets() {
    Gateway gateway = gateway();
    Chromium chromium = Chromium.start(lab);
    AditProcess client = adit(gateway, "--external-browser=exec:" + chromium.exec());
    try {
      client.await("connected", 1);
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + gateway.text() + chromium.log(), e);
    }
    assertThat(gateway.count("sso")).isEqualTo(1);
    lab.client("ping", "-c2", "-i0.2", "-W2", Gateway.INNER);
    assertThat(client.log()).contains("vpn.test sends the log-in on to idp.test");
    client.signal("TERM");
    assertThat(client.exitCode()).isZero();
    gateway.await("logout", 1);
  }

  @Test
  void whoIsRefusedInTheBrowserIsTold() {
    Gateway gateway = gateway();
    gateway.faults("sso-refused");
    Chromium chromium = Chromium.start(lab);
    AditProcess client = adit(gateway, "--external-browser=exec:" + chromium.exec());
    assertThat(client.exitCode()).as(client.log() + chromium.log()).isEqualTo(10);
    assertThat(client.log()).contains("the log-in by browser was refused: access denied");
    assertThat(gateway.count("login")).isZero();
  }

  @Test
  void withoutABrowserItIsSaidWhatIsMissing() {
    Gateway gateway = gateway();
    AditProcess forbidden = adit(gateway, "--no-external-auth");
    assertThat(forbidden.exitCode()).isEqualTo(10);
    assertThat(forbidden.log())
        .contains("idp.test is left to a browser", "--no-external-auth forbids")
        .doesNotContain("Exception");
    AditProcess none = adit(gateway, "--external-browser=/bin/true");
    assertThat(none.exitCode()).isEqualTo(10);
    assertThat(none.log())
        .contains("the cookie DSID", "--external-browser=exec:PROGRAM or remote")
        .doesNotContain("Exception");
  }

  /** ADFS's own form: no browser is needed, neither here nor with openconnect. */
  @Test
  void plainFormsOfTheProviderAreFilledIn() throws Exception {
    Gateway gateway = gateway("--option=sso-plain=true");
    AditProcess client = adit(gateway, "--passwd-on-stdin", "--authenticate");
    assertThat(client.exitCode()).as(client.log()).isZero();
    assertThat(gateway.count("login")).isEqualTo(1);
    Path log = lab.directory().resolve("openconnect.log");
    Path password = lab.file("password", Gateway.PASSWORD);
    Process openconnect =
        lab.start(
            log,
            lab.inClient(
                "sh",
                "-c",
                "exec openconnect --protocol=nc --authenticate --non-inter --passwd-on-stdin --user="
                    + Gateway.USER
                    + " --servercert="
                    + gateway.pin()
                    + " "
                    + GATEWAY
                    + " < "
                    + password));
    Lab.await("openconnect's end", Duration.ofSeconds(20), () -> !openconnect.isAlive());
    assertThat(Files.readString(log, UTF_8)).contains("COOKIE='DSID=");
    assertThat(gateway.count("login")).isEqualTo(2);
  }

  private Gateway gateway(String... more) {
    List<String> arguments = new ArrayList<>(List.of("juniper", "--option=sso=idp.test"));
    arguments.addAll(List.of(more));
    return Gateway.start(lab, arguments.toArray(new String[0]));
  }

  private AditProcess adit(Gateway gateway, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(
        List.of(
            "--protocol=nc", "--user=" + Gateway.USER, "--servercert=" + gateway.pin(), GATEWAY));
    return AditProcess.start(lab, Gateway.PASSWORD + "\n", all.toArray(new String[0]));
  }
}
