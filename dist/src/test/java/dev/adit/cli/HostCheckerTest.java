package dev.adit.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.api.auth.HostCheckRequest;
import dev.adit.api.auth.HostCheckResult;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.core.sys.ProcessControl;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The user's program for the host check. */
class HostCheckerTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @TempDir Path directory;

  @Test
  void getsArgumentsAndEnvironmentAsTheyAre() throws Exception {
    HostCheckResult result = check("printf '[%s]' \"$@\" \"$CSD_TOKEN\"", Optional.empty());
    assertThat(result.exitCode()).isZero();
    assertThat(result.output()).isEqualTo("[][-ticket][\"a b\"; id][T2]");
  }

  @Test
  void itsExitCodeAndWordsAreTold() throws Exception {
    HostCheckResult result = check("echo out; echo err >&2; exit 7", Optional.empty());
    assertThat(result.exitCode()).isEqualTo(7);
    assertThat(result.output()).isEqualTo("out\nerr\n");
  }

  @Test
  void manyWordsDoNotBlockIt() throws Exception {
    HostCheckResult result = check("head -c 3000000 /dev/zero | tr '\\0' x", Optional.empty());
    assertThat(result.exitCode()).isZero();
    assertThat(result.output()).hasSize(64 << 10);
  }

  @Test
  void runsAsTheUserThatIsNamed() throws Exception {
    // Who is not root can become nobody else; then it says so.
    for (String user : List.of("nobody", "65534", "4242")) {
      HostCheckResult result = check("id -u; id -g; id -G", Optional.of(user));
      if (ProcessControl.isRoot()) {
        String uid = user.equals("nobody") ? "65534" : user;
        assertThat(result.output()).isEqualTo(uid + "\n" + uid + "\n" + uid + "\n");
      } else {
        assertThat(result.exitCode()).isNotZero();
      }
    }
  }

  @Test
  void aUserWhoDoesNotExistRunsNothing() throws Exception {
    Path trace = directory.resolve("trace");
    HostCheckResult result = check("touch " + trace, Optional.of("no-such-user"));
    assertThat(result.exitCode()).isNotZero();
    assertThat(result.output()).contains("no-such-user");
    assertThat(trace).doesNotExist();
  }

  @Test
  void aProgramThatHangsIsEnded() throws Exception {
    Path program = program("echo $$ > " + directory.resolve("pid") + "; sleep 600");
    HostChecker checker =
        new HostChecker(program.toString(), Optional.empty(), Duration.ofSeconds(1));
    assertThatThrownBy(() -> checker.check(request()))
        .isInstanceOfSatisfying(
            VpnException.class, e -> assertThat(e.kind()).isEqualTo(Kind.HOST_CHECK))
        .hasMessageContaining("did not end within 1 s");
    String pid = Files.readString(directory.resolve("pid")).strip();
    // Killed, and gone as soon as the kernel comes to it.
    ProcessHandle.of(Long.parseLong(pid))
        .ifPresent(gone -> gone.onExit().orTimeout(5, TimeUnit.SECONDS).join());
  }

  @Test
  void ofOurEnvironmentItSeesLittle() throws Exception {
    String output = check("env", Optional.empty()).output();
    assertThat(output.lines().map(l -> l.replaceFirst("=.*", "")))
        .contains("CSD_TOKEN", "PATH")
        .isSubsetOf(
            "CSD_TOKEN",
            "PATH",
            "HOME",
            "LANG",
            "LC_ALL",
            "TZ",
            "TMPDIR",
            "PWD",
            "OLDPWD",
            "SHLVL",
            "_");
  }

  @Test
  void aProgramThatDoesNotExistIsNamed() {
    HostChecker checker = new HostChecker("/no/such/program", Optional.empty(), LIMIT);
    assertThatThrownBy(() -> checker.check(request()))
        .isInstanceOfSatisfying(
            VpnException.class, e -> assertThat(e.kind()).isEqualTo(Kind.HOST_CHECK))
        .hasMessageContaining("/no/such/program");
  }

  private HostCheckResult check(String script, Optional<String> user) throws Exception {
    return new HostChecker(program(script).toString(), user, LIMIT).check(request());
  }

  private Path program(String script) throws Exception {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path program = Files.writeString(directory.resolve("csd"), "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    return program;
  }

  private static HostCheckRequest request() {
    return new HostCheckRequest(
        List.of("", "-ticket", "\"a b\"; id"), Map.of("CSD_TOKEN", "T2"), List.of("test"));
  }
}
