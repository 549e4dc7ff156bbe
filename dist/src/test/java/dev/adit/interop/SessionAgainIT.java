package dev.adit.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sessions that are kept, begun anew, about to end, and looked up in a profile. */
class SessionAgainIT {
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
  void aKeptSessionNeedsNoPasswordAndEndsWithTheLogOff() throws IOException {
    Gateway gateway = Gateway.start(lab);
    AditProcess first = adit(gateway, "--cookie-cache", "--passwd-on-stdin", Lab.SERVER);
    first.await("connected", 1);
    first.signal("HUP");
    assertThat(first.exitCode()).isZero();
    Path kept = kept().get(0);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(kept)))
        .isEqualTo("rw-------");

    AditProcess second = adit(gateway, "--cookie-cache", "--non-inter", Lab.SERVER);
    second.await("connected", 1);
    assertThat(gateway.count("login")).isEqualTo(1);
    assertThat(second.log()).contains("--cookie-cache").doesNotContain(cookie(kept));
    second.signal("TERM");
    assertThat(second.exitCode()).isZero();
    assertThat(kept()).isEmpty();
    assertThat(gateway.text()).contains("logout");
  }

  @Test
  void aKeptSessionThatTheServerForgotIsReplaced() throws IOException {
    Gateway gateway = Gateway.start(lab);
    AditProcess first = adit(gateway, "--cookie-cache", "--passwd-on-stdin", Lab.SERVER);
    first.await("connected", 1);
    first.signal("HUP");
    assertThat(first.exitCode()).isZero();
    String before = cookie(kept().get(0));
    gateway.faults("forget-sessions");

    AditProcess second = adit(gateway, "--cookie-cache", "--passwd-on-stdin", Lab.SERVER);
    second.await("connected", 1);
    assertThat(second.count("logging-in-again")).isEqualTo(1);
    assertThat(gateway.count("login")).isEqualTo(2);
    assertThat(cookie(kept().get(0))).isNotEqualTo(before);
    second.signal("TERM");
    assertThat(second.exitCode()).isZero();
  }

  @Test
  void aKeptSessionThatOthersCouldReadIsRefused() throws IOException {
    Gateway gateway = Gateway.start(lab);
    AditProcess first = adit(gateway, "--cookie-cache", "--passwd-on-stdin", Lab.SERVER);
    first.await("connected", 1);
    first.signal("HUP");
    assertThat(first.exitCode()).isZero();
    Files.setPosixFilePermissions(kept().get(0), PosixFilePermissions.fromString("rw-r--r--"));
    AditProcess second = adit(gateway, "--cookie-cache", "--passwd-on-stdin", Lab.SERVER);
    assertThat(second.exitCode()).isEqualTo(13);
    assertThat(second.log()).contains("open to others").contains("remove it");
  }

  @Test
  void logsInAgainWithTheDeviceAndTheRoutesInPlace() {
    Gateway gateway = Gateway.start(lab);
    AditProcess adit = adit(gateway, "--relogin=2", "--passwd-on-stdin", Lab.SERVER);
    adit.await("connected", 1);
    String index = lab.client("cat", "/sys/class/net/vpn0/ifindex");
    gateway.faults("forget-sessions");
    adit.signal("USR2");
    adit.await("connected", 2);
    assertThat(adit.count("logging-in-again")).isEqualTo(1);
    assertThat(gateway.count("login")).isEqualTo(2);
    assertThat(lab.client("cat", "/sys/class/net/vpn0/ifindex")).isEqualTo(index);
    lab.client("ping", "-c", "1", "-W", "2", Gateway.INNER);
    adit.signal("TERM");
    assertThat(adit.exitCode()).isZero();
    gateway.await("logout", 1);
  }

  @Test
  void doesNotLogInForEver() {
    Gateway gateway = Gateway.start(lab);
    AditProcess adit = adit(gateway, "--relogin=2", "--passwd-on-stdin", Lab.SERVER);
    adit.await("connected", 1);
    gateway.faults("expired-cookie");
    adit.signal("USR2");
    assertThat(adit.exitCode()).isEqualTo(2);
    assertThat(adit.count("logging-in-again")).isEqualTo(2);
    assertThat(gateway.count("login")).isEqualTo(3);
  }

  @Test
  void withoutLeaveASessionThatIsGoneIsTheEnd() {
    Gateway gateway = Gateway.start(lab);
    AditProcess adit = adit(gateway, "--passwd-on-stdin", Lab.SERVER);
    adit.await("connected", 1);
    gateway.faults("forget-sessions");
    adit.signal("USR2");
    assertThat(adit.exitCode()).isEqualTo(2);
    assertThat(adit.count("logging-in-again")).isZero();
    assertThat(gateway.count("login")).isEqualTo(1);
  }

  @Test
  void warnsOfTheEndAsTheServerWants() {
    Gateway gateway =
        Gateway.start(
            lab,
            "--option=session-seconds=63",
            "--option=alert-seconds=62",
            "--option=idle-seconds=4");
    AditProcess adit = adit(gateway, "--passwd-on-stdin", Lab.SERVER);
    adit.await("expiring", 3);
    List<String> told =
        adit.events().stream()
            .filter(e -> e.path("event").asText().equals("expiring"))
            .map(e -> e.path("limit").asText() + " " + e.path("seconds_left").asInt())
            .toList();
    assertThat(told).contains("session 62", "session 60", "idle 2");
    assertThat(adit.log()).contains("The server ends this session in 62 s.");
    adit.signal("TERM");
    assertThat(adit.exitCode()).isZero();
  }

  @Test
  void aProfileNamesTheServerAndItsBackups() throws IOException {
    Gateway gateway = Gateway.start(lab);
    Path profile =
        lab.file(
            "profile.xml",
            "<AnyConnectProfile xmlns=\"http://schemas.xmlsoap.org/encoding/\"><ServerList>",
            "<HostEntry><HostName>Office</HostName><HostAddress>" + Lab.SERVER + ":4443",
            "</HostAddress><BackupServerList><HostAddress>" + Lab.SERVER + "</HostAddress>",
            "</BackupServerList></HostEntry></ServerList></AnyConnectProfile>");
    AditProcess adit = adit(gateway, "--xmlconfig=" + profile, "--passwd-on-stdin", "Office");
    JsonNode up = adit.await("connected", 1);
    assertThat(up.path("gateway").asText()).isEqualTo(Lab.SERVER);
    assertThat(adit.log()).contains("4443").contains("Trying the next of 2 servers");
    adit.signal("TERM");
    assertThat(adit.exitCode()).isZero();
  }

  @Test
  void aProfileOfFiftyMegabytesIsRefusedAtOnce() throws IOException {
    Path profile = lab.directory().resolve("big.xml");
    Files.write(profile, new byte[50 << 20]);
    AditProcess adit = AditProcess.start(lab, "", "--xmlconfig=" + profile, "--user=x", "Office");
    assertThat(adit.exitCode()).isEqualTo(13);
    assertThat(adit.log()).contains("is it a profile?");
  }

  private AditProcess adit(Gateway gateway, String... arguments) {
    List<String> argv =
        new ArrayList<>(
            List.of(
                "--user=" + Gateway.USER,
                "--servercert=" + gateway.pin(),
                "--interface=vpn0",
                "--no-dtls"));
    argv.addAll(List.of(arguments));
    return AditProcess.start(lab, Gateway.PASSWORD + "\n", argv.toArray(new String[0]));
  }

  private List<Path> kept() throws IOException {
    try (Stream<Path> files = Files.list(lab.directory().resolve("run/sessions"))) {
      return files.toList();
    }
  }

  private static String cookie(Path kept) throws IOException {
    return Files.readString(kept).replaceFirst(".*webvpn=([^\"]+)\".*", "$1");
  }
}
