package dev.adit.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A host behind ours and one behind the server, both on networks of 1500 bytes, neither of which
 * hears the ICMP that says how narrow the tunnel between them is.
 *
 * <pre>
 *   home  ── 1500 ──  client, adit  ══ 1434 ══  ocserv, server  ── 1500 ──  site
 *   10.7.0.2          masquerades                                          10.99.7.2
 * </pre>
 */
class ClampMssIT {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final String SITE = "10.99.7.2";
  private static final int BYTES = 2_000_000;

  private Lab lab;
  private Ocserv ocserv;
  private String home;
  private String site;

  @BeforeEach
  void open() {
    lab = new Lab();
    home = lab.clientName().replaceAll("-c$", "-h");
    site = lab.clientName().replaceAll("-c$", "-w");
    behind(home, lab.clientName(), lab.clientLink() + "h", "10.7.0");
    behind(site, lab.serverName(), lab.serverLink() + "w", "10.99.7");
    lab.client(
        "nft",
        "add table ip nat; add chain ip nat out { type nat hook postrouting priority 100; };"
            + " add rule ip nat out oifname vpn0 masquerade;");
    ocserv = new Ocserv(lab).withPassword().with("route = 10.99.0.0/255.255.0.0").start();
  }

  @AfterEach
  void close() {
    run("ip", "netns", "del", home);
    run("ip", "netns", "del", site);
    lab.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void segmentsFitWhenItIsAsked(boolean toSite) {
    AditProcess adit = connect("--clamp-mss");
    Process transfer = transfer(toSite);
    assertThat(ended(transfer)).as("a transfer of %d bytes", received().length()).isTrue();
    assertThat(received().length()).isEqualTo(BYTES);
    end(adit);
  }

  /** So that the test above is known to test something. */
  @Test
  void withoutItTheyAreLost() {
    AditProcess adit = connect();
    Process transfer = transfer(true);
    Lab.await("the connection", LIMIT, () -> received().exists());
    assertThat(ended(transfer)).isFalse();
    assertThat(received().length()).isLessThan(BYTES);
    end(adit);
  }

  private AditProcess connect(String... more) {
    AditProcess adit = ocserv.client(more);
    adit.await("carrier", 2);
    return adit;
  }

  private static void end(AditProcess adit) {
    adit.signal("TERM");
    assertThat(adit.exitCode()).isZero();
  }

  /** Starts one from host to host, by a connection that home makes; returns its receiver. */
  private Process transfer(boolean toSite) {
    String zeros = "EXEC:head -c " + BYTES + " /dev/zero";
    String file = "CREATE:" + received();
    String listen = "TCP-LISTEN:5999";
    String dial = "TCP:" + SITE + ":5999";
    Path log = lab.directory().resolve("socat.log");
    Process atSite =
        lab.start(log, toSite ? socat(site, listen, file) : socat(site, zeros, listen));
    List<String> listening = in(site, "ss", "-Hltn", "sport", "=", "5999");
    Lab.await(
        "site listens", LIMIT, () -> Command.run(LIMIT, "", listening).ok().contains("LISTEN"));
    Process atHome = lab.start(log, toSite ? socat(home, zeros, dial) : socat(home, dial, file));
    return toSite ? atSite : atHome;
  }

  private static List<String> socat(String namespace, String from, String to) {
    return in(namespace, "socat", "-u", from, to);
  }

  private File received() {
    return lab.directory().resolve("received").toFile();
  }

  private static boolean ended(Process process) {
    try {
      return process.waitFor(LIMIT.toSeconds() / 2 * Lab.PATIENCE, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** A host with one link of 1500 bytes to a router, deaf to what routers say. */
  private static void behind(String host, String router, String link, String net) {
    run("ip", "netns", "add", host);
    run("ip", "link", "add", link, "netns", router, "type", "veth", "peer", "eth0", "netns", host);
    run("ip", "-n", router, "addr", "add", net + ".1/24", "dev", link);
    run("ip", "-n", router, "link", "set", link, "up");
    run("ip", "-n", host, "addr", "add", net + ".2/24", "dev", "eth0");
    run("ip", "-n", host, "link", "set", "eth0", "up");
    run("ip", "-n", host, "route", "add", "default", "via", net + ".1");
    run(in(router, "sysctl", "-qw", "net.ipv4.ip_forward=1"));
    run(
        in(
            host,
            "nft",
            "add table ip deaf; add chain ip deaf i { type filter hook input priority 0; };"
                + " add rule ip deaf i icmp type destination-unreachable drop;"));
  }

  private static List<String> in(String namespace, String... argv) {
    List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
    all.addAll(List.of(argv));
    return all;
  }

  private static void run(String... argv) {
    run(List.of(argv));
  }

  private static void run(List<String> argv) {
    Command.run(LIMIT, "", argv).ok();
  }
}
