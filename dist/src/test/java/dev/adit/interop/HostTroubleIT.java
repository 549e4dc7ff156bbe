package dev.adit.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The host is not as one would wish: a full disk, a file that cannot be written, routes in use. */
class HostTroubleIT {
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
  void aFullDiskForTheJournalChangesNothing() {
    // Everything goes through the tunnel, so that a way to the gateway has to be written down.
    Gateway gateway = Gateway.start(lab, "--route=192.0.2.0/24");
    String before = lab.clientState();
    Path run = lab.directory().resolve("run");
    AditProcess adit =
        AditProcess.startAfter(
            lab,
            "mkdir -p "
                + run
                + "; mount -t tmpfs -o size=16k tmpfs "
                + run
                + "; dd if=/dev/zero of="
                + run
                + "/fill bs=1k 2>/dev/null",
            Gateway.PASSWORD + "\n",
            "--user=" + Gateway.USER,
            "--passwd-on-stdin",
            "--servercert=" + gateway.pin(),
            "--interface=vpn0",
            "--no-dtls",
            Lab.SERVER);
    assertThat(adit.exitCode()).as(adit.toString()).isEqualTo(1);
    assertThat(adit.toString())
        .contains(run + "/")
        .contains(".journal: cannot be written (No space left on device)")
        .contains("nothing on this host is changed. Is the disk full")
        .doesNotContain("Exception");
    assertThat(lab.clientState()).isEqualTo(before);
  }

  @Test
  void nameServersThatCannotBeWrittenAreSaidAndTheTunnelGoesOn() {
    Ocserv ocserv =
        new Ocserv(lab)
            .withPassword()
            .with("route = 10.99.0.0/255.255.0.0", "dns = 10.99.0.1", "default-domain = corp.test")
            .start();
    String before = lab.clientState();
    AditProcess adit =
        AditProcess.startAfter(
            lab,
            "mount -o remount,bind,ro /etc/resolv.conf",
            Ocserv.PASSWORD + "\n",
            "--cafile=" + ocserv.path("ca.pem"),
            "--user=" + Ocserv.USER,
            "--passwd-on-stdin",
            "--interface=vpn0",
            "vpn.test");
    adit.await("connected", 1);
    assertThat(adit.log())
        .contains(
            "/etc/resolv.conf: the tunnel's name servers cannot be set (Read-only file system)")
        .contains("make the file writable, or use --script");
    assertThat(lab.client("ping", "-c", "1", "-W", "2", "10.99.0.1")).contains(" 0% packet loss");
    adit.signal("TERM");
    assertThat(adit.exitCode()).isZero();
    assertThat(adit.log()).doesNotContain("not undone");
    assertThat(lab.clientState()).isEqualTo(before);
  }

  @Test
  void routesOfTheUsersThatBlockAreThereAfterwards() {
    Ocserv ocserv = new Ocserv(lab).withPassword().start();
    // As an administrator may have it, to the last attribute like ours.
    lab.client("ip", "-6", "route", "add", "unreachable", "::/1", "proto", "static");
    lab.client(
        "ip", "route", "add", Lab.SERVER + "/32", "dev", lab.clientLink(), "proto", "static");
    String before = lab.clientState();
    AditProcess adit = ocserv.client("--disable-ipv6");
    adit.await("connected", 1);
    assertThat(lab.client("ip", "-6", "route"))
        .contains("unreachable ::/1")
        .contains("unreachable 8000::/1");
    assertThat(lab.client("ip", "route", "get", "198.51.100.7")).contains("dev vpn0");
    adit.signal("TERM");
    assertThat(adit.exitCode()).isZero();
    assertThat(lab.clientState()).isEqualTo(before);
  }

  @Test
  void recoverLeavesThemToo() {
    Ocserv ocserv = new Ocserv(lab).withPassword().start();
    lab.client("ip", "-6", "route", "add", "unreachable", "::/1", "proto", "static");
    String before = lab.clientState();
    AditProcess adit = ocserv.client("--disable-ipv6");
    adit.await("connected", 1);
    adit.signal("KILL");
    adit.exitCode();
    assertThat(AditProcess.run(lab, "", "recover").ok()).contains("Undone");
    assertThat(lab.clientState()).isEqualTo(before);
  }

  @Test
  void aDeviceThatSomebodyDeletesIsAClearEnd() {
    Gateway gateway = Gateway.start(lab);
    String before = lab.clientState();
    AditProcess adit = gateway.client("--interface=vpn0");
    adit.await("carrier", 2);
    lab.client("ip", "link", "del", "vpn0");
    assertThat(adit.exitCode()).as("%s", adit).isEqualTo(1);
    assertThat(adit.log())
        .contains("vpn0: ", "the interface was removed or taken down by somebody else")
        .doesNotContain("Exception");
    gateway.await("logout", 1);
    assertThat(lab.clientState()).isEqualTo(before);
  }
}
