package dev.adit.core.ipsec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.api.datagram.DatagramEngine;
import dev.adit.api.datagram.DatagramEvent;
import dev.adit.api.datagram.DatagramOutput;
import dev.adit.api.datagram.EspOffer;
import dev.adit.api.datagram.EspOffer.Inner;
import dev.adit.api.datagram.EspOffer.ProbeRule;
import dev.adit.api.datagram.SaParameters;
import dev.adit.api.datagram.SaParameters.EspCipher;
import dev.adit.api.datagram.SaParameters.EspMac;
import dev.adit.api.error.VpnException;
import dev.adit.api.packet.PacketBatch;
import dev.adit.api.secret.SecretBytes;
import dev.adit.core.loop.FakeLoop;
import dev.adit.core.sys.Errno;
import dev.adit.core.sys.SystemCallException;
import dev.adit.core.xfrm.XfrmSaId;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Handing over and taking back, with a kernel that can be made to refuse anything. */
final class KernelIpsecTest {
  private static final int OUT = 0x1000_0001;
  private static final int IN = 0x1000_0002;
  private static final long ROUND_TRIP = 1_000_000;
  private static final TunnelDevice TUN =
      new TunnelDevice(
          "tun0",
          List.of(
              new InetSocketAddress("10.9.0.2", 0).getAddress(),
              new InetSocketAddress("fd00::2", 0).getAddress()));

  private final FakeLoop loop = new FakeLoop();
  private final FakeIpsecKernel kernel = new FakeIpsecKernel();
  private final FakeEspSocket socket = new FakeEspSocket();
  private final List<String> told = new ArrayList<>();
  private final Said out = new Said();
  private Executor background = Runnable::run;
  private IpsecMode mode = IpsecMode.REDIRECT;

  @TempDir private Path journals;
  private KernelAssociation association = associate(offer(OUT, IN, 1));
  private DatagramEngine engine = association.open(socket);

  @BeforeEach
  void begin() throws Exception {
    association = associate(offer(OUT, IN, 1));
    engine = association.open(socket);
    engine.start(loop.now(), out);
  }

  @Test
  void handsOverTheNextNumberAndTakesItBack() throws Exception {
    send(3);
    handOver();
    assertThat(kernel.diverts()).isTrue();
    assertThat(socket.kernelTakes).isTrue();
    assertThat(kernel.settings)
        .containsEntry("ipv4/conf/tun0/disable_policy", 1)
        .containsEntry("ipv6/conf/tun0/disable_policy", 1);
    // The probe and three packets had 1 to 4; the kernel goes on with 5.
    kernel.pass(out(), 10);
    kernel.pass(in(), 10);
    association.takeBack(loop.now());
    assertThat(kernel.diverts()).isFalse();
    assertThat(socket.kernelTakes).isFalse();
    assertThat(kernel.sas).isEmpty();
    assertThat(kernel.policies).isEmpty();
    long next = number(send(1));
    assertThat(next).isBetween(5L + 10, 5L + 10 + 64 + 64);
    assertThat(told).contains("moved 0/0 10/1000", "moved 10/1000 0/0");
  }

  @Test
  void nothingIsLeftWhenItIsClosed() throws Exception {
    handOver();
    association.close();
    assertThat(kernel.left()).isEmpty();
    try (Stream<Path> files = Files.list(journals)) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void aKilledProcessLeavesAJournalForTheInterface() throws Exception {
    handOver();
    try (Stream<Path> files = Files.list(journals)) {
      String journal = Files.readString(files.findFirst().orElseThrow());
      assertThat(journal).startsWith("netlink ").hasLineCount(1);
    }
    kernel.sas.values().forEach(sa -> assertThat(sa.lifetimeSeconds).isEqualTo(60));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void whateverTheKernelRefusesPacketsGoOnInThisProcess(IpsecMode way, Errno errno)
      throws Exception {
    by(way);
    for (int request = 0; ; request++) {
      kernel.failAt(request, errno);
      boolean refused = false;
      try {
        association.handOver(TUN, ROUND_TRIP, new Told());
      } catch (VpnException e) {
        refused = true;
        assertThat(e.getMessage()).isNotBlank();
      }
      if (refused) {
        assertThat(kernel.leads()).as("request %d", request).isFalse();
        assertThat(socket.kernelTakes).as("request %d", request).isFalse();
        assertThat(kernel.sas).as("request %d", request).isEmpty();
        assertThat(kernel.policies).as("request %d", request).isEmpty();
      }
      boolean over = kernel.requests() <= request;
      association.takeBack(loop.now());
      assertThat(send(1)).isNotNull();
      kernel.failAt(-1, errno);
      association.close();
      assertThat(kernel.left()).as("request %d", request).isEmpty();
      begin();
      if (over) {
        return;
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"REDIRECT", "VTI", "POLICY"})
  void aLostAnswerLeavesNothingThatSwallowsPackets(IpsecMode way) throws Exception {
    by(way);
    for (int request = 0; ; request++) {
      kernel.loseAnswerAt(request);
      boolean refused = false;
      try {
        association.handOver(TUN, ROUND_TRIP, new Told());
      } catch (VpnException e) {
        refused = true;
        assertThat(kernel.leads()).as("request %d", request).isFalse();
        assertThat(socket.kernelTakes).isFalse();
        assertThat(send(1)).isNotNull();
      }
      boolean over = kernel.requests() <= request;
      assertThat(refused).as("request %d", request).isEqualTo(!over);
      kernel.failAt(-1, Errno.EIO);
      association.close();
      assertThat(kernel.left()).as("request %d", request).isEmpty();
      begin();
      if (over) {
        return;
      }
    }
  }

  /** Suspicion, a question, new keys, a refresh: each request fails in turn, or its answer does. */
  @ParameterizedTest
  @MethodSource("laterRefusals")
  void whateverTheKernelRefusesLaterPacketsComeBack(IpsecMode way, Errno errno) throws Exception {
    by(way);
    for (int request = 0; ; request++) {
      handOver();
      kernel.pass(in(), 1);
      told.clear();
      if (errno == Errno.OTHER) {
        kernel.loseAnswerAt(request);
      } else {
        kernel.failAt(request, errno);
      }
      kernel.pass(out(), 5);
      engine.probe(0, loop.now(), out);
      association.replace(offer(0x2000_0001, 0x2000_0002, 3), loop.now());
      loop.advance(Duration.ofSeconds(25));
      boolean over = kernel.requests() <= request;
      if (!told.contains("lost") && !told.contains("silent")) {
        // Then what failed did not matter, or was done again: all that moves packets is there.
        assertThat(kernel.leads()).as("request %d", request).isTrue();
        assertThat(kernel.sas.keySet()).as("request %d", request).hasSizeGreaterThanOrEqualTo(2);
      }
      kernel.failAt(-1, errno);
      association.takeBack(loop.now());
      assertThat(kernel.leads()).as("request %d", request).isFalse();
      assertThat(socket.kernelTakes).as("request %d", request).isFalse();
      assertThat(spi(send(1))).as("request %d", request).isEqualTo(0x2000_0001);
      association.close();
      assertThat(kernel.policies).as("request %d", request).isEmpty();
      kernel.sas.values().forEach(sa -> assertThat(sa.lifetimeSeconds).isBetween(1L, 120L));
      kernel.sas.clear();
      begin();
      if (over) {
        return;
      }
    }
  }

  @Test
  void whatCannotBeTakenBackEndsByItself() throws Exception {
    for (int request = 0; request < 12; request++) {
      handOver();
      kernel.pass(in(), 1);
      kernel.failAt(request, Errno.ENOMEM);
      association.takeBack(loop.now());
      kernel.failAt(-1, Errno.ENOMEM);
      assertThat(kernel.diverts()).as("request %d", request).isFalse();
      assertThat(socket.kernelTakes).as("request %d", request).isFalse();
      kernel.sas.values().forEach(sa -> assertThat(sa.lifetimeSeconds).isEqualTo(60));
      assertThat(send(1)).isNotNull();
      association.close();
      assertThat(kernel.diverts()).as("request %d", request).isFalse();
      kernel.sas.clear();
      kernel.policies.clear();
      begin();
    }
  }

  @Test
  void aPeerThatTakesIpv4AloneIsSentNothingElse() throws Exception {
    association.close();
    association = associate(offer(OUT, IN, 1, Inner.IPV4));
    engine = association.open(socket);
    handOver();
    assertThat(kernel.policies).containsExactly("policy out 0.0.0.0/0 0.0.0.0/0");
  }

  @Test
  void newKeysAreNoSilence() throws Exception {
    handOver();
    kernel.pass(in(), 1000);
    kernel.pass(out(), 1);
    association.replace(offer(0x2000_0001, 0x2000_0002, 3), loop.now());
    told.clear();
    // Fewer than the SA before has ever received: they are news all the same.
    kernel.sas.forEach((id, sa) -> sa.packets = id.contains("20000002") ? 3 : sa.packets);
    loop.advance(Duration.ofSeconds(1));
    assertThat(told).doesNotContain("silent");
  }

  @Test
  void silenceUnderTrafficIsToldWithinASecond() throws Exception {
    handOver();
    kernel.pass(in(), 1);
    loop.advance(Duration.ofSeconds(5));
    told.clear();
    long dark = loop.now();
    while (!told.contains("silent") && loop.now() - dark < 2_000_000_000L) {
      kernel.pass(out(), 5);
      loop.advance(Duration.ofMillis(100));
    }
    assertThat(told).contains("silent");
    assertThat(loop.now() - dark).isLessThan(1_000_000_000L);
    assertThat(socket.sent).isNotEmpty();
  }

  @Test
  void aPeerThatIsFarAwayIsGivenTime() throws Exception {
    association.handOver(TUN, 800_000_000, new Told());
    loop.advance(Duration.ofMillis(900));
    kernel.pass(in(), 1);
    loop.advance(Duration.ofSeconds(5));
    kernel.pass(out(), 5);
    loop.advance(Duration.ofMillis(2500));
    assertThat(told).doesNotContain("silent");
    loop.advance(Duration.ofMillis(2500));
    assertThat(told).contains("silent");
  }

  @Test
  void aQuestionTakesTheNumberRightBeforeTheKernelsNext() throws Exception {
    handOver();
    kernel.pass(in(), 1);
    loop.advance(Duration.ofSeconds(1));
    kernel.pass(out(), 100);
    socket.sent.clear();
    engine.probe(0, loop.now(), out);
    long asked = number(socket.sent.get(0));
    kernel.pass(out(), 1);
    kernel.pass(in(), 1);
    association.takeBack(loop.now());
    assertThat(number(send(1))).isGreaterThan(asked + 1);
    assertThat(asked).isGreaterThan(101);
  }

  @Test
  void anIdleTunnelIsWokenForRefreshAlone() throws Exception {
    handOver();
    kernel.pass(in(), 1);
    loop.advance(Duration.ofSeconds(2));
    int before = loop.wakeUps();
    loop.advance(Duration.ofMinutes(2));
    assertThat(loop.wakeUps() - before).isLessThanOrEqualTo(6);
    assertThat(told).doesNotContain("silent");
  }

  @Test
  void refreshesWhatWouldEnd() throws Exception {
    handOver();
    kernel.pass(in(), 1);
    loop.advance(Duration.ofSeconds(50));
    kernel.sas.values().forEach(sa -> assertThat(sa.lifetimeSeconds).isGreaterThanOrEqualTo(100));
  }

  @Test
  void putsAFilterBackThatSomebodyRemoved() throws Exception {
    handOver();
    kernel.pass(in(), 1);
    kernel.filters.removeIf(f -> f.startsWith("7 egress"));
    loop.advance(Duration.ofSeconds(25));
    assertThat(kernel.diverts()).isTrue();
  }

  @Test
  void tellsWhenSomebodyFlushedTheSas() throws Exception {
    handOver();
    kernel.pass(in(), 1);
    kernel.pass(out(), 5);
    kernel.sas.clear();
    loop.advance(Duration.ofSeconds(25));
    assertThat(told).contains("lost");
    association.takeBack(loop.now());
    assertThat(kernel.diverts()).isFalse();
    // Nobody knows how many numbers were used since: enough are left out.
    assertThat(number(send(1))).isGreaterThan(1 << 17);
  }

  @Test
  void newKeysLoseNothingInTheKernel() throws Exception {
    handOver();
    kernel.pass(in(), 1);
    association.replace(offer(0x2000_0001, 0x2000_0002, 3), loop.now());
    assertThat(kernel.sas).hasSize(4);
    loop.advance(Duration.ofSeconds(3));
    assertThat(kernel.sas.keySet()).hasSize(3).noneMatch(id -> id.contains("10000001"));
    loop.advance(Duration.ofSeconds(45));
    assertThat(kernel.sas).hasSize(2);
    association.takeBack(loop.now());
    assertThat(kernel.sas).isEmpty();
    assertThat(spi(send(1))).isEqualTo(0x2000_0001);
  }

  @Test
  void keysThatFollowEachOtherSoonDoNotPileUp() throws Exception {
    handOver();
    kernel.pass(in(), 1);
    for (int i = 0; i < 30; i++) {
      association.replace(offer(0x2000_0001 + 2 * i, 0x2000_0002 + 2 * i, 3), loop.now());
      loop.advance(Duration.ofSeconds(1));
    }
    long sending = kernel.sas.keySet().stream().filter(id -> id.endsWith(" 192.0.2.1")).count();
    assertThat(sending).isLessThanOrEqualTo(4);
  }

  @Test
  void keysOfBeforeARekeyAreHandedOverForAWhile() throws Exception {
    association.replace(offer(0x2000_0001, 0x2000_0002, 3), loop.now());
    handOver();
    kernel.pass(kernel.id(String.format("ESP SA 0x%08x to 192.0.2.2", 0x2000_0002)), 1);
    assertThat(kernel.sas).hasSize(3);
    loop.advance(Duration.ofMinutes(2));
    assertThat(kernel.sas).hasSize(2);
    assertThat(kernel.diverts()).isTrue();
  }

  @Test
  void aKernelThatHearsNothingIsNotAskedForEver() throws Exception {
    for (int i = 0; i < 2; i++) {
      handOver();
      loop.advance(Duration.ofSeconds(2));
      assertThat(told).contains("silent");
      told.clear();
      association.takeBack(loop.now());
    }
    for (Duration rest : List.of(Duration.ofMinutes(2), Duration.ofMinutes(4))) {
      assertLeftAlone();
      loop.advance(rest.minusSeconds(3));
      assertLeftAlone();
      loop.advance(Duration.ofSeconds(5));
      handOver();
      loop.advance(Duration.ofSeconds(2));
      association.takeBack(loop.now());
    }
    loop.advance(Duration.ofHours(1));
    handOver();
    kernel.pass(in(), 1);
    association.takeBack(loop.now());
    handOver();
  }

  private void assertLeftAlone() {
    assertThatThrownBy(this::handOver)
        .isInstanceOfSatisfying(
            VpnException.class, e -> assertThat(e.kind()).isEqualTo(VpnException.Kind.OTHER))
        .hasMessageContaining("received nothing");
  }

  @Test
  void whatIsLostOnTheWayToTheKernelIsCounted() throws Exception {
    handOver();
    kernel.pass(in(), 10);
    loop.advance(Duration.ofSeconds(1));
    kernel.pass(in(), 10);
    told.clear();
    kernel.lose(in(), 7);
    kernel.pass(in(), 1);
    kernel.pass(in(), 1);
    kernel.lose(in(), 2);
    kernel.pass(in(), 1);
    assertThat(told)
        .containsExactly("moved 1/100 0/0 lost 7", "moved 1/100 0/0", "moved 1/100 0/0 lost 2");
  }

  @Test
  void whileTheKernelTakesItsTimeNothingWaits() throws Exception {
    List<Runnable> tasks = new ArrayList<>();
    background = tasks::add;
    assertThat(association.prepare(TUN)).isFalse();
    assertThat(association.prepare(TUN)).isFalse();
    assertThat(kernel.left()).isEmpty();
    assertThat(send(1)).isNotNull();
    assertThat(tasks).hasSize(1);
    tasks.get(0).run();
    assertThat(association.prepare(TUN)).isTrue();
    assertThat(kernel.sas).isEmpty();
    assertThat(kernel.diverts()).isFalse();
    handOver();
    assertThat(kernel.diverts()).isTrue();
    assertThat(tasks).hasSize(1);
  }

  @Test
  void whatIsMadeAfterTheEndIsRemoved() throws Exception {
    CountDownLatch closing = new CountDownLatch(1);
    List<Thread> threads = new ArrayList<>();
    background =
        task -> {
          Thread thread =
              new Thread(
                  () -> {
                    closing.countDown();
                    task.run();
                  });
          threads.add(thread);
          thread.start();
        };
    association.prepare(TUN);
    closing.await();
    association.close();
    assertThat(kernel.left()).isEmpty();
    for (Thread thread : threads) {
      thread.join();
    }
  }

  @Test
  void whatThisProcessHeardMeanwhileIsMarkedInTheKernel() throws Exception {
    handOver();
    kernel.pass(in(), 1);
    association.takeBack(loop.now());
    handOver();
    assertThat(kernel.sas).hasSize(2);
  }

  @Test
  void policiesFollowOncePacketsOfOurOwnGetThrough() throws Exception {
    by(IpsecMode.POLICY);
    handOver();
    assertThat(kernel.policies)
        .containsExactlyInAnyOrder(
            "policy in 0.0.0.0/0 10.9.0.2/32",
            "policy in 0:0:0:0:0:0:0:0/0 fd00:0:0:0:0:0:0:2/128",
            "policy out 10.9.0.2/32 192.0.0.8/32");
    kernel.pass(in(), 1);
    association.replace(offer(0x3000_0001, 0x3000_0002, 5), loop.now());
    loop.advance(Duration.ofMillis(200));
    assertThat(kernel.policies)
        .containsExactlyInAnyOrder(
            "policy in 0.0.0.0/0 10.9.0.2/32",
            "policy in 0:0:0:0:0:0:0:0/0 fd00:0:0:0:0:0:0:2/128",
            "policy out 10.9.0.2/32 0.0.0.0/0",
            "policy out fd00:0:0:0:0:0:0:2/128 0:0:0:0:0:0:0:0/0");
    assertThat(kernel.filters).isEmpty();
    assertThat(kernel.settings).containsEntry("ipv4/conf/tun0/disable_policy", 1);
    assertThat(association.description()).isEqualTo("ESP in the kernel (policy)");
    association.replace(offer(0x2000_0001, 0x2000_0002, 3), loop.now());
    assertThat(kernel.policies).hasSize(4);
    association.takeBack(loop.now());
    assertThat(kernel.left()).isEmpty();
    assertThat(send(1)).isNotNull();
  }

  /** What the kernel opens before a policy lets it in, it drops (XfrmInNoPols). */
  @Test
  void policiesLetInBeforeTheKernelOpensAnything() throws Exception {
    by(IpsecMode.POLICY);
    List<String> atThatMoment = new ArrayList<>();
    socket.beforeKernelTakes = () -> atThatMoment.addAll(kernel.policies);
    handOver();
    assertThat(socket.kernelTakes).isTrue();
    assertThat(atThatMoment)
        .containsExactlyInAnyOrder(
            "policy in 0.0.0.0/0 10.9.0.2/32",
            "policy in 0:0:0:0:0:0:0:0/0 fd00:0:0:0:0:0:0:2/128");
  }

  @Test
  void policiesDoNotFollowWhenNoPacketGetsThrough() throws Exception {
    by(IpsecMode.POLICY);
    kernel.swallows = true;
    handOver();
    loop.advance(Duration.ofMillis(200));
    assertThat(told).contains("lost");
    assertThat(kernel.left()).isEmpty();
  }

  @Test
  void policiesOfOthersStay() throws Exception {
    by(IpsecMode.POLICY);
    kernel.policies.add("policy in 0.0.0.0/0 10.9.0.2/32");
    assertThatThrownBy(this::handOver).hasMessageContaining("of somebody else's");
    assertThat(kernel.left()).containsExactly("policy in 0.0.0.0/0 10.9.0.2/32");
  }

  @Test
  void withoutXfrmInterfacesAVtiDoesTheSame() throws Exception {
    kernel.lacks.add("xfrm");
    by(IpsecMode.AUTO);
    handOver();
    assertThat(association.description()).isEqualTo("ESP in the kernel (vti)");
    assertThat(kernel.diverts()).isTrue();
    assertThat(kernel.policies)
        .containsExactly(
            "policy in 0.0.0.0/0 0.0.0.0/0",
            "policy in 0:0:0:0:0:0:0:0/0 0:0:0:0:0:0:0:0/0",
            "policy out 0.0.0.0/0 0.0.0.0/0",
            "policy out 0:0:0:0:0:0:0:0/0 0:0:0:0:0:0:0:0/0");
    XfrmSaId sending = kernel.id(String.format("ESP SA 0x%08x to 192.0.2.1", OUT));
    assertThat(sending.mark()).isNotZero();
    kernel.pass(in(), 1);
    kernel.pass(out(), 100);
    engine.probe(0, loop.now(), out);
    association.replace(offer(0x2000_0001, 0x2000_0002, 3), loop.now());
    loop.advance(Duration.ofSeconds(45));
    assertThat(kernel.sas).hasSize(2);
    assertThat(told).doesNotContain("lost");
    association.close();
    assertThat(kernel.left()).isEmpty();
  }

  /** It would take their packets, as that of another takes ours. */
  @Test
  void aVtiStandsAlone() throws Exception {
    InetAddress here = InetAddress.getByName("192.0.2.2");
    kernel.others.add(new XfrmSaId(InetAddress.getByName("192.0.2.77"), 7, 5));
    kernel.others.add(new XfrmSaId(here, 7, 0));
    by(IpsecMode.VTI);
    assertThatThrownBy(this::handOver)
        .isInstanceOfSatisfying(
            VpnException.class, e -> assertThat(e.kind()).isEqualTo(VpnException.Kind.OTHER))
        .hasMessageContaining("another tunnel to it: ESP SA 0x00000007 to 192.0.2.2");
    assertThat(kernel.left()).isEmpty();
    by(IpsecMode.REDIRECT);
    handOver();
    association.close();
    kernel.others.add(new XfrmSaId(here, 8, 5));
    for (IpsecMode other : List.of(IpsecMode.REDIRECT, IpsecMode.POLICY)) {
      by(other);
      assertThatThrownBy(this::handOver).hasMessageContaining("a VTI takes all ESP from 192.0.2.1");
      assertThat(kernel.left()).isEmpty();
    }
    kernel.others.clear();
    handOver();
  }

  /** It is for two addresses: with another one for the socket it is made anew. */
  @Test
  void aVtiFollowsTheSocket() throws Exception {
    by(IpsecMode.VTI);
    handOver();
    List<String> links = List.copyOf(kernel.links.keySet());
    association.takeBack(loop.now());
    handOver();
    assertThat(kernel.links.keySet()).containsExactlyElementsOf(links);
    association.takeBack(loop.now());
    socket.local = new InetSocketAddress("192.0.2.77", 40000);
    handOver();
    assertThat(kernel.links.keySet()).hasSize(2).isNotEqualTo(links);
    association.close();
    assertThat(kernel.left()).isEmpty();
  }

  /** Policies are left to be asked for: no filter for the TUN would see what comes. */
  @Test
  void whereNoWayIsThereAllThatLacksIsNamed() throws Exception {
    kernel.lacks.addAll(List.of("xfrm", "vti"));
    for (IpsecMode wanted : List.of(IpsecMode.AUTO, IpsecMode.REDIRECT, IpsecMode.VTI)) {
      by(wanted);
      assertThatThrownBy(this::handOver)
          .isInstanceOfSatisfying(
              VpnException.class, e -> assertThat(e.kind()).isEqualTo(VpnException.Kind.PRIVILEGE))
          .satisfies(
              e ->
                  assertThat(String.valueOf(e.getMessage()).contains("modprobe xfrm_interface"))
                      .isEqualTo(wanted != IpsecMode.VTI))
          .satisfies(
              e ->
                  assertThat(String.valueOf(e.getMessage()).contains("modprobe -a ip_vti"))
                      .isEqualTo(wanted != IpsecMode.REDIRECT));
      association.close();
      assertThat(kernel.left()).isEmpty();
    }
    by(IpsecMode.POLICY);
    handOver();
    assertThat(association.description()).isEqualTo("ESP in the kernel (policy)");
  }

  @Test
  void withoutTheModuleForIpsecItIsNamed() throws Exception {
    KernelIpsec without =
        new KernelIpsec(
            loop,
            new SecureRandom(),
            () -> {
              throw new SystemCallException("socket", "netlink", Errno.EPROTONOSUPPORT);
            },
            journals,
            Runnable::run,
            IpsecMode.AUTO);
    association.close();
    association = (KernelAssociation) without.associate(offer(OUT, IN, 1));
    engine = association.open(socket);
    assertThatThrownBy(this::handOver)
        .isInstanceOfSatisfying(
            VpnException.class, e -> assertThat(e.kind()).isEqualTo(VpnException.Kind.PRIVILEGE))
        .hasMessageContaining("CONFIG_XFRM_USER")
        .hasMessageContaining("modprobe xfrm_user");
    assertThat(send(1)).isNotNull();
  }

  /** No other interface helps there, so it is said once. */
  @Test
  void withoutClsactItIsNamedOnce() throws Exception {
    kernel.lacks.add("clsact");
    by(IpsecMode.AUTO);
    assertThatThrownBy(this::handOver)
        .satisfies(
            e ->
                assertThat(String.valueOf(e.getMessage()).split("CONFIG_NET_SCH_INGRESS", -1))
                    .hasSize(2))
        .hasMessageContaining("modprobe -a sch_ingress");
    assertThat(kernel.left()).isEmpty();
    by(IpsecMode.POLICY);
    handOver();
  }

  @ParameterizedTest
  @EnumSource(names = {"REDIRECT", "VTI", "POLICY"})
  void aHostWithoutIpv6IsServed(IpsecMode way) throws Exception {
    kernel.fixed = "ipv6/";
    by(way);
    handOver();
    kernel.pass(in(), 1);
    loop.advance(Duration.ofSeconds(1));
    assertThat(kernel.leads()).isTrue();
    assertThat(told).doesNotContain("lost");
  }

  /** As in a container that may change its network, but for the switches of /proc/sys. */
  @ParameterizedTest
  @EnumSource(names = {"REDIRECT", "VTI", "POLICY"})
  void whereSettingsAreFixedNothingIsLeft(IpsecMode way) throws Exception {
    kernel.fixed = "";
    by(way);
    assertThatThrownBy(this::handOver)
        .isInstanceOfSatisfying(
            VpnException.class, e -> assertThat(e.kind()).isEqualTo(VpnException.Kind.PRIVILEGE))
        .hasMessageStartingWith("ESP stays in userspace: ")
        .hasMessageContaining("tun0/disable_policy cannot be set");
    association.close();
    assertThat(kernel.left()).isEmpty();
  }

  @Test
  void aTunThatIsDeletedIsFoundMissing() throws Exception {
    handOver();
    kernel.pass(in(), 1);
    kernel.deleteTun();
    loop.advance(Duration.ofSeconds(25));
    assertThat(told).contains("lost");
    association.close();
    assertThat(kernel.left()).isEmpty();
    assertThat(socket.kernelTakes).isFalse();
  }

  @Test
  void theSameKeysTwiceChangeNothing() throws Exception {
    handOver();
    kernel.pass(in(), 1);
    association.replace(offer(0x2000_0001, 0x2000_0002, 3), loop.now());
    List<String> sas = List.copyOf(kernel.sas.keySet());
    kernel.pass(kernel.id("ESP SA 0x20000001 to 192.0.2.1"), 7);
    association.replace(offer(0x2000_0001, 0x2000_0002, 3), loop.now());
    assertThat(kernel.sas.keySet()).containsExactlyElementsOf(sas);
    loop.advance(Duration.ofMinutes(2));
    assertThat(kernel.sas.keySet()).hasSize(2).allMatch(id -> id.contains("2000000"));
    assertThat(told).doesNotContain("lost");
    association.takeBack(loop.now());
    // Behind what the kernel sent with them, and not far.
    assertThat(number(send(1))).isBetween(8L, 1000L);
  }

  /** The same is not said twice, and what may be better soon is waited for. */
  @Test
  void aSecondWayIsNoAnswerToEveryRefusal() throws Exception {
    // Behind all SAs, the one that was tried out, its removal, and the TUN's index.
    kernel.failAt(4, Errno.ENOMEM);
    by(IpsecMode.AUTO);
    assertThatThrownBy(this::handOver)
        .isInstanceOfSatisfying(
            VpnException.class, e -> assertThat(e.kind()).isEqualTo(VpnException.Kind.OTHER))
        .hasMessageContaining("for now");
    kernel.failAt(0, Errno.ENOMEM);
    assertThat(kernel.left()).isEmpty();
  }

  static Stream<Arguments> refusals() {
    return eachWay(
        Errno.ENOMEM,
        Errno.EEXIST,
        Errno.ESRCH,
        Errno.EPERM,
        Errno.ENOENT,
        Errno.EOPNOTSUPP,
        Errno.EINVAL,
        Errno.ENOSYS);
  }

  static Stream<Arguments> laterRefusals() {
    return eachWay(
        Errno.ENOMEM,
        Errno.EEXIST,
        Errno.ESRCH,
        Errno.EPERM,
        Errno.ENOBUFS,
        Errno.EIO,
        Errno.OTHER);
  }

  private static Stream<Arguments> eachWay(Errno... errors) {
    return Stream.of(IpsecMode.REDIRECT, IpsecMode.VTI, IpsecMode.POLICY)
        .flatMap(
            way ->
                Stream.of(errors)
                    // Of a policy that says that it is gone, and nobody insists on its removal.
                    .filter(errno -> way != IpsecMode.POLICY || errno != Errno.ENOENT)
                    .map(errno -> Arguments.of(way, errno)));
  }

  private void by(IpsecMode wanted) throws Exception {
    association.close();
    mode = wanted;
    begin();
  }

  @Test
  void closingTheSocketTakesBackFirst() throws Exception {
    handOver();
    engine.close();
    assertThat(kernel.diverts()).isFalse();
    assertThat(kernel.sas).isEmpty();
  }

  private void handOver() throws VpnException {
    association.handOver(TUN, ROUND_TRIP, new Told());
  }

  private XfrmSaId out() {
    return kernel.id(String.format("ESP SA 0x%08x to 192.0.2.1", OUT));
  }

  private XfrmSaId in() {
    return kernel.id(String.format("ESP SA 0x%08x to 192.0.2.2", IN));
  }

  /** Seals packets in this process; the last datagram. */
  private byte[] send(int count) {
    byte[] packet = new byte[100];
    ByteBuffer.wrap(packet).put(0, (byte) 0x45).putShort(2, (short) 100);
    byte[] last = packet;
    for (int i = 0; i < count; i++) {
      PacketBatch batch = new PacketBatch(1, 2048, 64);
      batch.append(packet, 0, packet.length);
      engine.seal(batch, loop.now(), out);
      last = Arrays.copyOfRange(batch.array(), batch.offset(0), batch.offset(0) + batch.length(0));
    }
    return last;
  }

  private static int spi(byte[] datagram) {
    return ByteBuffer.wrap(datagram).getInt(0);
  }

  private static long number(byte[] datagram) {
    return Integer.toUnsignedLong(ByteBuffer.wrap(datagram).getInt(4));
  }

  private KernelAssociation associate(EspOffer offer) {
    try {
      return (KernelAssociation)
          new KernelIpsec(
                  loop,
                  new SecureRandom(),
                  () -> kernel,
                  path(),
                  task -> background.execute(task),
                  mode)
              .associate(offer);
    } catch (VpnException e) {
      throw new AssertionError(e);
    }
  }

  /** Not set yet while fields are being made. */
  private Path path() {
    return Optional.ofNullable(journals).orElse(Path.of("/nowhere"));
  }

  private static EspOffer offer(int out, int in, int seed) {
    return offer(out, in, seed, Inner.IPV4_AND_IPV6);
  }

  private static EspOffer offer(int out, int in, int seed, Inner inner) {
    return new EspOffer(
        "ESP",
        4500,
        sa(out, seed),
        sa(in, seed + 1),
        new ProbeRule("00", 4),
        Duration.ZERO,
        Optional.empty(),
        inner);
  }

  private static SaParameters sa(int spi, int seed) {
    byte[] key = new byte[16];
    byte[] integrity = new byte[20];
    Arrays.fill(key, (byte) seed);
    Arrays.fill(integrity, (byte) seed);
    return new SaParameters(
        spi,
        EspCipher.AES_128_CBC,
        SecretBytes.owning(key),
        EspMac.HMAC_SHA1_96,
        SecretBytes.owning(integrity),
        1,
        64);
  }

  private final class Told implements KernelOffload.Listener {
    @Override
    public void lost(String reason) {
      told.add("lost");
      association.takeBack(loop.now());
    }

    @Override
    public void silent(String reason) {
      told.add("silent");
    }

    @Override
    public void moved(KernelOffload.Moved by) {
      told.add(
          "moved "
              + by.packetsIn()
              + "/"
              + by.bytesIn()
              + " "
              + by.packetsOut()
              + "/"
              + by.bytesOut()
              + (by.lost() == 0 ? "" : " lost " + by.lost()));
    }
  }

  private static final class Said implements DatagramOutput {
    @Override
    public void send(byte[] bytes, int offset, int length) {}

    @Override
    public void event(DatagramEvent event) {}
  }
}
