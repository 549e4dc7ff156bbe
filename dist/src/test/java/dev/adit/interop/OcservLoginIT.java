package dev.adit.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ways to log in at ocserv, by TLS 1.2 and 1.3, and how each goes wrong. */
class OcservLoginIT {
  /** Of RFC 4226's test vectors, in hex as liboath wants it and for us. */
  private static final String SEED = "3132333435363738393031323334353637383930";

  private Lab lab;
  private Ocserv ocserv;

  @BeforeEach
  void open() {
    lab = new Lab();
    ocserv = new Ocserv(lab).with("route = 10.99.0.0/255.255.0.0");
  }

  @AfterEach
  void close() {
    lab.close();
  }

  @ParameterizedTest
  @CsvSource({"NORMAL:-VERS-ALL:+VERS-TLS1.2, TLSv1.2", "NORMAL:-VERS-ALL:+VERS-TLS1.3, TLSv1.3"})
  void byPasswordInEachVersionOfTls(String priorities, String version) {
    ocserv.withPassword().with("tls-priorities = \"" + priorities + "\"").start();
    AditProcess adit = adit(Ocserv.PASSWORD, "--user=" + Ocserv.USER);
    assertThat(adit.await("connected", 1).path("tls").asText()).isEqualTo(version);
    goOff(adit);
  }

  @Test
  void byTheOlderFormsWithoutXml() {
    ocserv.withPassword().start();
    AditProcess adit = adit(Ocserv.PASSWORD, "--user=" + Ocserv.USER, "--no-xmlpost");
    adit.await("connected", 1);
    goOff(adit);
  }

  @Test
  void byCertificateAndPasswordTogether() {
    ocserv.withPassword().with("auth = \"certificate\"", "cert-user-oid = 2.5.4.3").start();
    AditProcess without = adit(Ocserv.PASSWORD, "--user=" + Ocserv.USER);
    assertThat(without.exitCode()).as(without.log()).isEqualTo(10);
    AditProcess adit =
        adit(
            Ocserv.PASSWORD,
            "--user=" + Ocserv.USER,
            "--certificate=" + ocserv.path("user.pem"),
            "--sslkey=" + ocserv.path("user.key"));
    adit.await("connected", 1);
    goOff(adit);
  }

  @ParameterizedTest
  @CsvSource({"staff", "Staff of the office", "'staff of'"})
  void byGroupWhateverItIsCalled(String group) {
    groups();
    AditProcess adit = adit(Ocserv.PASSWORD, "--user=" + Ocserv.USER, "--authgroup=" + group);
    adit.await("connected", 1);
    assertThat(ocserv.users().get(0).path("Groupname").asText()).isEqualTo("staff");
    goOff(adit);
  }

  @Test
  void aGroupThatDoesNotExistIsNamedBesideThoseThatDo() {
    groups();
    AditProcess adit = adit(Ocserv.PASSWORD, "--user=" + Ocserv.USER, "--authgroup=nobody");
    assertThat(adit.exitCode()).isEqualTo(10);
    assertThat(adit.log()).contains("nobody", "Staff of the office", "guests");
  }

  @Test
  void whoSitsAtATerminalSeesTheForms() {
    groups();
    Terminal terminal =
        Terminal.start(
            lab,
            lab.inClient(
                AditProcess.launcher(),
                "--cookieonly",
                "--cafile=" + ocserv.path("ca.pem"),
                "vpn.test"));
    String group = "Group (number or name) [Staff of the office]: ";
    terminal.await("   1  Staff of the office").await("   2  guests").await(group).type("nobody");
    terminal.await("there is no \"nobody\" in the list").type("2");
    terminal.await("Please enter your username.").await("Username: ").type(Ocserv.USER);
    terminal.await("Please enter your password.").await("Password: ").type(Ocserv.PASSWORD);
    assertThat(terminal.exitCode()).as(terminal.text()).isZero();
    assertThat(terminal.text()).contains("webvpn=").doesNotContain(Ocserv.PASSWORD);
  }

  @Test
  void withoutAGroupTheFirstOfTheListStands() {
    groups();
    AditProcess adit = adit(Ocserv.PASSWORD, "--user=" + Ocserv.USER, "--non-inter");
    adit.await("connected", 1);
    assertThat(ocserv.users().get(0).path("Groupname").asText()).isEqualTo("staff");
    goOff(adit);
  }

  @Test
  void byOneTimeCodeAfterThePassword() {
    codes();
    AditProcess adit =
        adit(
            Ocserv.PASSWORD,
            "--user=" + Ocserv.USER,
            "--token-mode=totp",
            "--token-secret=0x" + SEED);
    adit.await("connected", 1);
    goOff(adit);
  }

  @Test
  void aWrongCodeIsRefusedAndNotGivenAgain() {
    codes();
    AditProcess adit =
        adit(
            Ocserv.PASSWORD,
            "--user=" + Ocserv.USER,
            "--non-inter",
            "--token-mode=totp",
            "--token-secret=0x" + SEED.replace('3', '4'));
    assertThat(adit.exitCode()).as(adit.log()).isEqualTo(10);
    assertThat(adit.log()).contains("the clock").doesNotContain(Ocserv.PASSWORD);
  }

  @Test
  void aCodeThatWasUsedIsRefusedAndTheCounterSeesToIt() throws IOException {
    Path seed = hotpSeed();
    for (String left : List.of(",1", ",2")) {
      AditProcess adit = hotp(":");
      adit.await("connected", 1);
      goOff(adit);
      assertThat(seed).content().startsWith("0x" + SEED + left);
    }
    Files.writeString(seed, "0x" + SEED + ",0");
    AditProcess adit = hotp(":");
    assertThat(adit.exitCode()).as(adit.log()).isEqualTo(10);
    assertThat(adit.log()).contains("a code is good once").doesNotContain(SEED);
  }

  @Test
  void aCounterThatCannotBeKeptGivesNoCode() throws IOException {
    Path seed = hotpSeed();
    Path token = seed.getParent();
    AditProcess adit =
        hotp("mount --bind " + token + " " + token + " && mount -o remount,bind,ro " + token);
    assertThat(adit.exitCode()).as(adit.log()).isEqualTo(13);
    assertThat(adit.log()).contains("the counter of the token cannot be kept in " + seed);
    assertThat(seed).content().startsWith("0x" + SEED + ",0");
  }

  private Path hotpSeed() throws IOException {
    codes("HOTP");
    Files.createDirectories(lab.directory().resolve("token"));
    return lab.file("token/seed", "0x" + SEED + ",0");
  }

  /** With the code that is next in the file. */
  private AditProcess hotp(String preparation) {
    return AditProcess.startAfter(
        lab,
        preparation,
        Ocserv.PASSWORD + "\n",
        "--cafile=" + ocserv.path("ca.pem"),
        "--interface=vpn0",
        "--passwd-on-stdin",
        "--user=" + Ocserv.USER,
        "--token-mode=hotp",
        "--token-secret=@" + lab.directory().resolve("token/seed"),
        "--non-inter",
        "vpn.test");
  }

  private void groups() {
    // ocpasswd has made the user; its groups are the second field.
    try {
      Path passwd = Path.of(ocserv.path("passwd"));
      Files.writeString(passwd, Files.readString(passwd).replaceFirst(":[^:]*:", ":staff,guests:"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    ocserv
        .withPassword()
        .with("select-group = staff[Staff of the office]", "select-group = guests")
        .start();
  }

  private void codes() {
    codes("HOTP/T30/6");
  }

  private void codes(String kind) {
    Path users = lab.file("otp", kind + " " + Ocserv.USER + " - " + SEED);
    users.toFile().setReadable(true, false);
    users.toFile().setWritable(true, false);
    ocserv.with("auth = \"plain[passwd=" + ocserv.path("passwd") + ",otp=" + users + "]\"").start();
  }

  private AditProcess adit(String password, String... arguments) {
    List<String> argv =
        new ArrayList<>(
            List.of("--cafile=" + ocserv.path("ca.pem"), "--interface=vpn0", "--passwd-on-stdin"));
    argv.addAll(List.of(arguments));
    argv.add("vpn.test");
    return AditProcess.start(lab, password + "\n", argv.toArray(new String[0]));
  }

  private static void goOff(AditProcess adit) {
    adit.signal("TERM");
    assertThat(adit.exitCode()).isZero();
  }
}
