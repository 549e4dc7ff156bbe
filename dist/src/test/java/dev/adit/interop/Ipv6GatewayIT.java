package dev.adit.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The gateway is reached by IPv6, and stays reachable when the tunnel takes IPv6 over. */
class Ipv6GatewayIT {
  /** Behind a router, so that the way to it has a next hop. */
  private static final String FAR = "2001:db8:5::1";

  private Lab lab;

  @BeforeEach
  void open() {
    lab = new Lab();
    lab.server("ip", "addr", "add", FAR + "/128", "dev", "lo", "nodad");
    lab.client("ip", "-6", "route", "add", "default", "via", Lab.SERVER_6);
  }

  @AfterEach
  void close() {
    lab.close();
  }

  @ParameterizedTest
  @CsvSource({
    "2001:db8::1, 2001:db8::/32, --no-dtls",
    "2001:db8::1, ::/0, -q",
    "2001:db8:5::1, 2001:db8::/32, -q",
    "2001:db8:5::1, ::/0, --no-dtls",
  })
  void connectsCarriesBothFamiliesAndLeavesNothingBehind(String at, String route, String option) {
    Gateway gateway = Gateway.start(lab, "--listen=" + at, "--route=" + route);
    String before = lab.clientState();
    AditProcess adit =
        AditProcess.start(
            lab,
            Gateway.PASSWORD + "\n",
            "--user=" + Gateway.USER,
            "--passwd-on-stdin",
            "--servercert=" + gateway.pin(),
            "--interface=vpn0",
            option,
            "[" + at + "]");
    adit.await("connected", 1);
    ping(Gateway.INNER);
    ping("-6", Gateway.INNER_6);
    assertThat(lab.client("ip", "-6", "route", "get", at))
        .contains("dev " + lab.clientLink())
        .doesNotContain("vpn0");
    assertThat(lab.client("ip", "-6", "route", "show", at)).isNotBlank();
    assertThat(lab.client("ip", "-6", "route", "get", "2001:db8:77::1")).contains("dev vpn0");
    // A connection made anew goes the same way, not into the tunnel.
    adit.signal("USR2");
    adit.await("connected", 2);
    ping("-6", Gateway.INNER_6);
    adit.signal("TERM");
    assertThat(adit.exitCode()).isZero();
    gateway.await("logout", 1);
    assertThat(lab.clientState()).isEqualTo(before);
  }

  private void ping(String... target) {
    List<String> argv = new ArrayList<>(List.of("ping", "-c", "3", "-i", "0.2", "-W", "2"));
    argv.addAll(List.of(target));
    assertThat(lab.client(argv.toArray(new String[0]))).contains(" 0% packet loss");
  }
}
