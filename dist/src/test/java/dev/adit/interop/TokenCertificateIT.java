package dev.adit.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A log-in at a real ocserv with a key that stays on a token. */
class TokenCertificateIT {
  private static final String TLS_1_2 = "NORMAL:-VERS-ALL:+VERS-TLS1.2";

  private Lab lab;
  private SoftToken token;
  private Ocserv server;

  @BeforeEach
  void open() {
    lab = new Lab();
    server = new Ocserv(lab).with("auth = \"certificate\"", "cert-user-oid = 2.5.4.3");
    token = new SoftToken(lab);
    lab.file("pin", SoftToken.PIN);
    lab.file("wrong", "hush-hush");
  }

  @AfterEach
  void close() {
    lab.close();
  }

  @ParameterizedTest
  @CsvSource({"rsa, NORMAL", "ecdsa, NORMAL", "rsa, " + TLS_1_2, "ecdsa, " + TLS_1_2})
  void logsIn(String kind, String priorities) {
    token.key("mine", kind, "01", Ocserv.USER);
    server.with("tls-priorities = \"" + priorities + "\"").start();
    Command adit =
        adit(
            "--certificate=pkcs11:token=adit%20lab;object=mine;type=cert",
            "--key-password=@" + path("pin"));
    assertThat(adit.ok()).contains("webvpn=");
    assertThat(adit.err()).contains("The client certificate expires in 29 days");
  }

  @Test
  void thePinMayComeFromTheUri() {
    token.key("mine", "ecdsa", "01", Ocserv.USER);
    server.start();
    assertThat(
            adit(
                    "--certificate=pkcs11:token=adit%20lab",
                    "--sslkey=pkcs11:token=adit%20lab;id=%01?pin-source=file:" + path("pin"))
                .ok())
        .contains("webvpn=");
  }

  @Test
  void severalThatMatchAreListedAndEachCanBeNamed() {
    token.key("first", "ecdsa", "01", "nobody");
    token.key("second", "ecdsa", "02", Ocserv.USER);
    Command adit = adit("--certificate=pkcs11:token=adit%20lab", "--key-password=@" + path("pin"));
    assertThat(adit.exitCode()).as(adit.err()).isEqualTo(13);
    assertThat(adit.err())
        .contains("several certificates match")
        .contains("id=%01;object=first;type=cert")
        .contains("id=%02;object=second;type=cert");
    String line =
        adit.err().lines().filter(l -> l.contains("object=second")).findFirst().orElseThrow();
    server.start();
    assertThat(adit("--certificate=" + line.strip(), "--key-password=@" + path("pin")).ok())
        .contains("webvpn=");
  }

  @Test
  void aWrongPinIsTriedOnceAndNotShown() {
    token.key("mine", "ecdsa", "01", Ocserv.USER);
    Command adit =
        adit("--certificate=pkcs11:token=adit%20lab", "--key-password=@" + path("wrong"));
    assertThat(adit.exitCode()).as(adit.err()).isEqualTo(10);
    assertThat(adit.err())
        .contains("PIN of token \"adit lab\" is wrong; it was tried once")
        .doesNotContain("hush");
  }

  @Test
  void thePinIsTypedAndNotShown() {
    token.key("mine", "ecdsa", "01", Ocserv.USER);
    server.start();
    Terminal terminal = Terminal.start(lab, atTerminal());
    terminal.await("PIN of token \"adit lab\": ").type(SoftToken.PIN);
    assertThat(terminal.exitCode()).as(terminal.text()).isZero();
    assertThat(terminal.text()).contains("webvpn=").doesNotContain(SoftToken.PIN);
  }

  @Test
  void aWrongPinThatIsTypedIsTriedOnceAndTheNextQuestionWarns() {
    token.key("mine", "ecdsa", "01", Ocserv.USER);
    Terminal terminal = Terminal.start(lab, atTerminal());
    terminal.await("PIN of token \"adit lab\": ").type("hush-hush");
    assertThat(terminal.exitCode()).as(terminal.text()).isEqualTo(10);
    assertThat(terminal.text())
        .contains("PIN of token \"adit lab\" is wrong; it was tried once")
        .doesNotContain("hush");
    server.start();
    terminal = Terminal.start(lab, atTerminal());
    terminal
        .await("PIN of token \"adit lab\" (a wrong one was given before): ")
        .type(SoftToken.PIN);
    assertThat(terminal.exitCode()).as(terminal.text()).isZero();
  }

  @Test
  void atTheLastTryNoPinIsTakenButAPersons() {
    token.key("mine", "ecdsa", "01", Ocserv.USER);
    token.lastTry();
    server.start();
    Command kept = adit("--certificate=pkcs11:token=adit%20lab", "--key-password=@" + path("pin"));
    assertThat(kept.exitCode()).as(kept.err()).isEqualTo(13);
    assertThat(kept.err())
        .contains("PIN of token \"adit lab\" (the last try before it is locked)")
        .contains("no other PIN is tried: type it at a terminal, without --non-inter");
    kept = adit("--certificate=pkcs11:token=adit%20lab?pin-source=file:" + path("pin"));
    assertThat(kept.exitCode()).as(kept.err()).isEqualTo(13);
    Terminal terminal = Terminal.start(lab, atTerminal("--key-password=@" + path("wrong")));
    terminal
        .await("PIN of token \"adit lab\" (the last try before it is locked): ")
        .type(SoftToken.PIN);
    assertThat(terminal.exitCode()).as(terminal.text()).isZero();
  }

  @Test
  void aTokenThatIsPulledOutIsNotMissedInTheSession() {
    token.key("mine", "ecdsa", "01", Ocserv.USER);
    server.with("route = 10.99.0.0/255.255.0.0").start();
    String certificate = "--certificate=pkcs11:token=adit%20lab";
    String pin = "--key-password=@" + path("pin");
    AditProcess adit =
        AditProcess.startAfter(
            lab,
            "export SOFTHSM2_CONF=" + path("softhsm2.conf"),
            "",
            "--cafile=" + path("ca.pem"),
            "--interface=vpn0",
            "--no-dtls",
            "--relogin=1",
            certificate,
            pin,
            Lab.SERVER);
    adit.await("connected", 1);
    token.pullOut();
    adit.signal("USR2");
    adit.await("connected", 2);
    assertThat(adit.log()).contains("Going on with the session's cookie alone.");
    lab.client("ping", "-c", "1", "-W", "2", "10.99.0.1");

    Command another = adit(certificate, pin);
    assertThat(another.exitCode()).as(another.err()).isEqualTo(13);
    assertThat(another.err()).contains("no token that --certificate=pkcs11:... names is there");

    // A new log-in needs what is gone.
    server.stop();
    server.start();
    assertThat(adit.exitCode()).as(adit.log()).isEqualTo(10);
    assertThat(adit.log()).contains("was its token removed?");
  }

  @Test
  void withoutAPinAndAPersonTheMessageSaysWhatIsMissing() {
    token.key("mine", "ecdsa", "01", Ocserv.USER);
    Command adit = adit("--certificate=pkcs11:token=adit%20lab");
    assertThat(adit.exitCode()).as(adit.err()).isEqualTo(13);
    assertThat(adit.err()).contains("PIN of token \"adit lab\"").contains("--key-password=@FILE");
  }

  @Test
  void anAbsentTokenIsNamedWithThoseThatAreThere() {
    Command adit = adit("--certificate=pkcs11:token=other", "--key-password=@" + path("pin"));
    assertThat(adit.exitCode()).as(adit.err()).isEqualTo(13);
    assertThat(adit.err())
        .contains("no token that --certificate=pkcs11:... names is there")
        .contains("there is \"adit lab\"");
    adit = adit("--certificate=pkcs11:token=adit%20lab;object=none");
    assertThat(adit.err()).contains("no certificate that --certificate=pkcs11:... names is on");
  }

  @Test
  void aPinInTheUriIsRefusedAndNotRepeated() {
    Command adit = adit("--certificate=pkcs11:token=adit%20lab?pin-value=" + SoftToken.PIN);
    assertThat(adit.exitCode()).as(adit.err()).isEqualTo(13);
    assertThat(adit.err()).contains("pin-value would show the PIN").doesNotContain(SoftToken.PIN);
  }

  private Command adit(String... arguments) {
    List<String> argv =
        new ArrayList<>(
            lab.inClient(
                token
                    .seen(
                        List.of(
                            AditProcess.launcher(),
                            "--cookieonly",
                            "--non-inter",
                            "--cafile=" + path("ca.pem")))
                    .toArray(new String[0])));
    argv.addAll(List.of(arguments));
    argv.add(Lab.SERVER);
    return Command.run(Duration.ofSeconds(60), "", argv);
  }

  private List<String> atTerminal(String... more) {
    List<String> argv =
        new ArrayList<>(
            List.of(
                AditProcess.launcher(),
                "--cookieonly",
                "--cafile=" + path("ca.pem"),
                "--certificate=pkcs11:token=adit%20lab"));
    argv.addAll(List.of(more));
    argv.add(Lab.SERVER);
    return lab.inClient(token.seen(argv).toArray(new String[0]));
  }

  private String path(String name) {
    return lab.directory().resolve(name).toString();
  }
}
