package dev.adit.interop;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A router with address translation between the two sides of a lab. It can lose all UDP, and it can
 * forget all it translates and choose anew: no packet tells either end.
 *
 * <p>What was translated before stays in a conntrack zone of its own, where nothing is looked up
 * any more; what still arrives there is dropped, as routers do.
 */
final class NatRouter implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final String INSIDE = "10.1.0.1";
  private static final String CLIENT = "10.1.0.2";
  private static final String OTHER_OUTSIDE = "192.0.2.3";

  private final String name;

  private NatRouter(String name) {
    this.name = name;
  }

  /** Puts itself in the way: the client reaches the server through the router alone. */
  static NatRouter between(Lab lab) {
    NatRouter router = new NatRouter(lab.clientName().replaceAll("-c$", "-r"));
    run("ip", "netns", "add", router.name);
    String outside = lab.clientLink();
    String inside = outside.replaceAll("c$", "r");
    lab.client("ip", "link", "set", outside, "netns", router.name);
    lab.client(
        "ip", "link", "add", outside, "type", "veth", "peer", "name", inside, "netns", router.name);
    lab.client("ip", "addr", "add", CLIENT + "/24", "dev", outside);
    lab.client("ip", "link", "set", outside, "up");
    lab.client("ip", "route", "add", "default", "via", INSIDE);
    router.in("ip", "addr", "add", INSIDE + "/24", "dev", inside);
    router.in("ip", "addr", "add", Lab.CLIENT + "/24", "dev", outside);
    router.in("ip", "addr", "add", OTHER_OUTSIDE + "/24", "dev", outside);
    router.in("ip", "link", "set", inside, "up");
    router.in("ip", "link", "set", outside, "up");
    router.in("sysctl", "-qw", "net.ipv4.ip_forward=1");
    router.in(
        "nft",
        "add table ip nat;"
            + " add chain ip nat zone { type filter hook prerouting priority -300; };"
            + " add chain ip nat in { type filter hook input priority 0; };"
            + " add chain ip nat through { type filter hook forward priority 0; };"
            + " add chain ip nat out { type nat hook postrouting priority 100; };"
            + (" add rule ip nat in iifname " + outside + " drop;")
            + (" add rule ip nat out oifname " + outside)
            + (" meta l4proto udp ct zone 1 snat to " + Lab.CLIENT + ":20001-29999;")
            + (" add rule ip nat out oifname " + outside)
            + (" meta l4proto udp ct zone 2 snat to " + Lab.CLIENT + ":30001-39999;")
            + (" add rule ip nat out oifname " + outside)
            + (" ct zone 3 snat to " + OTHER_OUTSIDE + ";")
            + (" add rule ip nat out oifname " + outside + " masquerade;"));
    router.zone("meta l4proto udp", 1);
    return router;
  }

  /** Loses whatever goes by UDP. */
  void dark() {
    in("nft", "add rule ip nat through meta l4proto udp drop");
  }

  /** The same, and tells the sender of each by ICMP. */
  void refuse() {
    in("nft", "add rule ip nat through meta l4proto udp reject");
  }

  /** Lets it through again. */
  void light() {
    in("nft", "flush chain ip nat through");
  }

  /** Gives whatever goes by UDP another port. */
  void changePort() {
    zone("meta l4proto udp", 2);
  }

  /** Gives everything another address. */
  void changeAddress() {
    zone("meta l4proto { tcp, udp }", 3);
  }

  private void zone(String what, int number) {
    in(
        "nft",
        "flush chain ip nat zone; add rule ip nat zone " + what + " ct zone set " + number + ";");
  }

  private void in(String... argv) {
    List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", name));
    all.addAll(List.of(argv));
    Command.run(LIMIT, "", all).ok();
  }

  private static void run(String... argv) {
    Command.run(LIMIT, "", List.of(argv)).ok();
  }

  @Override
  public void close() {
    run("ip", "netns", "del", name);
  }
}
