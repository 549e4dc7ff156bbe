package dev.adit.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
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

/** Options whose effect is seen outside of the process. */
class ProcessOptionsIT {
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
  void syslogTakesTheLogOnceConnected() throws IOException {
    Gateway gateway = Gateway.start(lab);
    // A /dev of its own for the process, with what it needs and the socket of a system log.
    Path root = Files.createDirectory(lab.directory().resolve("dev"));
    Files.createDirectory(root.resolve("net"));
    Path messages = lab.directory().resolve("messages");
    lab.start(
        lab.directory().resolve("socat.out"),
        List.of("socat", "-u", "UNIX-RECV:" + root.resolve("log"), "CREATE:" + messages));
    Lab.await("the log", Duration.ofSeconds(5), () -> Files.exists(root.resolve("log")));
    StringBuilder mounts = new StringBuilder("set -e\n");
    for (String node : List.of("null", "zero", "random", "urandom", "net/tun")) {
      Files.createFile(root.resolve(node));
      mounts
          .append("mount --bind /dev/")
          .append(node)
          .append(' ')
          .append(root.resolve(node))
          .append('\n');
    }
    mounts.append("mount --rbind ").append(root).append(" /dev\n");
    AditProcess adit =
        AditProcess.startAfter(
            lab,
            mounts.toString(),
            Gateway.PASSWORD + "\n",
            "--user=" + Gateway.USER,
            "--passwd-on-stdin",
            "--servercert=" + gateway.pin(),
            "--interface=vpn0",
            "--syslog",
            "--no-dtls",
            Lab.SERVER);
    adit.await("connected", 1);
    adit.signal("USR1");
    Lab.await(
        "counters in the system log:\n" + adit,
        Duration.ofSeconds(10),
        () -> text(messages).contains("reconnects=0"));
    // Facility daemon, severity info; the tag with the process id.
    assertThat(text(messages)).containsPattern("<30>[^<]*adit\\[" + "\\d+\\]");
    String console = adit.log();
    adit.signal("TERM");
    assertThat(adit.exitCode()).isZero();
    assertThat(adit.log()).as("nothing goes to the terminal any more").isEqualTo(console);
  }

  @ParameterizedTest
  @CsvSource({"--tcp-keepalive=7, true", "--tcp-keepalive, true", "-q, false"})
  void keepAliveIsOnTheConnection(String option, boolean expected) {
    Gateway gateway = Gateway.start(lab);
    AditProcess adit =
        AditProcess.start(
            lab,
            Gateway.PASSWORD + "\n",
            "--user=" + Gateway.USER,
            "--passwd-on-stdin",
            "--servercert=" + gateway.pin(),
            "--interface=vpn0",
            "--no-dtls",
            option,
            Lab.SERVER);
    adit.await("connected", 1);
    Lab.await("an idle connection", Duration.ofSeconds(5), () -> connection().contains("ESTAB"));
    if (expected) {
      Lab.await(
          "keep-alive: " + connection(),
          Duration.ofSeconds(5),
          () -> connection().contains("timer:(keepalive,"));
      int most = option.endsWith("7") ? 7 : 20;
      String seconds =
          connection().replaceAll("(?s).*timer:\\(keepalive,(\\d+)[.\\w]*,.*", "$1").strip();
      assertThat(Integer.parseInt(seconds)).isLessThanOrEqualTo(most);
    } else {
      assertThat(connection()).doesNotContain("keepalive");
    }
    // A connection that is made anew has it too.
    adit.signal("USR2");
    adit.await("connected", 2);
    if (expected) {
      Lab.await(
          "keep-alive again: " + connection(),
          Duration.ofSeconds(5),
          () -> connection().contains("timer:(keepalive,"));
    }
    adit.signal("TERM");
    assertThat(adit.exitCode()).isZero();
  }

  @Test
  void waitsForTheCarrierThatIsAskedFor() {
    lab.server(
        "nft",
        "add table inet dark; add chain inet dark i { type filter hook input priority 0; };"
            + " add rule inet dark i udp dport 443 drop;");
    Gateway gateway = Gateway.start(lab);
    Path pid = lab.directory().resolve("pid");
    AditProcess adit = waiting(gateway, "--wait-for=udp", "--pid-file=" + pid);
    adit.await("carrier", 1);
    assertThat(pid).doesNotExist();
    lab.server("nft", "delete", "table", "inet", "dark");
    assertThat(adit.await("carrier", 2).path("kind").asText()).isEqualTo("udp");
    Lab.await("the process id", Duration.ofSeconds(5), () -> Files.exists(pid));
    adit.signal("TERM");
    assertThat(adit.exitCode()).isZero();
    assertThat(pid).doesNotExist();
  }

  @Test
  void doesNotWaitLongerThanItIsTold() {
    Gateway gateway = Gateway.start(lab);
    AditProcess adit = waiting(gateway, "--wait-for=udp", "--wait-timeout=2", "--no-dtls");
    assertThat(adit.exitCode()).isEqualTo(12);
    assertThat(adit.log())
        .contains("packets do not go by udp after 2 s (--wait-timeout), but by TLS:")
        .contains("--no-dtls");
    gateway.await("logout", 1);
    AditProcess inTime = waiting(gateway, "--wait-for=tls", "--wait-timeout=10", "--no-dtls");
    inTime.await("carrier", 1);
    inTime.signal("TERM");
    assertThat(inTime.exitCode()).isZero();
  }

  @Test
  void statusIsWatchedUntilTheSessionEnds() throws Exception {
    Gateway gateway = Gateway.start(lab);
    AditProcess adit = waiting(gateway, "--wait-for=tls");
    adit.await("carrier", 2);
    Path text = lab.directory().resolve("watch");
    Path json = lab.directory().resolve("watch.json");
    Process reader = lab.start(text, watch());
    Process program = lab.start(json, watch("--json"));
    Lab.await(
        "a second look",
        Duration.ofSeconds(20),
        () -> text(text).contains("; now ") && text(json).lines().count() > 2);
    adit.signal("TERM");
    assertThat(adit.exitCode()).isZero();
    assertThat(reader.waitFor()).isZero();
    assertThat(program.waitFor()).isZero();
    assertThat(text(text).lines()).allMatch(l -> l.length() <= 80);
    for (String line : text(json).lines().toList()) {
      assertThat(new ObjectMapper().readTree(line).path("device").asText()).isEqualTo("vpn0");
    }
  }

  private List<String> watch(String... arguments) {
    List<String> argv = new ArrayList<>(lab.inClient(AditProcess.launcher(), "status", "--watch"));
    argv.addAll(List.of(arguments));
    return argv;
  }

  private AditProcess waiting(Gateway gateway, String... arguments) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "--user=" + Gateway.USER,
                "--passwd-on-stdin",
                "--servercert=" + gateway.pin(),
                "--interface=vpn0"));
    all.addAll(List.of(arguments));
    all.add(Lab.SERVER);
    return AditProcess.start(lab, Gateway.PASSWORD + "\n", all.toArray(new String[0]));
  }

  @Test
  void theHostCheckRunsAsTheUserThatIsNamed() throws Exception {
    Path box = Files.createDirectory(lab.directory().resolve("box"));
    Files.setPosixFilePermissions(box, PosixFilePermissions.fromString("rwxrwxrwx"));
    Path wrapper = csd("{ id -u; id -g; id -G; echo $CSD_TOKEN; } > " + box.resolve("seen"));
    try (HostCheckServer server = HostCheckServer.start(lab)) {
      Command adit = authenticate(server, wrapper, "nobody");
      assertThat(adit.exitCode()).as(adit.err()).isZero();
      assertThat(adit.out()).contains("COOKIE='").contains("host-checked");
      assertThat(Files.readString(box.resolve("seen"))).isEqualTo("65534\n65534\n65534\nT2\n");
      assertThat(Files.getAttribute(box.resolve("seen"), "unix:uid")).isEqualTo(65534);
    }
  }

  @Test
  void aHostCheckThatFailsIsSaidWithItsWords() throws Exception {
    Path wrapper = csd("echo no virus scanner here; exit 3");
    try (HostCheckServer server = HostCheckServer.start(lab)) {
      Command adit = authenticate(server, wrapper, "nobody");
      assertThat(adit.err()).contains("ended with exit code 3: no virus scanner here");
      adit = authenticate(server, wrapper, "no-such-user");
      assertThat(adit.err()).contains("ended with exit code").contains("no-such-user");
    }
  }

  private Command authenticate(HostCheckServer server, Path wrapper, String user) {
    List<String> argv =
        new ArrayList<>(
            lab.inClient(
                AditProcess.launcher(),
                "--authenticate",
                "--non-inter",
                "--user=alice",
                "--passwd-on-stdin",
                "--servercert=" + server.pin(),
                "--csd-wrapper=" + wrapper,
                "--csd-user=" + user,
                Lab.SERVER));
    return Command.run(Duration.ofSeconds(30), "secret\n", argv);
  }

  private Path csd(String script) throws IOException {
    Path file = lab.file("csd", "#!/bin/sh", script);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    return file;
  }

  private String connection() {
    return lab.client("ss", "-Htno", "dst", Lab.SERVER);
  }

  private static String text(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      return "";
    }
  }
}
