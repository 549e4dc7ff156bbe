package dev.adit.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The tunnel over TLS against the real ocserv. */
class OcservTlsIT {
  private static final String INNER_SERVER = "10.99.0.1";
  private static final String INNER_SERVER_6 = "fd99::1";

  private Lab lab;
  private Ocserv ocserv;

  @BeforeEach
  void open() {
    lab = new Lab();
    ocserv = new Ocserv(lab);
  }

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void logsInByPasswordCarriesBothFamiliesAndLeavesNothingBehind() {
    ocserv
        .withPassword()
        .with(
            "route = 10.99.0.0/255.255.0.0",
            "route = fd99::/48",
            "no-route = 10.99.77.0/255.255.255.0",
            "dns = 10.99.0.1",
            "default-domain = corp.test")
        .start();
    String before = lab.clientState();

    AditProcess adit = connect("--user=" + Ocserv.USER, "--passwd-on-stdin");
    adit.await("connected", 1);
    ping(INNER_SERVER);
    ping("-6", INNER_SERVER_6);
    assertThat(lab.client("ip", "route", "get", "10.99.5.5")).contains("dev vpn0");
    assertThat(lab.client("ip", "route", "get", "10.99.77.5")).doesNotContain("dev vpn0");
    assertThat(lab.client("ip", "route", "get", Lab.SERVER)).contains("dev " + lab.clientLink());
    JsonNode user = ocserv.users().get(0);
    assertThat(user.path("Username").asText()).isEqualTo(Ocserv.USER);
    assertThat(user.path("State").asText()).isEqualTo("connected");

    adit.signal("TERM");
    assertThat(adit.exitCode()).isZero();
    Lab.await("ocserv forgets the session", Duration.ofSeconds(10), () -> ocserv.users().isEmpty());
    assertThat(lab.clientState()).isEqualTo(before);
  }

  @Test
  void takesTheWholeTrafficWhenTheServerNamesNoRoute() {
    ocserv.withPassword().start();
    String before = lab.clientState();
    AditProcess adit = connect("--user=" + Ocserv.USER, "--passwd-on-stdin");
    adit.await("connected", 1);
    assertThat(lab.client("ip", "route", "get", "198.51.100.7")).contains("dev vpn0");
    assertThat(lab.client("ip", "route", "get", Lab.SERVER)).contains("dev " + lab.clientLink());
    ping(INNER_SERVER);
    adit.signal("INT");
    assertThat(adit.exitCode()).isZero();
    assertThat(lab.clientState()).isEqualTo(before);
  }

  @Test
  void logsInByCertificate() {
    ocserv.with("auth = \"certificate\"", "cert-user-oid = 2.5.4.3").start();
    AditProcess adit =
        connect("--certificate=" + ocserv.path("user.pem"), "--sslkey=" + ocserv.path("user.key"));
    adit.await("connected", 1);
    ping(INNER_SERVER);
    adit.signal("TERM");
    assertThat(adit.exitCode()).isZero();
  }

  @Test
  void refusedPasswordEndsWithTenAndSaysSo() {
    ocserv.withPassword().start();
    Command adit =
        Command.run(
            Duration.ofSeconds(30),
            "wrong\n",
            lab.inClient(
                AditProcess.launcher(),
                "--cafile=" + ocserv.path("ca.pem"),
                "--user=" + Ocserv.USER,
                "--passwd-on-stdin",
                "--non-inter",
                "vpn.test"));
    assertThat(adit.exitCode()).isEqualTo(10);
    assertThat(adit.err())
        .contains("Login failed")
        .doesNotContain("wrong\n")
        .doesNotContain("\tat ");
  }

  @Test
  void untrustedServerEndsWithElevenAndShowsThePin() {
    ocserv.withPassword().start();
    Command adit =
        Command.run(
            Duration.ofSeconds(30),
            "",
            lab.inClient(AditProcess.launcher(), "--non-inter", "--user=x", "vpn.test"));
    assertThat(adit.exitCode()).isEqualTo(11);
    assertThat(adit.err()).containsPattern("--servercert[= ]pin-sha256:[A-Za-z0-9+/]{43}=");
  }

  @Test
  void aStrangersCookieEndsWithTwo() {
    ocserv.withPassword().start();
    Command adit =
        Command.run(
            Duration.ofSeconds(30),
            "webvpn=AAUepDWym1sOwdrimvJXr5SSaxBzQSIOeBaxfJ/b5SM=\n",
            lab.inClient(
                AditProcess.launcher(),
                "--cafile=" + ocserv.path("ca.pem"),
                "--cookie-on-stdin",
                "vpn.test"));
    assertThat(adit.exitCode()).isEqualTo(2);
  }

  @Test
  void resumesWithTheCookieThatAuthenticatePrinted() {
    ocserv.withPassword().start();
    Command login =
        Command.run(
            Duration.ofSeconds(30),
            Ocserv.PASSWORD + "\n",
            lab.inClient(
                AditProcess.launcher(),
                "--cafile=" + ocserv.path("ca.pem"),
                "--user=" + Ocserv.USER,
                "--passwd-on-stdin",
                "--cookieonly",
                "vpn.test"));
    String cookie = login.ok().strip();
    AditProcess adit =
        AditProcess.start(
            lab,
            cookie + "\n",
            "--cafile=" + ocserv.path("ca.pem"),
            "--interface=vpn0",
            "--cookie-on-stdin",
            "vpn.test");
    adit.await("connected", 1);
    ping(INNER_SERVER);
    adit.signal("TERM");
    assertThat(adit.exitCode()).isZero();
  }

  @Test
  void carriesAGigabyteEachWay() {
    ocserv.withPassword().start();
    AditProcess adit = connect("--user=" + Ocserv.USER, "--passwd-on-stdin");
    adit.await("connected", 1);
    Transfer down = Transfer.toClient(lab, INNER_SERVER, 1024);
    assertThat(down.received()).isEqualTo(down.sent());
    Transfer up = Transfer.toServer(lab, INNER_SERVER, 1024);
    assertThat(up.received()).isEqualTo(up.sent());
    adit.signal("TERM");
    assertThat(adit.exitCode()).isZero();
  }

  @Test
  void rekeysByNewTunnelUnderTraffic() {
    rekeysUnderTraffic("new-tunnel");
  }

  @Test
  void rekeysByHandshakeUnderTraffic() {
    rekeysUnderTraffic("ssl");
  }

  private void rekeysUnderTraffic(String method) {
    ocserv.withPassword().with("rekey-time = 5", "rekey-method = " + method).start();
    AditProcess adit = connect("--user=" + Ocserv.USER, "--passwd-on-stdin");
    adit.await("connected", 1);
    Transfer running = Transfer.startToClient(lab, INNER_SERVER, 4096);
    adit.await("rekeyed", 1);
    running.stop();
    Transfer after = Transfer.toClient(lab, INNER_SERVER, 50);
    assertThat(after.received()).isEqualTo(after.sent());
    assertThat(adit.count("reconnecting")).isZero();
    adit.signal("TERM");
    assertThat(adit.exitCode()).isZero();
  }

  @Test
  void aRunningTransferOutlivesACutConnection() {
    ocserv.withPassword().start();
    AditProcess adit = connect("--user=" + Ocserv.USER, "--passwd-on-stdin");
    adit.await("connected", 1);
    Transfer transfer = Transfer.startToClient(lab, INNER_SERVER, 512);
    transfer.awaitFirstBytes();
    lab.client("ss", "-K", "dst", Lab.SERVER, "dport", "=", "443");
    adit.await("connected", 2);
    assertThat(transfer.finish().received()).isEqualTo(transfer.sent());
    adit.signal("TERM");
    assertThat(adit.exitCode()).isZero();
  }

  private AditProcess connect(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--cafile=" + ocserv.path("ca.pem"));
    all.add("--interface=vpn0");
    all.add("vpn.test");
    return AditProcess.start(lab, Ocserv.PASSWORD + "\n", all.toArray(new String[0]));
  }

  private void ping(String... target) {
    List<String> argv = new ArrayList<>(List.of("ping", "-c", "3", "-i", "0.2", "-W", "2"));
    argv.addAll(List.of(target));
    assertThat(lab.client(argv.toArray(new String[0]))).contains(" 0% packet loss");
  }
}
