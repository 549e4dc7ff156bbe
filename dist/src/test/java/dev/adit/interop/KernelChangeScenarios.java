package dev.adit.interop;

import static dev.adit.interop.KernelLab.IN_KERNEL;
import static dev.adit.interop.KernelLab.carrier;
import static dev.adit.interop.KernelLab.inKernel;
import static dev.adit.interop.KernelLab.leave;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Sessions whose ESP is in the kernel, behind a NAT and over a narrow path, with new keys every
 * three seconds, behind the TUN until they are killed, and by each other way: each test goes on
 * from the one before. Needs a kernel with ESP and xfrm interfaces: {@link KernelGuestIT} runs it
 * on one.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class KernelChangeScenarios {
  @RegisterExtension static final KernelLab KERNEL = new KernelLab();

  private static final String BY_POLICY = inKernel("policy");
  private static final String FOR_EVER = "expire add: soft 0(sec), hard 0(sec)";

  /** Further ones, each of them a start of the program, which takes an emulator seconds. */
  private static final int KILLS = Integer.getInteger("adit.kills", 0);

  @SuppressWarnings("NullAway.Init")
  private static NatRouter router;

  @SuppressWarnings("NullAway.Init")
  private static AditProcess adit;

  @SuppressWarnings("NullAway.Init")
  private static AditProcess second;

  private static long startNanos;

  @BeforeAll
  static void connect() {
    Lab lab = KERNEL.lab();
    router = NatRouter.between(lab);
    lab.client("ip", "link", "set", lab.clientLink(), "mtu", "1400");
    KERNEL.gateway("esp=aes256-sha1", "rekey-seconds=3");
    long before = System.nanoTime();
    adit = KERNEL.client("vpn0", "--ipsec=redirect");
    startNanos = System.nanoTime() - before;
  }

  @AfterAll
  static void close() {
    router.close();
  }

  /** 1400 - 28 - 24 - 12 bytes are 83 whole blocks, two bytes of which are no packet. */
  @Test
  @Order(1)
  void fitsIntoANarrowPath() {
    int longest = 83 * 16 - 2;
    assertThat(KERNEL.lab().client("ip", "link", "show", "vpn0")).contains("mtu " + longest);
    KERNEL.lab().client("ping", "-q", "-c5", "-i0.1", "-Mdo", "-s" + (longest - 28), Gateway.INNER);
    KERNEL.transfer(512);
  }

  @Test
  @Order(2)
  void newKeysLoseNoPacket() throws Exception {
    long keys = KERNEL.gateway().count("esp-keys");
    Path pings = KERNEL.lab().directory().resolve("pings");
    KERNEL
        .lab()
        .start(
            pings,
            KERNEL.lab().inClient("ping", "-O", "-D", "-i", "0.02", "-c", "400", Gateway.INNER))
        .waitFor();
    assertThat(KERNEL.gateway().count("esp-keys")).isGreaterThan(keys + 1);
    assertThat(Files.readString(pings)).contains(", 0% packet loss");
    assertThat(carrier(adit)).isEqualTo(IN_KERNEL);
  }

  @Test
  @Order(3)
  void followsWhatTheNatMakesOfItsPort() {
    router.changePort();
    KERNEL.ping(10);
    assertThat(carrier(adit)).isEqualTo(IN_KERNEL);
  }

  @Test
  @Order(4)
  void twoTunnelsKeepApart() {
    second = KERNEL.start("vpn1", "--ipsec=policy");
    KERNEL.awaitCarrier(second, BY_POLICY);
    KERNEL.awaitKernel(adit);
    for (String by : List.of("vpn0", addressOfSecond(), "vpn0")) {
      pingBy(by);
    }
    assertThat(List.of(carrier(adit), carrier(second))).containsExactly(IN_KERNEL, BY_POLICY);
  }

  @Test
  @Order(5)
  void killedItLeavesNothingThatMovesPackets() {
    adit.signal("KILL");
    adit.exitCode();
    pingBy(addressOfSecond());
    assertThat(carrier(second)).isEqualTo(BY_POLICY);
    assertThat(KERNEL.lab().client("ip", "-s", "xfrm", "state"))
        .contains("expire add: soft 0(sec), hard 60(sec)");
    assertNothingMovesPackets("vpn0");
  }

  /** No device but the TUN, no filter; and it is told by ICMP that packets do not get through. */
  @Test
  @Order(6)
  void policiesAloneCarryFallBackAndReturn() {
    Lab lab = KERNEL.lab();
    // The first one had it.
    lab.client("ip", "route", "replace", "198.18.0.0/16", "dev", "vpn1");
    KERNEL.transfer(256);
    assertThat(lab.client("ip", "xfrm", "policy")).containsPattern("src 198.18.0.\\d+/32 dst 0");
    assertThat(lab.client("tc", "filter", "show", "dev", "vpn1", "egress")).isBlank();
    KERNEL.assertFallsBackAndReturns(
        second, router::refuse, router::light, KernelChangeScenarios::newKeys);
    leave(second);
    assertThat(lab.client("ip", "xfrm", "policy")).doesNotContain("198.18.0.");
  }

  /** As narrow, behind the same NAT, with new keys all the time; and killed. */
  @Test
  @Order(7)
  void aVtiCarriesFallsBackAndReturns() {
    Lab lab = KERNEL.lab();
    // It stands alone: what the first one left would have it wait for a minute.
    lab.client("ip", "xfrm", "state", "flush");
    String before = lab.clientState();
    AditProcess client = KERNEL.start("vpn0", "--ipsec=vti");
    KERNEL.awaitCarrier(client, inKernel("vti"));
    KERNEL.transfer(256);
    KERNEL.assertFallsBackAndReturns(
        client, router::dark, router::light, KernelChangeScenarios::newKeys);
    client.signal("KILL");
    client.exitCode();
    assertNothingMovesPackets("vpn0");
    recover();
    assertThat(lab.clientState()).isEqualTo(before);
  }

  private static void newKeys() {
    int keys = (int) KERNEL.gateway().count("esp-keys");
    KERNEL.gateway().await("esp-keys", keys + 2);
  }

  /**
   * Whatever the way, and however far it had come, {@code recover} finds all of a client that was
   * killed but what the kernel drops by itself: by now it has dropped what the first ones left.
   */
  @Test
  @Order(8)
  void killedAtAnyMomentNothingIsLeftInTheEnd() {
    Lab lab = KERNEL.lab();
    String before = lab.clientState();
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<String> ways = List.of("redirect", "vti", "policy");
    for (int i = 0; i < KILLS; i++) {
      AditProcess killed = KERNEL.launch("vpn0", "--ipsec=" + ways.get(i % ways.size()));
      long end = System.nanoTime() + startNanos / 3 + (long) (startNanos * random.nextDouble());
      Lab.await("a moment", Duration.ofMinutes(1), () -> System.nanoTime() - end > 0);
      killed.signal("KILL");
      killed.exitCode();
      assertNothingMovesPackets("vpn0");
      recover();
      assertThat(lab.clientState()).as("seed %d, kill %d", seed, i).isEqualTo(before);
      // Beside what is left for a minute there would be no VTI.
      lab.client("ip", "xfrm", "state", "flush");
      System.err.printf("kill %d of %d%n", i + 1, KILLS);
    }
    Lab.await(
        "what the last one left has ended",
        Duration.ofSeconds(10),
        () ->
            lab.client("ip", "xfrm", "state").isBlank()
                && lab.client("ip", "xfrm", "policy").isBlank());
    assertThat(lab.client("ip", "-o", "link")).doesNotContain("adx").doesNotContain("vpn");
  }

  /** Nobody takes ESP out of UDP any more, no TUN is there, and what is left has an end. */
  private static void assertNothingMovesPackets(String device) {
    Lab lab = KERNEL.lab();
    assertThat(lab.client("ip", "-o", "link")).doesNotContain(device);
    assertThat(lab.client("ip", "-s", "xfrm", "state")).doesNotContain(FOR_EVER);
    assertThat(lab.client("ip", "-s", "xfrm", "policy")).doesNotContain(FOR_EVER);
    assertThat(lab.client("ip", "route")).doesNotContain("dev " + device);
  }

  private static void recover() {
    AditProcess.run(KERNEL.lab(), "", "recover").ok();
    assertThat(KERNEL.lab().client("ip", "-o", "link")).doesNotContain("adx");
  }

  /** Its packets do not come by its device. */
  private static String addressOfSecond() {
    return second.await("connected", 1).path("ipv4").asText().replace("/32", "");
  }

  /** A device, or an address to send from. */
  private static void pingBy(String by) {
    KERNEL.lab().client("ping", "-q", "-c5", "-i0.1", "-W2", "-I", by, Gateway.INNER);
  }
}
