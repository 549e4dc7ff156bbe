package dev.adit.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Everything that can be wrong: the message names it, the exit code tells it apart, the host is as
 * it was, and nobody sees a stack trace.
 */
class BadInputIT {
  private Lab lab;

  @BeforeEach
  void open() {
    lab = new Lab();
  }

  @AfterEach
  void close() {
    lab.close();
  }

  @ParameterizedTest
  @CsvSource({
    "http-error, 12, answers 500",
    "redirect-loop, 1, redirects",
    "endless-header, 1, head of more than 65536 bytes",
    "huge-body, 1, longer than 4194304 bytes",
    "wrong-content-length, 12, expected: 400; received: 13",
    "html-instead-of-xml, 1, a web page (HTML)",
    "xml-entities, 1, which may hide entities",
    "expired-cookie, 2, does not accept the session cookie",
    "refuse, 1, no more licences",
    "no-route-sense, 1, an IP address",
  })
  void whatTheServerDoesWrongIsSaid(String fault, int exitCode, String message) {
    Gateway gateway = Gateway.start(lab);
    gateway.faults(fault);
    String before = lab.clientState();
    Command adit = adit(gateway, Gateway.PASSWORD);
    assertThat(adit.err()).contains(message);
    assertSound(adit, exitCode);
    assertThat(lab.clientState()).isEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource({"oversized-frame", "truncated-frame", "bad-magic"})
  void aBrokenFrameLosesTheConnectionAndNotTheSession(String fault) {
    Gateway gateway = Gateway.start(lab);
    gateway.faults(fault);
    AditProcess adit = gateway.clientByTls();
    adit.await("reconnecting", 1);
    gateway.faults();
    gateway.await("tunnel", 2);
    Lab.await("a ping", Duration.ofSeconds(10), () -> lab.isAnswered(Gateway.INNER));
    adit.signal("TERM");
    assertThat(adit.exitCode()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"unknown-frame-type", "torn"})
  void whatIsMerelyOddIsBorne(String fault) {
    Gateway gateway = Gateway.start(lab);
    gateway.faults(fault);
    AditProcess adit = gateway.clientByTls();
    adit.await("connected", 1);
    Lab.await("a ping", Duration.ofSeconds(10), () -> lab.isAnswered(Gateway.INNER));
    assertThat(adit.count("reconnecting")).isZero();
    adit.signal("TERM");
    assertThat(adit.exitCode()).isZero();
  }

  @Test
  void anotherAddressOnReconnectIsAppliedAsADifference() {
    Gateway gateway = Gateway.start(lab);
    AditProcess adit = gateway.clientByTls();
    String first = adit.await("connected", 1).path("ipv4").asText();
    gateway.faults("changed-address", "cut");
    adit.await("reconfigured", 1);
    String second = adit.await("connected", 2).path("ipv4").asText();
    assertThat(second).isNotEqualTo(first);
    assertThat(lab.client("ip", "-4", "addr", "show", "vpn0"))
        .contains(second)
        .doesNotContain(first);
    Lab.await("a ping", Duration.ofSeconds(10), () -> lab.isAnswered(Gateway.INNER));
    adit.signal("TERM");
    assertThat(adit.exitCode()).isZero();
  }

  @Test
  void anotherNetworkOnReconnectIsAppliedAsADifference() {
    Gateway gateway = Gateway.start(lab);
    String before = lab.clientState();
    AditProcess adit = gateway.clientByTls();
    adit.await("connected", 1);
    assertThat(lab.client("ip", "-6", "route", "get", Gateway.INNER_6)).contains("dev vpn0");
    String index = lab.client("cat", "/sys/class/net/vpn0/ifindex");
    for (int tunnel = 2; tunnel <= 3; tunnel++) {
      gateway.faults("changed-network", "changed-address", "cut");
      adit.await("reconfigured", tunnel - 1);
      gateway.faults("changed-network");
      adit.await("connected", tunnel);
      assertThat(lab.client("ip", "-4", "route", "show", "dev", "vpn0"))
          .contains("10." + tunnel + ".0.0/16", "198.18.0.0/16")
          .doesNotContain("10." + (tunnel - 1) + ".0.0/16");
      assertThat(lab.client("ip", "-6", "route", "show", "dev", "vpn0"))
          .doesNotContain("2001:2:0:1::/64");
      assertThat(lab.client("cat", "/etc/resolv.conf"))
          .contains("nameserver 10." + tunnel + ".0.53", "net" + tunnel + ".test")
          .doesNotContain("10." + (tunnel - 1) + ".0.53");
      Lab.await("a ping", Duration.ofSeconds(10), () -> lab.isAnswered(Gateway.INNER));
    }
    assertThat(lab.client("cat", "/sys/class/net/vpn0/ifindex")).isEqualTo(index);
    adit.signal("TERM");
    assertThat(adit.exitCode()).isZero();
    assertThat(lab.clientState()).isEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource({"0, nothing", "68, got 68", "70000, got 70000"})
  void anMtuThatMakesNoSenseIsSaid(String mtu, String words) {
    Gateway gateway = Gateway.start(lab, "--option=mtu=" + mtu);
    String before = lab.clientState();
    Command adit = adit(gateway, Gateway.PASSWORD);
    assertThat(adit.err()).contains("X-CSTP-MTU").contains("576 to 16128").contains(words);
    assertSound(adit, 1);
    assertThat(lab.clientState()).isEqualTo(before);
  }

  @Test
  void silenceOfTheWholeGatewayIsNoticedByDpd() {
    Gateway gateway = Gateway.start(lab);
    AditProcess adit = gateway.clientByTls("--force-dpd=1");
    adit.await("connected", 1);
    gateway.faults("silence");
    assertThat(adit.await("reconnecting", 1).path("reason").asText())
        .contains("nothing received for");
    adit.signal("TERM");
    assertThat(adit.exitCode()).isZero();
  }

  @Test
  void aWrongPasswordEndsWithTen() {
    Gateway gateway = Gateway.start(lab);
    Command adit = adit(gateway, "not it");
    assertSound(adit, 10);
    assertThat(adit.err()).contains("Login failed").doesNotContain("not it");
  }

  @Test
  void whoMistypesAtATerminalIsToldAndAskedAgain() {
    Gateway gateway = Gateway.start(lab);
    Terminal terminal =
        Terminal.start(
            lab,
            lab.inClient(
                AditProcess.launcher(),
                "--cookieonly",
                "--user=" + Gateway.USER,
                "--servercert=" + gateway.pin(),
                Lab.SERVER));
    terminal.await("Please enter your username and password.\nPassword: ").type("not it");
    terminal.await("Login failed.\nUsername: ").type(Gateway.USER);
    terminal.await("Password: ").type(Gateway.PASSWORD);
    assertThat(terminal.exitCode()).as(terminal.text()).isZero();
    assertThat(terminal.text()).doesNotContain("not it").doesNotContain(Gateway.PASSWORD);
  }

  @Test
  void portsThatAreNoGatewayEndWithTwelve() {
    for (String[] one :
        new String[][] {
          {Lab.SERVER + ":4433", "connection refused"},
          {"no-such-host.invalid", "does not resolve"},
        }) {
      Command adit = run("", "--non-inter", "--user=x", one[0]);
      assertSound(adit, 12);
      assertThat(adit.err()).contains(one[1]);
    }
    lab.start(
        lab.directory().resolve("banner"),
        // Reads on, or socat may end with it before its words are passed on.
        lab.inServer("socat", "TCP-LISTEN:2222,reuseaddr,fork", "SYSTEM:echo SSH-2.0-x; cat"));
    Lab.await(
        "socat listens",
        Duration.ofSeconds(5),
        () -> lab.server("ss", "-Hltn", "sport", "=", "2222").contains("LISTEN"));
    Command adit = run("", "--non-inter", "--user=x", Lab.SERVER + ":2222");
    assertSound(adit, 12);
    assertThat(adit.err()).contains("does not answer in TLS");
  }

  @ParameterizedTest
  @CsvSource({
    "--mtu=68, 13, 576 to 16128",
    "--interface=a-name-that-is-too-long, 13, at most 15",
    "--servercert=sha1:00, 13, SHA-1 is refused",
    "--servercert=pin-sha256:AAAA, 13, it is not whole",
    "--cafile=/no/such/file, 13, cannot be read",
    "--os=amiga, 13, linux-64",
    "--protocol=pptp, 15, no plugin for --protocol=pptp",
    "--no-such-option, 13, unknown option",
    "--passtos, 13, not in this version",
    "--setuid=no-such-user, 13, no such user",
    "--events=xml, 13, expected json",
    "--proxy=ftp://x, 13, expected http://",
  })
  void whatTheUserSaysWrongIsSaid(String option, int exitCode, String message) {
    Gateway gateway = Gateway.start(lab);
    List<String> arguments =
        new ArrayList<>(List.of("--non-inter", "--user=" + Gateway.USER, "--passwd-on-stdin"));
    if (!option.startsWith("--servercert") && !option.startsWith("--cafile")) {
      arguments.add("--servercert=" + gateway.pin());
    }
    arguments.add(option);
    arguments.add(Lab.SERVER);
    Command adit = run(Gateway.PASSWORD + "\n", arguments.toArray(new String[0]));
    assertThat(adit.err()).contains(message);
    assertSound(adit, exitCode);
  }

  @Test
  void aTakenInterfaceNameEndsWithTheRemedy() {
    Gateway gateway = Gateway.start(lab);
    lab.client("ip", "link", "add", "vpn7", "type", "veth", "peer", "name", "vpn8");
    Command adit =
        run(
            Gateway.PASSWORD + "\n",
            "--non-inter",
            "--user=" + Gateway.USER,
            "--passwd-on-stdin",
            "--servercert=" + gateway.pin(),
            "--interface=vpn7",
            Lab.SERVER);
    assertThat(adit.err()).contains("interface vpn7").contains("--interface");
    assertSound(adit, 1);
  }

  @Test
  void standardInputThatIsEmptyIsSaid() {
    Gateway gateway = Gateway.start(lab);
    Command adit =
        run("", "--user=x", "--passwd-on-stdin", "--servercert=" + gateway.pin(), Lab.SERVER);
    assertThat(adit.err()).contains("standard input is empty or closed");
    assertSound(adit, 13);
  }

  @Test
  void whatAKilledProcessLeftIsUndoneByRecover() throws IOException {
    Gateway gateway = Gateway.start(lab, "--route=192.0.2.0/24");
    String before = lab.clientState();
    AditProcess adit = gateway.clientByTls();
    adit.await("connected", 1);
    assertThat(lab.clientState()).isNotEqualTo(before);
    adit.signal("KILL");
    adit.exitCode();
    assertThat(lab.clientState()).as("something is left").isNotEqualTo(before);
    Command recover = run("", "recover");
    assertThat(recover.ok()).contains("Undone");
    assertThat(lab.clientState()).isEqualTo(before);
    try (var files = Files.list(lab.directory().resolve("run"))) {
      assertThat(files.filter(f -> f.toString().endsWith(".journal"))).isEmpty();
    }
  }

  private Command adit(Gateway gateway, String password) {
    return run(
        password + "\n",
        "--non-inter",
        "--user=" + Gateway.USER,
        "--passwd-on-stdin",
        "--servercert=" + gateway.pin(),
        "--reconnect-timeout=2",
        Lab.SERVER);
  }

  private Command run(String stdin, String... arguments) {
    return AditProcess.run(lab, stdin, arguments);
  }

  private static void assertSound(Command adit, int exitCode) {
    assertThat(adit.err()).doesNotContain("\tat ").doesNotContain("Exception");
    assertThat(adit.exitCode()).as(adit.err()).isEqualTo(exitCode);
  }
}
