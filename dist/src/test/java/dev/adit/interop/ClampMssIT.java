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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A host behind ours and one behind the server, both on networks of 1500 bytes, neither of which
 * hears the ICMP that says how narrow the tunnel between them is.
 *
 * <pre>
 *   home  ── 1500 ──  client, adit  ══ 1434 ══  ocserv, server  ── 1500 ──  site
 *   10.7.0.2          masquerades                                          10.99.7.2
 *   fd07::2                                                                fd99:0:0:7::2
 * </pre>
 */
class ClampMssIT {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final int BYTES = 2_000_000;

  /** Of the packets inside. */
  private enum Family {
    IPV4("ip", "TCP4", "10.99.7.2"),
    IPV6("ip6", "TCP6", "[fd99:0:0:7::2]");

    private final String table;
    private final String socat;
    private final String site;

    Family(String table, String socat, String site) {
      this.table = table;
      this.socat = socat;
      this.site = site;
    }
  }

  private Lab lab;
  private Ocserv ocserv;
  private String home;
  private String site;

  @BeforeEach
  void open() {
    lab = new Lab();
    home = lab.clientName().replaceAll("-c$", "-h");
    site = lab.clientName().replaceAll("-c$", "-w");
    behind(home, lab.clientName(), lab.clientLink() + "h", "10.7.0.", "fd07::");
    behind(site, lab.serverName(), lab.serverLink() + "w", "10.99.7.", "fd99:0:0:7::");
    for (Family each : Family.values()) {
      lab.client(
          "nft",
          ("add table %1$s nat;"
                  + " add chain %1$s nat out { type nat hook postrouting priority 100; };"
                  + " add rule %1$s nat out oifname vpn0 masquerade;")
              .formatted(each.table));
    }
    ocserv =
        new Ocserv(lab)
            .withPassword()
            .with("route = 10.99.0.0/255.255.0.0")
            .with("route = fd99::/48")
            .start();
  }

  @AfterEach
  void close() {
    run("ip", "netns", "del", home);
    run("ip", "netns", "del", site);
    lab.close();
  }

  @ParameterizedTest
  @CsvSource({"IPV4, true", "IPV4, false", "IPV6, true", "IPV6, false"})
  void segmentsFitWhenItIsAsked(Family family, boolean toSite) {
    AditProcess adit = connect("--clamp-mss");
    Process transfer = transfer(family, toSite);
    assertThat(ended(transfer)).as("a transfer of %d bytes", received().length()).isTrue();
    assertThat(received().length()).isEqualTo(BYTES);
    end(adit);
  }

  /** So that the test above is known to test something. */
  @ParameterizedTest
  @EnumSource
  void withoutItTheyAreLost(Family family) {
    AditProcess adit = connect();
    Process transfer = transfer(family, true);
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
  private Process transfer(Family family, boolean toSite) {
    String zeros = "EXEC:head -c " + BYTES + " /dev/zero";
    String file = "CREATE:" + received();
    String listen = family.socat + "-LISTEN:5999";
    String dial = family.socat + ":" + family.site + ":5999";
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
  private static void behind(String host, String router, String link, String net, String net6) {
    run("ip", "netns", "add", host);
    run("ip", "link", "add", link, "netns", router, "type", "veth", "peer", "eth0", "netns", host);
    run("ip", "-n", router, "addr", "add", net + "1/24", "dev", link);
    run("ip", "-n", router, "addr", "add", net6 + "1/64", "dev", link, "nodad");
    run("ip", "-n", router, "link", "set", link, "up");
    run("ip", "-n", host, "addr", "add", net + "2/24", "dev", "eth0");
    run("ip", "-n", host, "addr", "add", net6 + "2/64", "dev", "eth0", "nodad");
    run("ip", "-n", host, "link", "set", "eth0", "up");
    run("ip", "-n", host, "route", "add", "default", "via", net + "1");
    run("ip", "-n", host, "route", "add", "default", "via", net6 + "1");
    run(in(router, "sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1"));
    run(
        in(
            host,
            "nft",
            "add table ip deaf; add chain ip deaf i { type filter hook input priority 0; };"
                + " add rule ip deaf i icmp type destination-unreachable drop;"
                + " add table ip6 deaf; add chain ip6 deaf i { type filter hook input priority 0; };"
                + " add rule ip6 deaf i icmpv6 type packet-too-big drop;"));
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
