package dev.adit.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.api.auth.HostCheckHelper;
import dev.adit.api.auth.HostCheckRequest;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.secret.SecretText;
import dev.adit.core.sys.ProcessControl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The user's program as a helper: descriptor 0 is the socket, for both directions. */
@Timeout(60)
class HostCheckProcessTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir Path directory;

  @Test
  void speaksAndListensOnDescriptorZero() throws Exception {
    try (HostChecks checks =
        checks("read a; read b; echo \"$1 $TNCC_HOSTNAME $a-$b\" >&0; read c")) {
      HostCheckHelper helper = checks.start(request());
      say(helper, "start\nIC=vpn.test\n");
      assertThat(line(helper)).isEqualTo("vpn.test laptop start-IC=vpn.test");
    }
  }

  @Test
  void carriageReturnsAreDroppedAndLinesAreKeptApart() throws Exception {
    try (HostChecks checks =
        checks("printf '200\\r\\n3\\nabc' >&0; printf 'def\\n\\n' >&0; read x")) {
      HostCheckHelper helper = checks.start(request());
      assertThat(List.of(line(helper), line(helper), line(helper), line(helper)))
          .containsExactly("200", "3", "abcdef", "");
      assertThat(helper.readLine(Duration.ofMillis(50))).isEmpty();
    }
  }

  /** As the one that is run to its end: a secret in our environment is none of its business. */
  @Test
  void ofOurEnvironmentItSeesLittle() throws Exception {
    try (HostChecks checks = checks("names=$(env | sed 's/=.*//'); echo $names >&0; read x")) {
      assertThat(List.of(line(checks.start(request())).split(" ")))
          .contains("PATH", "TNCC_HOSTNAME")
          // What a shell sets by itself.
          .isSubsetOf(
              "PATH",
              "HOME",
              "LANG",
              "LC_ALL",
              "TZ",
              "TMPDIR",
              "TNCC_HOSTNAME",
              "PWD",
              "SHLVL",
              "_",
              "OLDPWD");
    }
  }

  @Test
  void itsStandardOutputIsNoAnswer() throws Exception {
    try (HostChecks checks = checks("echo chatter; echo answer >&0; read x")) {
      assertThat(line(checks.start(request()))).isEqualTo("answer");
    }
  }

  @Test
  void endsWithTheSession() throws Exception {
    Path trace = directory.resolve("trace");
    try (HostChecks checks = checks("echo up >&0; while read x; do :; done; touch " + trace)) {
      assertThat(line(checks.start(request()))).isEqualTo("up");
      assertThat(trace).doesNotExist();
    }
    assertThat(trace).exists();
  }

  @Test
  void oneThatStaysIsHungUpOn() throws Exception {
    Path trace = directory.resolve("trace");
    HostChecks checks =
        checks("trap 'touch " + trace + "; exit' HUP; echo up >&0; while :; do sleep 0.1; done");
    assertThat(line(checks.start(request()))).isEqualTo("up");
    checks.close();
    for (int i = 0; i < 100 && !Files.exists(trace); i++) {
      TimeUnit.MILLISECONDS.sleep(50);
    }
    assertThat(trace).exists();
  }

  @Test
  void aSecondOneEndsTheFirst() throws Exception {
    Path trace = directory.resolve("trace");
    try (HostChecks checks = checks("echo up >&0; while read x; do :; done; echo end >>" + trace)) {
      assertThat(line(checks.start(request()))).isEqualTo("up");
      assertThat(line(checks.start(request()))).isEqualTo("up");
      assertThat(trace).hasContent("end");
    }
    assertThat(trace).hasContent("end\nend");
  }

  @Test
  void howItEndedIsSaid() throws Exception {
    try (HostChecks checks = checks("exit 7")) {
      HostCheckHelper helper = checks.start(request());
      fails(() -> helper.readLine(SOON), "ended with exit code 7");
      fails(() -> say(helper, "setcookie\n"), "ended with exit code 7");
    }
  }

  @Test
  void aLineWithoutEndIsCutOff() throws Exception {
    try (HostChecks checks = checks("printf '%05000d' 1 >&0; read x")) {
      HostCheckHelper helper = checks.start(request());
      fails(() -> helper.readLine(SOON), "more than 1024 bytes");
    }
  }

  @Test
  void aProgramThatDoesNotExistIsNamed() {
    HostChecker none =
        new HostChecker("/no/such/program", Optional.empty(), Duration.ofSeconds(30));
    try (HostChecks checks = new HostChecks(Optional.of(none), Optional.empty())) {
      fails(() -> checks.start(request()), "/no/such/program cannot be run");
    }
  }

  @Test
  void withoutAProgramTheOptionIsNamed() {
    try (HostChecks checks = new HostChecks(Optional.empty(), Optional.empty())) {
      fails(() -> checks.start(request()), "test), and no program is named for it: --csd-wrapper");
    }
  }

  @Test
  void runsAsTheUserThatIsNamed() throws Exception {
    if (ProcessControl.isRoot()) {
      HostChecker program =
          new HostChecker(
              script("id -u >&0; read x"), Optional.of("65534"), Duration.ofSeconds(30));
      try (HostChecks checks = new HostChecks(Optional.of(program), Optional.empty())) {
        assertThat(line(checks.start(request()))).isEqualTo("65534");
      }
    } else {
      HostChecker program =
          new HostChecker(
              script("id -u >&0; read x"), Optional.of("65534"), Duration.ofSeconds(30));
      try (HostChecks checks = new HostChecks(Optional.of(program), Optional.empty())) {
        HostCheckHelper helper = checks.start(request());
        fails(() -> helper.readLine(SOON), "ended with exit code");
      }
    }
  }

  @Test
  void anInterruptEndsTheWait() throws Exception {
    try (HostChecks checks = checks("read x")) {
      HostCheckHelper helper = checks.start(request());
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> helper.readLine(SOON)).isInstanceOf(InterruptedException.class);
    }
  }

  @Test
  void isRepeatedAlsoAfterAFailureUntilTheSessionEnds() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    CountDownLatch thrice = new CountDownLatch(3);
    HostChecks checks = new HostChecks(Optional.empty(), Optional.of(Duration.ofMillis(5)));
    checks.repeat(
        Optional.of(Duration.ofDays(1)),
        () -> {
          thrice.countDown();
          if (calls.incrementAndGet() == 1) {
            throw new VpnException(Kind.HOST_CHECK, "not now");
          }
        });
    assertThat(thrice.await(20, TimeUnit.SECONDS)).isTrue();
    checks.close();
    int last = calls.get();
    TimeUnit.MILLISECONDS.sleep(100);
    assertThat(calls.get()).isBetween(last, last + 1);
  }

  @Test
  void nobodyWantsItSoItIsNotRepeated() {
    try (HostChecks checks = new HostChecks(Optional.empty(), Optional.empty())) {
      checks.repeat(
          Optional.empty(),
          () -> {
            throw new AssertionError("called");
          });
      assertThat(checks.isRepeating()).isFalse();
    }
  }

  private HostChecks checks(String script) throws IOException {
    return new HostChecks(
        Optional.of(new HostChecker(script(script), Optional.empty(), Duration.ofSeconds(30))),
        Optional.empty());
  }

  private String script(String text) throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
    Path program = Files.writeString(directory.resolve("helper"), "#!/bin/sh\n" + text + "\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    return program.toString();
  }

  private static HostCheckRequest request() {
    return new HostCheckRequest(
        List.of("vpn.test"), Map.of("TNCC_HOSTNAME", "laptop"), List.of("test"));
  }

  private static void say(HostCheckHelper helper, String text) throws Exception {
    try (SecretText secret = SecretText.of(text)) {
      helper.send(secret);
    }
  }

  private static String line(HostCheckHelper helper) throws Exception {
    try (SecretText line = helper.readLine(SOON).orElseThrow()) {
      return line.reveal();
    }
  }

  private static void fails(ThrowingCallable call, String how) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            VpnException.class, e -> assertThat(e.kind()).isEqualTo(Kind.HOST_CHECK))
        .hasMessageContaining(how);
  }
}
