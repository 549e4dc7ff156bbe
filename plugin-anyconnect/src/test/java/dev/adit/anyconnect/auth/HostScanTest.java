package dev.adit.anyconnect.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.api.auth.HostCheckRequest;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The host check: what the user's program is told, and how the server is waited for. */
class HostScanTest {
  private static final String ORDER =
      "<host-scan><host-scan-ticket>T1</host-scan-ticket><host-scan-token>T2</host-scan-token>"
          + "<host-scan-base-uri>/CACHE/sdesktop/install/</host-scan-base-uri>"
          + "<host-scan-wait-uri>/+CSCOE+/sdesktop/wait.html</host-scan-wait-uri></host-scan>";
  private static final String FORM =
      "<auth id=\"main\"><form action=\"/auth\">"
          + "<input type=\"password\" name=\"password\"/></form></auth>";
  private static final String NO_CHECKS = "404 Not Found";
  private static final String WAIT = "<html><meta http-equiv=\"refresh\" content=\"1\"></html>";

  private final Script script = new Script();

  @BeforeEach
  void know() {
    script.knows.put("password", "x");
    script.hostCheckOutput = Optional.of("");
  }

  @Test
  void runsTheUsersProgramAndWaitsForTheServer() throws Exception {
    script.thenRequest(FORM + ORDER);
    script.then(
        "<data><hostscan><field value=\"'File','hosts','/etc/hosts'\"/>"
            + "<field value=\"'Process','ssh daemon','sshd'\"/><field value=\"odd\"/></hostscan></data>");
    script.then(WAIT).then(WAIT).then("<?xml version=\"1.0\"?><hostscan/>");
    script.thenRequest(FORM + ORDER);
    script.thenSuccess();
    script.logIn();
    HostCheckRequest request = script.checks.get(0);
    assertThat(request.arguments())
        .containsExactly(
            "",
            "-ticket",
            "\"T1\"",
            "-stub",
            "\"0\"",
            "-group",
            "\"\"",
            "-certhash",
            "\"7006E35E69838A41EFD77CDD9EDFA0FA:\"",
            "-url",
            "\"https://vpn.test/CACHE/sdesktop/install/\"",
            "-langselen");
    assertThat(request.environment())
        .containsEntry("CSD_SHA256", "cPH7trkWWAefhfMJ7trGrWEOFW2GJz+oYOMqBISSU7w=")
        .containsEntry("CSD_TOKEN", "T2")
        .containsEntry("CSD_HOSTNAME", "192.0.2.1");
    assertThat(request.wanted()).containsExactly("file /etc/hosts", "process sshd");
    assertThat(script.checks).as("once").hasSize(1);
    assertThat(script.repeats)
        .as("the server asks for no interval")
        .containsExactly(Optional.empty());
    script.repetition.check();
    assertThat(script.checks.get(1)).as("the same again").isEqualTo(request);
    assertThat(script.pauses).isEqualTo(2);
    assertThat(script.peer.cookie(URI.create("https://vpn.test/"), "sdesktop")).contains("T2");
    assertThat(script.log.subList(2, 5))
        .containsOnly("GET https://vpn.test/+CSCOE+/sdesktop/wait.html");
    assertThat(script.posted().get(1)).contains("<group-access>");
    assertThat(script.posted().get(2))
        .endsWith("</auth><host-scan-token>T2</host-scan-token></config-auth>");
  }

  @Test
  void theOlderFormIsAttributes() throws Exception {
    script.options.put("no-xmlpost", "true");
    script.then(
        FORM.replace(
            "<form",
            "<csd ticket=\"T1\" token=\"T2\"/><csdLinux stuburl=\"/s\" starturl=\"/start\""
                + " waiturl=\"/wait\"/><form"));
    script.then("404 Not Found", List.of(), "");
    script.then("<?xml version=\"1.0\"?><hostscan/>");
    script.then(FORM);
    script.thenSuccess();
    script.logIn();
    assertThat(script.log.subList(0, 4))
        .containsExactly(
            "GET https://vpn.test/",
            "GET https://vpn.test/CACHE/sdesktop/data.xml",
            "GET https://vpn.test/wait",
            "GET https://vpn.test/");
    assertThat(script.checks.get(0).arguments()).contains("\"https://vpn.test/start\"");
  }

  @Test
  void withoutAProgramTheLogInEndsThere() {
    script.hostCheckOutput = Optional.empty();
    script.thenRequest(FORM + ORDER).then(NO_CHECKS, List.of(), "");
    fails("no program is named");
    assertThat(script.log).hasSize(2);
  }

  @Test
  void aTicketIsNeeded() {
    script.thenRequest(FORM + ORDER.replace("T1", ""));
    fails("gives no ticket");
    script.thenRequest(FORM + ORDER.replace("T2", "a b"));
    fails("gives no ticket");
  }

  @Test
  void aServerThatIsNotContentIsHeard() {
    script.thenRequest(FORM + ORDER).then(NO_CHECKS, List.of(), "").then("<html>denied</html>");
    fails("did not accept the host check (200)");
    script.thenRequest(FORM + ORDER).then(NO_CHECKS, List.of(), "");
    script.then("404 Not Found", List.of(), "");
    fails("did not accept the host check (404)");
  }

  @Test
  void theWaitIsBounded() {
    script.thenRequest(FORM + ORDER).then(NO_CHECKS, List.of(), "");
    for (int i = 0; i < 400; i++) {
      script.then(WAIT);
    }
    fails("did not make up its mind about the host check in 300 s");
    assertThat(script.pauses).isEqualTo(300);
  }

  @Test
  void whatIsAskedIsReadFromWhateverComes() throws Exception {
    assertThat(HostScanChecks.read("<data/>")).isEmpty();
    assertThat(HostScanChecks.read("<data><hostscan><field/></hostscan></data>")).isEmpty();
    String many = "<field value=\"'Registry','a','HKLM'\"/>".repeat(500);
    assertThat(HostScanChecks.read("<data><hostscan>" + many + "</hostscan></data>"))
        .hasSize(2)
        .last()
        .isEqualTo("480 more");
    for (String bad :
        List.of("", "<data>", "<!DOCTYPE a [<!ENTITY b SYSTEM \"/etc/passwd\">]><a/>")) {
      assertThatThrownBy(() -> HostScanChecks.read(bad)).isInstanceOf(VpnException.class);
    }
  }

  private void fails(String words) {
    assertThatThrownBy(script::logIn)
        .isInstanceOfSatisfying(
            VpnException.class, e -> assertThat(e.kind()).isEqualTo(Kind.HOST_CHECK))
        .hasMessageContaining(words);
  }
}
