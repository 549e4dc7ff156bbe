package dev.adit.interop;

import static dev.adit.interop.KernelLab.IN_KERNEL;
import static dev.adit.interop.KernelLab.carrier;
import static dev.adit.interop.KernelLab.leave;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The life of one session that asks for nothing, so that its ESP is in the kernel behind the TUN,
 * beside somebody else's IPsec: each test goes on from the one before. Needs a kernel with ESP,
 * xfrm interfaces and netem: {@link KernelGuestIT} runs it on one.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class KernelScenarios {
  @RegisterExtension static final KernelLab KERNEL = new KernelLab();

  private static final String DARK =
      "add table inet dark; add chain inet dark i { type filter hook input priority 0; };"
          + " add rule inet dark i udp dport 443 drop;";

  @SuppressWarnings("NullAway.Init")
  private static AditProcess adit;

  private static String before = "";
  private static String foreignStates = "";
  private static String foreignPolicies = "";

  @BeforeAll
  static void connect() {
    Lab lab = KERNEL.lab();
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
    foreignStates = lab.client("ip", "xfrm", "state");
    foreignPolicies = lab.client("ip", "xfrm", "policy");
    before = lab.clientState();
    KERNEL.gateway("esp=aes128-sha1,aes128-md5,aes128-sha256,aes256-sha1,aes256-md5,aes256-sha256");
    adit =
        KERNEL.start("vpn0", "--wait-for=kernel", "--pid-file=" + lab.directory().resolve("ready"));
  }

  @Test
  @Order(1)
  void isReadyWhenTheKernelHasTakenOver() {
    Path ready = KERNEL.lab().directory().resolve("ready");
    Lab.await("ready: " + adit, Duration.ofSeconds(30), () -> Files.exists(ready));
    assertThat(carrier(adit)).isEqualTo(IN_KERNEL);
    assertThat(KERNEL.lab().client("tc", "filter", "show", "dev", "vpn0", "egress"))
        .contains("mirred");
    // The user sees the TUN alone: where routes are concerned there is nothing else.
    assertThat(KERNEL.lab().client("ip", "route")).contains("dev vpn0").doesNotContain("adx");
  }

  @ParameterizedTest
  @Order(2)
  @CsvSource({
    "1, 128, hmac(sha1) 96",
    "2, 128, hmac(md5) 96",
    "3, 128, hmac(sha256) 128",
    "4, 256, hmac(sha1) 96",
    "5, 256, hmac(md5) 96",
    "6, 256, hmac(sha256) 128"
  })
  void carriesDataWithEachSuite(int tunnel, int keyBits, String mac) {
    if (tunnel > 1) {
      reconnect();
    }
    String ours = KERNEL.lab().client("ip", "xfrm", "state").replace(foreignStates, "");
    assertThat(ours.split("auth-trunc " + mac.replaceAll("[() ].*", ""))).hasSize(3);
    assertThat(ours)
        .containsPattern("auth-trunc hmac.*" + mac.replaceAll(".* ", " ") + "\n")
        .containsPattern("enc cbc\\(aes\\) 0x[0-9a-f]{" + keyBits / 4 + "}\n");
    long counted = outbound();
    KERNEL.ping(5);
    KERNEL.transfer(512);
    assertThat(outbound()).isGreaterThan(counted + 400);
    assertThat(carrier(adit)).isEqualTo(IN_KERNEL);
  }

  @Test
  @Order(3)
  void innerIpv6GoesNowhereAndDoesNoHarm() {
    Lab lab = KERNEL.lab();
    lab.server(
        "nft",
        "add table ip6 seen; add chain ip6 seen i { type filter hook input priority 0; };"
            + " add rule ip6 seen i iifname \"gw*\" counter;");
    lab.client("ip", "-6", "addr", "add", "fd00::2/64", "dev", "vpn0", "nodad");
    assertThat(KERNEL.isAnswered("fd00::1")).isFalse();
    KERNEL.ping(3);
    assertThat(carrier(adit)).isEqualTo(IN_KERNEL);
    assertThat(lab.server("nft", "list", "table", "ip6", "seen")).contains("packets 0 ");
  }

  @Test
  @Order(4)
  void fallsBackToTlsInTheDarkAndReturnsWithoutLoss() {
    Lab lab = KERNEL.lab();
    KERNEL.assertFallsBackAndReturns(
        adit,
        () -> lab.server("nft", DARK),
        () -> lab.server("nft", "delete table inet dark"),
        () -> KERNEL.ping(5));
  }

  @ParameterizedTest
  @Order(5)
  @CsvSource({
    "loss 1%, 256",
    "loss 5% delay 20ms, 256",
    "delay 30ms 20ms, 256",
    "delay 20ms reorder 25% 50%, 256",
    "duplicate 20%, 256",
    "loss 30%, 12"
  })
  void badPathsLoseNothingAndKeepTheCarrier(String netem, int kilobytes) {
    long changes = adit.count("carrier");
    path(netem);
    KERNEL.transfer(kilobytes);
    path("delay 0ms");
    // Where every second question is lost, silence may be taken for darkness, but not for ever:
    // three falls and a rest.
    assertThat(adit.count("carrier") - changes)
        .as(adit.toString())
        .isLessThanOrEqualTo(netem.contains("30%") ? 9 : 0);
  }

  /** The kernel tells that SAs are gone. */
  @Test
  @Order(6)
  void survivesThatSomebodyFlushesTheSas() {
    Lab lab = KERNEL.lab();
    reconnect();
    long changes = adit.count("carrier");
    try (Pings stream = Pings.start(lab, Gateway.INNER)) {
      double flushed = Pings.now();
      lab.client("ip", "xfrm", "state", "flush");
      foreignStates = "";
      Lab.await(
          "another carrier: " + adit,
          Duration.ofSeconds(30),
          () -> adit.count("carrier") > changes);
      stream.flow(Duration.ofSeconds(2));
      assertThat(stream.longestSilenceSince(flushed)).as("flushed\n%s", adit).isLessThan(1.0);
    }
  }

  /** By the kernel's clock, SAs are over at once, or in an hour. */
  @ParameterizedTest
  @Order(7)
  @ValueSource(ints = {3600, -3600})
  void survivesThatTheClockJumps(int seconds) throws Exception {
    Lab lab = KERNEL.lab();
    reconnect();
    Path pings = lab.directory().resolve("jump" + seconds);
    Process stream = lab.start(pings, lab.inClient("ping", "-q", "-i0.02", "-c250", Gateway.INNER));
    jump(seconds);
    stream.waitFor();
    Matcher counts =
        Pattern.compile("(\\d+) packets transmitted, (\\d+) received")
            .matcher(Files.readString(pings));
    assertThat(counts.find()).as(Files.readString(pings)).isTrue();
    // 50 a second.
    assertThat(Integer.parseInt(counts.group(1)) - Integer.parseInt(counts.group(2)))
        .as(adit.toString())
        .isLessThanOrEqualTo(50);
  }

  /** A new tunnel, which the kernel is asked to take over at once. */
  private static void reconnect() {
    int tunnels = (int) KERNEL.gateway().count("esp-on");
    adit.order("reconnect");
    KERNEL.gateway().await("esp-on", tunnels + 1);
    KERNEL.awaitKernel(adit);
  }

  /** The emulated machine's, not that of a host. */
  private static void jump(int seconds) throws IOException {
    assertThat(Files.readString(Path.of("/proc/cmdline"))).contains("adit.out=");
    long to = System.currentTimeMillis() / 1000 + seconds;
    Command.run(Duration.ofSeconds(5), "", List.of("date", "-s", "@" + to)).ok();
  }

  @Test
  @Order(8)
  void leavesNothingOfItsOwnAndAllOfOthers() {
    Lab lab = KERNEL.lab();
    leave(adit);
    assertThat(lab.clientState()).isEqualTo(before);
    assertThat(lab.client("ip", "xfrm", "state")).isEqualTo(foreignStates);
    assertThat(lab.client("ip", "xfrm", "policy")).isEqualTo(foreignPolicies);
    assertThat(lab.client("ip", "-o", "link")).contains("foreign").doesNotContain("adx");
  }

  /** Both ends send like that. */
  private static void path(String netem) {
    Lab lab = KERNEL.lab();
    String rest = " root netem limit 10000 " + netem;
    lab.client(words("tc qdisc replace dev " + lab.clientLink() + rest));
    lab.server(words("tc qdisc replace dev " + lab.serverLink() + rest));
  }

  /** Packets that the session has sent, whoever moved them. */
  private static long outbound() {
    return adit.order("status").path("packets_out").asLong();
  }

  private static String[] words(String line) {
    return line.split(" ");
  }
}
