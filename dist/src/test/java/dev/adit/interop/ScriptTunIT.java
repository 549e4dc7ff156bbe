package dev.adit.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code --script-tun}: a program has the packets, and nothing of it needs a privilege. */
final class ScriptTunIT {
  /** Answers ICMP echo requests: packets in, packets out, one by one. */
  private static final String ECHO =
      """
      open(my $fd, '+<&=', $ENV{VPNFD}) or die "VPNFD: $!";
      open(my $seen, '>', $ARGV[0]) or die;
      print $seen "$_=$ENV{$_}\\n" for sort grep { /^(INTERNAL|CISCO|VPN|reason|TUN)/ } keys %ENV;
      print $seen "uid=$<\\n"; close $seen;
      while (sysread($fd, my $p, 65536)) {
        next unless ord($p) >> 4 == 4 && ord(substr($p, 9, 1)) == 1 && ord(substr($p, 20, 1)) == 8;
        my $body = chr(0) . chr(0) . pack('n', 0) . substr($p, 24);
        my $sum = 0; $sum += $_ for unpack('n*', $body . (length($body) & 1 ? chr(0) : ''));
        $sum = ($sum & 0xffff) + ($sum >> 16) while $sum >> 16;
        substr($body, 2, 2) = pack('n', ~$sum & 0xffff);
        syswrite($fd, substr($p, 0, 12) . substr($p, 16, 4) . substr($p, 12, 4) . $body);
      }
      """;

  private Lab lab;
  private Gateway gateway;

  @BeforeEach
  void open() {
    lab = new Lab();
    gateway = Gateway.start(lab);
  }

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void programWithoutPrivilegeAnswersPings() throws IOException {
    Path seen = world("seen", "");
    Path program = world("echo.pl", ECHO);
    Files.setPosixFilePermissions(lab.directory(), PosixFilePermissions.fromString("rwxr-xr-x"));
    String before = lab.clientState();
    Path home = Files.createDirectory(lab.directory().resolve("home"));
    lab.client("chown", "65534:65534", home.toString(), seen.toString());
    AditProcess adit =
        AditProcess.startAfter(
            lab,
            "export XDG_RUNTIME_DIR="
                + home
                + " HOME="
                + home
                + "; unset ADIT_RUN_DIR\n"
                + "set -- setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all"
                + " \"$@\"",
            Gateway.PASSWORD + "\n",
            "--user=" + Gateway.USER,
            "--passwd-on-stdin",
            "--servercert=" + gateway.pin(),
            "--script-tun",
            "--script=perl " + program + " " + seen,
            Lab.SERVER);
    String address = adit.await("connected", 1).path("ipv4").asText().replaceAll("/.*", "");
    Lab.await(
        "an answer",
        Duration.ofSeconds(10),
        () ->
            Command.run(Duration.ofSeconds(5), "", lab.inServer("ping", "-c1", "-W1", address))
                    .exitCode()
                == 0);
    assertThat(lab.server("ping", "-c5", "-i0.2", address)).contains(" 0% packet loss");
    assertThat(Files.readString(seen))
        .contains("INTERNAL_IP4_ADDRESS=" + address)
        .contains("VPNFD=3")
        .contains("VPNGATEWAY=" + Lab.SERVER)
        .contains("reason=connect")
        .contains("uid=65534")
        .contains("CISCO_SPLIT_INC_0_ADDR=198.18.0.0");
    assertThat(lab.clientState()).isEqualTo(before);
    assertThat(home.resolve("adit")).isDirectoryContaining(p -> p.toString().endsWith(".control"));
    adit.signal("TERM");
    assertThat(adit.exitCode()).isZero();
    gateway.await("logout", 1);
  }

  @Test
  void endOfTheProgramEndsTheSession() {
    AditProcess adit = start("--script-tun", "--script=sleep 1; exit 3");
    adit.await("connected", 1);
    assertThat(adit.exitCode()).isEqualTo(1);
    assertThat(adit.log())
        .contains("the program of --script-tun ended with 3")
        .doesNotContain("Exception");
    gateway.await("logout", 1);
  }

  @Test
  void needsAProgram() {
    AditProcess adit = start("--script-tun");
    assertThat(adit.exitCode()).isEqualTo(13);
    assertThat(adit.log()).contains("--script-tun").contains("--script=CMD");
  }

  private AditProcess start(String... arguments) {
    String[] all = new String[arguments.length + 4];
    all[0] = "--user=" + Gateway.USER;
    all[1] = "--passwd-on-stdin";
    all[2] = "--servercert=" + gateway.pin();
    System.arraycopy(arguments, 0, all, 3, arguments.length);
    all[all.length - 1] = Lab.SERVER;
    return AditProcess.start(lab, Gateway.PASSWORD + "\n", all);
  }

  private Path world(String name, String text) throws IOException {
    Path file = lab.directory().resolve(name);
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    return file;
  }
}
