package dev.adit.interop;

import static dev.adit.interop.KernelLab.IN_KERNEL;
import static dev.adit.interop.KernelLab.carrier;
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
 * Sessions whose ESP is in the kernel, behind a NAT and over a narrow path, with new keys every two
 * seconds, behind the TUN until they are killed, and by policies: each test goes on from the one
 * before. Needs a kernel with ESP and xfrm interfaces: {@link KernelGuestIT} runs it on one.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class KernelChangeScenarios {
  @RegisterExtension static final KernelLab KERNEL = new KernelLab();

  private static final String BY_POLICY = "ESP in the kernel (policy)";
  private static final String FOR_EVER = "expire add: soft 0(sec), hard 0(sec)";

  /** Further ones, each of them a start of the program, which takes an emulator seconds. */
  private static final int KILLS = Integer.getInteger("adit.kills", 0);

  @SuppressWarnings("NullAway.Init")
  private static NatRouter router;

  @SuppressWarnings("NullAway.Init")
  private static AditProcess adit;

  @SuppressWarnings("NullAway.Init")
  private static AditProcess second;

  @SuppressWarnings("NullAway.Init")
  private static AditProcess last;

  private static long startNanos;

  @BeforeAll
  static void connect() {
    Lab lab = KERNEL.lab();
    router = NatRouter.between(lab);
    lab.client("ip", "link", "set", lab.clientLink(), "mtu", "1400");
    KERNEL.gateway("esp=aes256-sha1", "rekey-seconds=2");
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
            KERNEL.lab().inClient("ping", "-O", "-D", "-i", "0.02", "-c", "300", Gateway.INNER))
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
    second = KERNEL.client("vpn1", "--ipsec=redirect");
    KERNEL.awaitKernel(adit);
    for (String device : List.of("vpn0", "vpn1", "vpn0")) {
      pingBy(device);
    }
    assertThat(List.of(carrier(adit), carrier(second))).containsOnly(IN_KERNEL);
  }

  @Test
  @Order(5)
  void killedItLeavesNothingThatMovesPackets() {
    Lab lab = KERNEL.lab();
    adit.signal("KILL");
    adit.exitCode();
    pingBy("vpn1");
    assertThat(carrier(second)).isEqualTo(IN_KERNEL);
    leave(second);
    assertThat(lab.client("ip", "-o", "link")).doesNotContain("vpn");
    // Nobody takes ESP out of UDP any more, and what is left has an end.
    assertThat(lab.client("ip", "-s", "xfrm", "state"))
        .contains("proto esp")
        .doesNotContain(FOR_EVER);
    assertThat(lab.client("ip", "-s", "xfrm", "policy")).doesNotContain(FOR_EVER);
    assertThat(lab.client("ip", "route")).doesNotContain("198.18");
  }

  @Test
  @Order(6)
  void killedAtAnyMomentItComesUpAgain() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < KILLS; i++) {
      AditProcess killed = KERNEL.launch("vpn0", "--ipsec=redirect");
      long end = System.nanoTime() + startNanos / 3 + (long) (startNanos * random.nextDouble());
      Lab.await("a moment", Duration.ofMinutes(1), () -> System.nanoTime() - end > 0);
      killed.signal("KILL");
      killed.exitCode();
    }
    last = KERNEL.start("vpn0", "--ipsec=policy");
    KERNEL.awaitCarrier(last, BY_POLICY);
    KERNEL.ping(5);
    // The next start has undone what a killed one left.
    assertThat(KERNEL.lab().client("ip", "-o", "link"))
        .as("seed %d", seed)
        .containsOnlyOnce("vpn0")
        .doesNotContain("adx");
  }

  /** No device but the TUN, no filter; the same life as behind the TUN. */
  @Test
  @Order(7)
  void policiesAloneCarryFallBackAndReturn() {
    Lab lab = KERNEL.lab();
    KERNEL.transfer(256);
    assertThat(carrier(last)).isEqualTo(BY_POLICY);
    assertThat(lab.client("ip", "xfrm", "policy")).containsPattern("src 198.18.0.\\d+/32 dst 0");
    assertThat(lab.client("tc", "filter", "show", "dev", "vpn0", "egress")).isBlank();
    router.dark();
    Process traffic =
        lab.start(
            lab.directory().resolve("dark"), lab.inClient("ping", "-i", "0.1", Gateway.INNER));
    KERNEL.awaitCarrier(last, "TLS");
    KERNEL.ping(5);
    assertThat(lab.client("ip", "xfrm", "policy")).doesNotContain("src 198.18.0.");
    router.light();
    KERNEL.awaitCarrier(last, BY_POLICY);
    traffic.destroy();
    KERNEL.ping(5);
    leave(last);
    assertThat(lab.client("ip", "xfrm", "policy")).doesNotContain("198.18.0.");
    assertThat(lab.client("ip", "-o", "link")).doesNotContain("adx").doesNotContain("vpn0");
  }

  private static void pingBy(String device) {
    KERNEL.lab().client("ping", "-q", "-c5", "-i0.1", "-W2", "-I", device, Gateway.INNER);
  }
}
