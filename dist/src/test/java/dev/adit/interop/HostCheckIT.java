package dev.adit.interop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The host check against our gateway: ours and openconnect 9.01 by one and the same program. */
class HostCheckIT {
  /** Does what the vendor's program does: asks what to report, and reports it. */
  private static final String REPORT =
      """
      shift; while [ $# -gt 1 ]; do case $1 in -ticket) t=${2#?}; t=${t%?};; -url) u=${2#?};; esac; shift; done
      h=${u#https://}; h=https://${h%%/*}
      c() { curl -sk --pinnedpubkey "sha256//$CSD_SHA256" -b "sdesktop=$CSD_TOKEN" "$@"; }
      c "$h/+CSCOE+/sdesktop/token.xml?ticket=$t&stub=0" | grep -q "$CSD_TOKEN" || exit 3
      c "$h/CACHE/sdesktop/data.xml" | grep -q hosts || exit 4
      c -d 'endpoint.os.version="Linux"; endpoint.file["hosts"].exists="true";' \\
        "$h/+CSCOE+/sdesktop/scan.xml?reusebrowser=1"
      """;

  private Lab lab;

  @BeforeEach
  void open() {
    lab = new Lab();
  }

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void theUsersProgramReportsAndTheLogSaysWhatWasAsked() throws Exception {
    Gateway gateway = gateway();
    AditProcess adit = gateway.clientByTls("--csd-wrapper=" + wrapper(REPORT), "--csd-user=nobody");
    adit.await("connected", 1);
    assertThat(gateway.text()).contains("event host-check passed");
    assertThat(adit.log()).contains("file /etc/hosts, process sshd");
    adit.signal("TERM");
    assertThat(adit.exitCode()).isZero();
  }

  @Test
  void openconnectPassesWithTheSameProgram() throws Exception {
    Gateway gateway = gateway();
    Command ended = Openconnect.authenticate(lab, gateway, "--csd-wrapper=" + wrapper(REPORT));
    assertThat(ended.exitCode()).as(ended.toString()).isZero();
    assertThat(ended.out()).contains("COOKIE=");
    assertThat(gateway.text()).contains("event host-check passed");
  }

  @ParameterizedTest
  @CsvSource({
    "'exit 3', 'ended with exit code 3'",
    "'echo \u001b[2Jnonsense; head -c 200000 /dev/urandom', 'did not accept the host check'",
    "'REPORT-NOTHING', 'did not accept the host check'",
  })
  void aProgramThatDoesNotPassEndsTheLogIn(String script, String said) throws Exception {
    Gateway gateway = gateway();
    String body =
        script.equals("REPORT-NOTHING")
            ? REPORT.replace("endpoint.os.version", "endpoint.nothing")
            // A verdict, so that the server is not waited for: a report that does not pass.
            : REPORT.replace("endpoint.os.version", "x") + script;
    AditProcess adit = gateway.clientByTls("--csd-wrapper=" + wrapper(body));
    assertThat(adit.exitCode()).as(adit.log()).isEqualTo(16);
    assertThat(adit.log()).contains(said).doesNotContain("\u001b[2J");
  }

  @Test
  void aProgramThatHangsIsEndedAndNamed() throws Exception {
    Gateway gateway = gateway();
    Path pid = lab.directory().resolve("pid");
    Path program = wrapper("echo $$ > " + pid + "; sleep 600");
    AditProcess adit = gateway.clientByTls("--csd-wrapper=" + program, "--csd-timeout=2");
    assertThat(adit.exitCode()).as(adit.log()).isEqualTo(16);
    assertThat(adit.log()).contains(program + " did not end within 2 s (--csd-timeout)");
    String hung = Files.readString(pid).strip();
    Lab.await(
        "its end", Duration.ofSeconds(5), () -> ProcessHandle.of(Long.parseLong(hung)).isEmpty());
    assertThat(gateway.count("login")).isZero();
  }

  @Test
  void withoutAProgramNothingIsRun() {
    Gateway gateway = gateway();
    AditProcess adit = gateway.clientByTls();
    assertThat(adit.exitCode()).isEqualTo(16);
    assertThat(adit.log()).contains("file /etc/hosts", "--csd-wrapper");
  }

  @Test
  void theCheckIsRepeated() throws Exception {
    Gateway gateway = gateway();
    AditProcess adit = gateway.clientByTls("--csd-wrapper=" + wrapper(REPORT), "--force-trojan=10");
    adit.await("connected", 1);
    gateway.await("host-check", 2);
    adit.signal("TERM");
    assertThat(adit.exitCode()).isZero();
  }

  private Gateway gateway() {
    return Gateway.start(lab, "--option=host-check=endpoint.os.version=\"Linux\"");
  }

  private Path wrapper(String script) throws Exception {
    Files.setPosixFilePermissions(lab.directory(), PosixFilePermissions.fromString("rwxr-xr-x"));
    Path file = lab.directory().resolve("csd");
    Files.write(file, ("#!/bin/sh\n" + script).getBytes(UTF_8));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    return file;
  }
}
