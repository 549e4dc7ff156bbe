package dev.adit.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * ESP in the kernel behind the TUN, with our Juniper gateway in a namespace of its own. Needs a
 * kernel with ESP and xfrm interfaces: {@code dist/kernel} runs it on one.
 */
final class KernelScenarios {
  private static final String IN_KERNEL = "ESP in the kernel (redirect)";
  private static final String DARK =
      "add table inet dark; add chain inet dark i { type filter hook input priority 0; };"
          + " add rule inet dark i udp dport 443 drop;";

  private Lab lab;

  /** Made by each test with options of its own. */
  @SuppressWarnings("NullAway.Init")
  private HostedGateway gateway;

  @SuppressWarnings("NullAway.Init")
  private AditProcess adit;

  private final List<AutoCloseable> open = new ArrayList<>();

  /** Of a failure in a guest nothing else is left. */
  @RegisterExtension
  final AfterTestExecutionCallback diagnosis =
      context ->
          context
              .getExecutionException()
              .ifPresent(e -> e.addSuppressed(new AssertionError(diagnosis())));

  @BeforeEach
  void open() {
    lab = new Lab();
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
    lab.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "aes128-sha1",
        "aes128-md5",
        "aes256-sha1",
        "aes256-md5",
        "aes128-sha256",
        "aes256-sha256"
      })
  void carriesDataWithEachSuite(String suite) {
    String before = lab.clientState();
    connect("esp=" + suite);
    long counted = outbound();
    ping(10);
    transfer(1);
    assertThat(outbound()).isGreaterThan(counted + 700);
    assertThat(carrier()).isEqualTo(IN_KERNEL);
    // The user sees the TUN alone: where routes and addresses are concerned there is nothing else.
    assertThat(lab.client("ip", "route")).doesNotContain("adx");
    leave();
    assertThat(lab.clientState()).isEqualTo(before);
    assertNothingLeft();
  }

  @Test
  void fallsBackToTlsInTheDarkAndReturns() {
    connect("esp=aes128-sha1");
    ping(5);
    lab.server("nft", DARK);
    Path pings = lab.directory().resolve("pings");
    Process stream =
        lab.start(pings, lab.inClient("ping", "-i", "0.1", "-c", "60", "-W", "1", Gateway.INNER));
    Lab.await("TLS: " + adit, Duration.ofSeconds(20), () -> carrier().equals("TLS"));
    ping(5);
    assertThat(lab.client("tc", "filter", "show", "dev", "vpn0", "egress")).isBlank();
    lab.server("nft", "delete table inet dark");
    awaitKernel();
    ping(5);
    stream.destroy();
    leave();
    assertNothingLeft();
  }

  @Test
  void rekeysUnderTraffic() throws Exception {
    connect("esp=aes256-sha1", "rekey-seconds=2");
    Path pings = lab.directory().resolve("pings");
    Process stream =
        lab.start(pings, lab.inClient("ping", "-q", "-i", "0.02", "-c", "300", Gateway.INNER));
    stream.waitFor();
    assertThat(gateway.count("esp-keys")).isGreaterThan(2);
    assertThat(Files.readString(pings)).contains(", 0% packet loss");
    assertThat(carrier()).isEqualTo(IN_KERNEL);
    leave();
    assertNothingLeft();
  }

  @Test
  void aKilledClientLeavesNothingThatMovesPackets() {
    connect("esp=aes128-sha1");
    ping(5);
    adit.signal("KILL");
    adit.exitCode();
    assertThat(lab.client("ip", "-o", "link")).doesNotContain("vpn0");
    // Nobody takes ESP out of UDP any more, and what is left has an end.
    assertThat(lab.client("ip", "-d", "-s", "xfrm", "state"))
        .contains("add 2")
        .doesNotContain("expire add: soft 0(sec), hard 0(sec)");
    command("recover");
    assertThat(lab.client("ip", "-o", "link")).doesNotContain("adx");
    assertThat(lab.client("ip", "route")).doesNotContain("198.18");
  }

  @Test
  void leavesForeignStateAlone() {
    lab.client("ip", "link", "add", "foreign", "type", "xfrm", "if_id", "77");
    lab.client(
        words(
            "ip xfrm state add src 192.0.2.2 dst 192.0.2.9 proto esp spi 0x12345678"
                + " reqid 5 mode tunnel enc cbc(aes) 0x00112233445566778899aabbccddeeff"
                + " auth hmac(sha1) 0x00112233445566778899aabbccddeeff00112233"));
    lab.client(
        words(
            "ip xfrm policy add src 10.9.0.0/16 dst 10.8.0.0/16 dir out"
                + " tmpl src 192.0.2.2 dst 192.0.2.9 proto esp reqid 5 mode tunnel"));
    String states = lab.client("ip", "xfrm", "state");
    String policies = lab.client("ip", "xfrm", "policy");
    connect("esp=aes128-sha1");
    ping(5);
    transfer(1);
    leave();
    assertThat(lab.client("ip", "xfrm", "state")).isEqualTo(states);
    assertThat(lab.client("ip", "xfrm", "policy")).isEqualTo(policies);
    assertThat(lab.client("ip", "-o", "link")).contains("foreign");
  }

  @Test
  void survivesThatSomebodyFlushesTheSas() {
    connect("esp=aes128-sha1");
    ping(5);
    lab.client("ip", "xfrm", "state", "flush");
    // Found when packets are not answered, or at the next refresh.
    Lab.await(
        "an answer: " + adit,
        Duration.ofSeconds(30),
        () ->
            Command.run(
                        Duration.ofSeconds(5),
                        "",
                        lab.inClient("ping", "-c1", "-W1", Gateway.INNER))
                    .exitCode()
                == 0);
    ping(5);
    leave();
    assertNothingLeft();
  }

  @Test
  void staysInUserspaceWhenAskedTo() {
    start("esp=aes128-sha1");
    run("--ipsec=userspace");
    gateway.await("esp-on", 1);
    ping(5);
    assertThat(lab.client("ip", "xfrm", "state")).isBlank();
    assertThat(carrier()).doesNotContain("in the kernel");
    leave();
  }

  private void connect(String... options) {
    start(options);
    run("--ipsec=redirect");
    awaitKernel();
  }

  private void start(String... options) {
    Map<String, String> named = new TreeMap<>();
    for (String option : options) {
      int equals = option.indexOf('=');
      named.put(option.substring(0, equals), option.substring(equals + 1));
    }
    gateway = HostedGateway.start(lab, "juniper", named);
    open.add(gateway);
  }

  private void run(String... arguments) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "--protocol=nc",
                "--user=" + Gateway.USER,
                "--passwd-on-stdin",
                "--servercert=" + gateway.pin(),
                "--verbose",
                "--interface=vpn0"));
    all.addAll(List.of(arguments));
    all.add(Lab.SERVER);
    adit = AditProcess.start(lab, Gateway.PASSWORD + "\n", all.toArray(new String[0]));
    adit.await("connected", 1);
  }

  private void awaitKernel() {
    Lab.await(
        "the kernel takes over: " + adit,
        Duration.ofSeconds(30),
        () -> carrier().equals(IN_KERNEL));
    assertThat(lab.client("tc", "filter", "show", "dev", "vpn0", "egress")).contains("mirred");
  }

  private void leave() {
    adit.signal("TERM");
    assertThat(adit.exitCode()).isZero();
  }

  private void assertNothingLeft() {
    assertThat(lab.client("ip", "xfrm", "state")).isBlank();
    assertThat(lab.client("ip", "xfrm", "policy")).isBlank();
    assertThat(lab.client("ip", "-o", "link")).doesNotContain("adx");
  }

  private void ping(int count) {
    assertThat(lab.client("ping", "-q", "-c" + count, "-i0.1", "-W2", "-s1200", Gateway.INNER))
        .contains(", 0% packet loss");
  }

  /** Both ways, one after the other. */
  private void transfer(int megabytes) {
    Transfer down = Transfer.toClient(lab, Gateway.INNER, megabytes);
    assertThat(down.received()).isEqualTo(down.sent());
    Transfer up = Transfer.toServer(lab, Gateway.INNER, megabytes);
    assertThat(up.received()).isEqualTo(up.sent());
  }

  /** What the session said, and what the kernel dropped. */
  private String diagnosis() {
    return adit + lab.client("cat", "/proc/net/xfrm_stat").replaceAll("(?m)^.*\\s0\n", "");
  }

  private String carrier() {
    return adit.order("status").path("carrier").asText();
  }

  /** Packets that the session has sent, whoever moved them. */
  private long outbound() {
    return adit.order("status").path("packets_out").asLong();
  }

  private String command(String... arguments) {
    List<String> argv = new ArrayList<>(lab.inClient("env"));
    argv.add("ADIT_RUN_DIR=" + lab.directory().resolve("run"));
    argv.add(AditProcess.launcher());
    argv.addAll(List.of(arguments));
    return Command.run(Duration.ofSeconds(20), "", argv).ok();
  }

  private static String[] words(String line) {
    return line.split(" ");
  }
}
