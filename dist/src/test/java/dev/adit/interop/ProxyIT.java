package dev.adit.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A proxy on the way, named by option or environment; it writes down what it is asked for. */
class ProxyIT {
  private Lab lab;
  private Gateway gateway;
  private Path asked;

  @BeforeEach
  void open() throws Exception {
    lab = new Lab();
    gateway = Gateway.start(lab);
    asked = Files.writeString(lab.directory().resolve("asked"), "");
    Path script =
        lab.file(
            "proxy.sh",
            "#!/bin/bash",
            "read -r line; echo \"$line\" >> " + asked,
            "while read -r header && [ \"$header\" != $'\\r' ]; do",
            "  echo \"$header\" >> " + asked,
            "done",
            "printf 'HTTP/1.1 200 OK\\r\\n\\r\\n'",
            "exec socat - TCP:" + Lab.SERVER + ":443");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    lab.start(
        lab.directory().resolve("proxy.out"),
        lab.inServer("socat", "TCP-LISTEN:3128,reuseaddr,fork", "EXEC:" + script));
    Lab.await(
        "the proxy listens",
        Duration.ofSeconds(5),
        () -> lab.server("ss", "-Hltn", "sport", "=", "3128").contains("LISTEN"));
  }

  @AfterEach
  void close() {
    lab.close();
  }

  @ParameterizedTest
  @CsvSource({
    "https_proxy=http://192.0.2.1:3128, -q, true",
    "HTTPS_PROXY=http://192.0.2.1:3128, -q, true",
    "all_proxy=http://192.0.2.1:3128, -q, true",
    "ALL_PROXY=192.0.2.1:3128, -q, true",
    "x=y, --proxy=http://192.0.2.1:3128, true",
    "https_proxy=http://192.0.2.1:1, --proxy=http://192.0.2.1:3128, true",
    "https_proxy=http://192.0.2.1:3128, --no-proxy, false",
    "https_proxy=http://192.0.2.1:3128 no_proxy=test, -q, false",
    "https_proxy=http://192.0.2.1:3128 NO_PROXY=.test, -q, false",
    "https_proxy=http://192.0.2.1:3128 no_proxy=other.test, -q, true",
  })
  void isTakenOrNot(String environment, String option, boolean through) throws Exception {
    List<String> argv = new ArrayList<>(lab.inClient("env", "-u", "no_proxy", "-u", "NO_PROXY"));
    argv.addAll(List.of(environment.split(" ", -1)));
    argv.addAll(
        List.of(
            AditProcess.launcher(),
            "--cookieonly",
            "--user=" + Gateway.USER,
            "--passwd-on-stdin",
            "--servercert=" + gateway.pin(),
            option,
            "vpn.test"));
    Command adit = Command.run(Duration.ofSeconds(30), Gateway.PASSWORD + "\n", argv);
    assertThat(adit.ok()).isNotBlank();
    assertThat(Files.readString(asked).contains("CONNECT vpn.test:443 HTTP/1.1"))
        .isEqualTo(through);
  }

  @Test
  void aTunnelGoesThroughItAndKeepsTheWayToIt() throws Exception {
    String before = lab.clientState();
    AditProcess adit =
        AditProcess.start(
            lab,
            Gateway.PASSWORD + "\n",
            "--user=" + Gateway.USER,
            "--passwd-on-stdin",
            "--servercert=" + gateway.pin(),
            "--proxy=http://al%40ice:secret@" + Lab.SERVER + ":3128",
            "--proxy-auth=basic",
            "--interface=vpn0",
            "vpn.test");
    adit.await("connected", 1);
    assertThat(lab.client("ping", "-c", "1", "-W", "2", Gateway.INNER)).contains(" 0% packet loss");
    assertThat(Files.readString(asked)).contains("Proxy-Authorization: Basic YWxAaWNlOnNlY3JldA==");
    assertThat(adit.toString()).doesNotContain("secret");
    adit.signal("TERM");
    assertThat(adit.exitCode()).isZero();
    assertThat(lab.clientState()).isEqualTo(before);
  }

  @Test
  void oneThatIsNotThereIsNamedAsTheProxy() {
    Command adit =
        Command.run(
            Duration.ofSeconds(30),
            "",
            lab.inClient(
                AditProcess.launcher(),
                "--non-inter",
                "--proxy=http://u:secret@" + Lab.SERVER + ":1",
                "vpn.test"));
    assertThat(adit.exitCode()).isEqualTo(12);
    assertThat(adit.err())
        .contains("proxy http://192.0.2.1:1: ")
        .contains("connection refused")
        .contains("--no-proxy")
        .doesNotContain("secret");
  }
}
