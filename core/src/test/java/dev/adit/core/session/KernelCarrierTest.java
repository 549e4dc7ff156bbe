package dev.adit.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.api.datagram.DatagramEvent;
import dev.adit.api.datagram.EspOffer;
import dev.adit.api.datagram.EspOffer.ProbeRule;
import dev.adit.api.datagram.SaParameters;
import dev.adit.api.datagram.SaParameters.EspCipher;
import dev.adit.api.datagram.SaParameters.EspMac;
import dev.adit.api.secret.SecretBytes;
import dev.adit.api.tunnel.TunnelEngine.Farewell;
import dev.adit.api.tunnel.TunnelEvent;
import dev.adit.core.ipsec.FakeEspSocket;
import dev.adit.core.ipsec.FakeIpsecKernel;
import dev.adit.core.ipsec.IpsecMode;
import dev.adit.core.ipsec.KernelIpsec;
import dev.adit.core.sys.Errno;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A whole session with a kernel that refuses, loses answers, or is emptied by somebody else. */
final class KernelCarrierTest {
  @TempDir private Path journals;
  private FakeIpsecKernel kernel = new FakeIpsecKernel();
  private FakeEspSocket socket = new FakeEspSocket();
  private SessionRig rig = new SessionRig();
  private Executor background = Runnable::run;
  private IpsecMode mode = IpsecMode.REDIRECT;

  @BeforeEach
  void begin() {
    begin(healthy -> {});
  }

  /** A session that is connected, on a kernel to which something was done before it is asked. */
  private void begin(Consumer<FakeIpsecKernel> before) {
    kernel = new FakeIpsecKernel();
    before.accept(kernel);
    socket = new FakeEspSocket();
    rig =
        new SessionRig(
            loop ->
                new KernelIpsec(
                    loop,
                    new SecureRandom(),
                    () -> kernel,
                    journals,
                    task -> background.execute(task),
                    mode),
            socket::openOn);
    rig.session.start();
    rig.loop.settle();
    rig.tunnel().establish(SessionRig.config("10.9.0.2"), List.of(offer(1)));
    rig.loop.settle();
  }

  /** OTHER stands for an answer that is lost after the request was performed. */
  @ParameterizedTest
  @EnumSource(
      value = Errno.class,
      names = {"ENOMEM", "EEXIST", "ESRCH", "EPERM", "ENOBUFS", "EOPNOTSUPP", "OTHER"})
  void atWhateverStepItRefusesPacketsHaveAWay(Errno errno) {
    for (IpsecMode each : List.of(IpsecMode.REDIRECT, IpsecMode.POLICY, IpsecMode.AUTO)) {
      mode = each;
      refuseEachRequest(errno);
    }
  }

  private void refuseEachRequest(Errno errno) {
    for (int request = 0; ; request++) {
      int failing = request;
      begin(
          asked -> {
            if (errno == Errno.OTHER) {
              asked.loseAnswerAt(failing);
            } else {
              asked.failAt(failing, errno);
            }
          });
      up();
      traffic();
      rig.tunnel().event(new TunnelEvent.OffersChanged(List.of(offer(11)), ""));
      traffic();
      rig.loop.advance(Duration.ofSeconds(25));
      traffic();
      boolean over = kernel.requests() <= request;
      assertPacketsHaveAWay("request " + request);
      // Dark, which ends it in the kernel if nothing has.
      kernel.pass(5, 0);
      rig.loop.advance(Duration.ofSeconds(2));
      assertPacketsHaveAWay("dark after request " + request);
      kernel.failAt(-1, errno);
      rig.session.stop(Farewell.LOG_OFF);
      rig.loop.settle();
      assertThat(kernel.left()).as("request %d", request).noneMatch(l -> l.startsWith("7 egress"));
      if (over) {
        assertThat(request).isGreaterThan(20);
        return;
      }
    }
  }

  @Test
  void whoeverFlushesIsSurvived() {
    up();
    traffic();
    assertThat(carrier()).isEqualTo(Carrier.KERNEL);
    kernel.flush();
    rig.loop.settle();
    assertThat(carrier()).isNotEqualTo(Carrier.KERNEL);
    assertPacketsHaveAWay("flushed");
    // And the kernel has it again.
    for (int i = 0; i < 700 && carrier() != Carrier.KERNEL; i++) {
      rig.loop.advance(Duration.ofMillis(100));
    }
    traffic();
    assertThat(carrier()).isEqualTo(Carrier.KERNEL);
    assertThat(kernel.sends()).isTrue();
  }

  /** Whoever makes it fall so often: packets always have a way, and nothing piles up. */
  @Test
  void aHundredChangesInAMinuteLeaveNothingBehind() {
    up();
    long changes = 0;
    for (int i = 0; i < 100; i++) {
      traffic();
      if (carrier() == Carrier.KERNEL) {
        kernel.flush();
        changes++;
      } else {
        rig.tunnel().event(new TunnelEvent.OffersChanged(List.of(offer(11 + 2 * i)), ""));
      }
      rig.loop.settle();
      assertPacketsHaveAWay("change " + i);
      rig.loop.advance(Duration.ofMillis(100));
    }
    assertThat(changes).isPositive();
    assertThat(kernel.associations()).isLessThanOrEqualTo(8);
    rig.loop.advance(Duration.ofMinutes(2));
    for (int i = 0; i < 700 && carrier() != Carrier.KERNEL; i++) {
      rig.loop.advance(Duration.ofMillis(100));
    }
    traffic();
    assertPacketsHaveAWay("in the end");
    assertThat(kernel.associations()).isLessThanOrEqualTo(3);
    rig.session.stop(Farewell.LOG_OFF);
    rig.loop.settle();
    assertThat(kernel.left()).isEmpty();
  }

  @Test
  void aTunThatIsDeletedWhileTheKernelCarriesTakesNothingAlong() {
    up();
    traffic();
    assertThat(carrier()).isEqualTo(Carrier.KERNEL);
    kernel.deleteTun();
    rig.loop.advance(Duration.ofSeconds(25));
    assertPacketsHaveAWay("without a TUN");
    rig.session.stop(Farewell.LOG_OFF);
    rig.loop.settle();
    assertThat(kernel.left()).isEmpty();
    assertThat(socket.kernelTakes).isFalse();
  }

  @Test
  void theKernelIsAskedWhenTheRoundTripIsKnown() {
    rig.path().ready();
    rig.loop.advance(Duration.ofSeconds(10));
    assertThat(carrier()).isEqualTo(Carrier.UDP);
    rig.path().roundTripNanos = 900_000_000;
    rig.path().event(new DatagramEvent.ProbeAnswered(0));
    rig.loop.settle();
    assertThat(carrier()).isEqualTo(Carrier.KERNEL);
    assertThat(rig.path().rests).isEqualTo(1);
    // Its first question may be under way for so long.
    rig.loop.advance(Duration.ofMillis(800));
    assertThat(carrier()).isEqualTo(Carrier.KERNEL);
  }

  @Test
  void packetsGoOnWhileTheKernelLoadsWhatItNeeds() {
    List<Runnable> tasks = new ArrayList<>();
    background = tasks::add;
    begin();
    up();
    rig.loop.advance(Duration.ofSeconds(10));
    assertThat(tasks).hasSize(1);
    assertThat(carrier()).isEqualTo(Carrier.UDP);
    assertPacketsHaveAWay("not ready");
    tasks.get(0).run();
    rig.loop.advance(Duration.ofMillis(550));
    assertThat(carrier()).isEqualTo(Carrier.KERNEL);
  }

  @Test
  void whatIsLostBehindTheKernelIsInTheStatus() {
    up();
    traffic();
    traffic();
    kernel.lose(5);
    traffic();
    assertThat(rig.session.status().stats().lost()).isEqualTo(5);
  }

  private void up() {
    rig.path().roundTripNanos = 1_000_000;
    rig.path().ready();
  }

  /** Each SA passes some, both ways. */
  private void traffic() {
    rig.loop.settle();
    kernel.pass(3, 3);
    rig.loop.advance(Duration.ofMillis(500));
  }

  private void assertPacketsHaveAWay(String when) {
    if (carrier() == Carrier.KERNEL && kernel.leads()) {
      assertThat(kernel.sends() && socket.kernelTakes).as(when).isTrue();
      return;
    }
    assertThat(kernel.leads()).as(when).isFalse();
    assertThat(socket.kernelTakes).as(when).isEqualTo(carrier() == Carrier.KERNEL);
    int before = rig.path().sent + rig.tunnel().sent;
    rig.packets(1);
    rig.loop.settle();
    assertThat(rig.path().sent + rig.tunnel().sent).as(when).isEqualTo(before + 1);
    assertThat(carrier() == Carrier.UDP && rig.path().closed).as(when).isFalse();
  }

  private Carrier carrier() {
    return rig.events.stream()
        .filter(SessionEvent.CarrierChanged.class::isInstance)
        .map(event -> ((SessionEvent.CarrierChanged) event).kind())
        .reduce(Carrier.TLS, (before, last) -> last);
  }

  private static EspOffer offer(int keys) {
    return new EspOffer("ESP", 4500, sa(keys), sa(keys + 1), new ProbeRule("00", 4), Duration.ZERO);
  }

  private static SaParameters sa(int keys) {
    return new SaParameters(
        0x1000 + keys,
        EspCipher.AES_128_CBC,
        SecretBytes.owning(new byte[16]),
        EspMac.HMAC_SHA1_96,
        SecretBytes.owning(new byte[20]),
        1,
        64);
  }
}
