package dev.adit.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Negotiate with tickets of a real KDC: our client, openconnect 9.01 and curl at our gateway. */
class KerberosIT {
  private static final String HOST = "vpn.test";

  private Lab lab;
  private Kdc kdc;

  @BeforeEach
  void open() {
    lab = new Lab();
    kdc = Kdc.start(lab, Gateway.USER, Gateway.PASSWORD, "HTTP/" + HOST);
  }

  @AfterEach
  void close() {
    lab.close();
  }

  @ParameterizedTest
  @CsvSource({"negotiate, -q", "'negotiate,forms', --http-auth=negotiate"})
  void aTicketLetsUsInAndNobodyIsAsked(String schemes, String option) {
    Gateway gateway = gateway(schemes);
    kdc.kinit(Gateway.USER, Gateway.PASSWORD);
    Command adit = adit(gateway, option);
    assertThat(adit.ok()).as(adit.err()).isNotBlank();
    assertThat(gateway.text()).contains("event http-auth negotiate\nevent login alice");
  }

  @Test
  void withoutATicketTheMessageSaysWhoGetsOne() {
    Gateway gateway = gateway("negotiate");
    Command adit = adit(gateway, "--http-auth=negotiate");
    assertThat(adit.exitCode()).as(adit.err()).isEqualTo(10);
    assertThat(adit.err()).contains("kinit", lab.directory() + "/tickets", "(Negotiate)");
  }

  @Test
  void aTicketOfSomebodyElseIsRefused() {
    Gateway gateway = gateway("negotiate", "--user=bob:secret");
    kdc.kinit(Gateway.USER, Gateway.PASSWORD);
    Command adit = adit(gateway, "--http-auth=negotiate");
    assertThat(adit.exitCode()).as(adit.err()).isEqualTo(10);
    assertThat(adit.err()).contains("the ticket is refused");
    assertThat(gateway.count("refused")).isEqualTo(1);
  }

  @Test
  void aServerThatTheKdcDoesNotKnowIsNamed() {
    Gateway gateway = gateway("negotiate");
    kdc.kinit(Gateway.USER, Gateway.PASSWORD);
    Command adit = adit(gateway, "idp.test", "--http-auth=negotiate");
    assertThat(adit.exitCode()).as(adit.err()).isEqualTo(10);
    assertThat(adit.err()).contains("HTTP@idp.test", "not found in Kerberos database");
  }

  @Test
  void openconnectIsLetInByTheSameTicket() {
    Gateway gateway = gateway("negotiate");
    kdc.kinit(Gateway.USER, Gateway.PASSWORD);
    Command openconnect =
        Command.run(
            Duration.ofSeconds(30),
            "",
            lab.inClient(
                kdc.seen(
                    "openconnect",
                    "-v",
                    "--authenticate",
                    "--non-inter",
                    "--servercert=" + gateway.pin(),
                    "https://" + HOST)));
    assertThat(openconnect.out()).as(openconnect.err() + gateway.text()).contains("COOKIE=");
    assertThat(gateway.count("http-auth")).isEqualTo(1);
  }

  @Test
  void curlIsLetInByTheSameTicket() {
    Gateway gateway = gateway("negotiate");
    kdc.kinit(Gateway.USER, Gateway.PASSWORD);
    assertThat(
            lab.client(
                kdc.seen(
                    "curl",
                    "-sk",
                    "--http1.1",
                    "--negotiate",
                    "-u",
                    ":",
                    "-d",
                    "<config-auth/>",
                    "https://" + HOST)))
        .as(gateway.text())
        .contains("type=\"complete\"");
  }

  /** Its keys are the service's; it asks no KDC. */
  private Gateway gateway(String schemes, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of("--option=http-auth=" + schemes, "--option=http-auth-keytab=" + kdc.keytab()));
    arguments.addAll(List.of(more));
    return Gateway.startAfter(lab, List.of(kdc.seen()), arguments.toArray(String[]::new));
  }

  private Command adit(Gateway gateway, String option) {
    return adit(gateway, HOST, option);
  }

  private Command adit(Gateway gateway, String host, String option) {
    return Command.run(
        Duration.ofSeconds(30),
        "",
        lab.inClient(
            kdc.seen(
                AditProcess.launcher(),
                "--cookieonly",
                "--non-inter",
                "--servercert=" + gateway.pin(),
                option,
                host)));
  }
}
