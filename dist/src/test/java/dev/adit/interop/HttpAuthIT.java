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
import org.junit.jupiter.params.provider.ValueSource;

/**
 * HTTP authentication instead of a form: our client, curl and openconnect 9.01 at our gateway. That
 * curl is let in says that the gateway is right; that we are let in, that we are.
 */
class HttpAuthIT {
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
    "digest, -q",
    "digest-sha256, -q",
    "ntlm, -q",
    "'ntlm,digest,basic', --http-auth=digest",
    "basic, --http-auth=basic",
  })
  void thePasswordLetsUsIn(String schemes, String option) {
    Gateway gateway = gateway(schemes);
    AditProcess adit = gateway.client(option, "--interface=vpn0", "--no-dtls");
    adit.await("connected", 1);
    String taken = option.startsWith("--") ? option.substring(12) : schemes;
    assertThat(gateway.text()).contains("event http-auth " + taken + "\nevent login alice");
    assertThat(gateway.count("refused")).isZero();
    assertThat(lab.client("ping", "-c", "1", "-W", "2", Gateway.INNER)).contains(" 0% packet loss");
    adit.signal("TERM");
    assertThat(adit.exitCode()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "digest, -q",
    "digest-sha256, -q",
    "ntlm, -q",
    "basic, --http-auth=basic",
  })
  void aWrongPasswordIsTriedOnceAndEndsWithTen(String scheme, String option) {
    Gateway gateway = gateway(scheme);
    Command adit = adit(gateway, "not it", option);
    assertThat(adit.exitCode()).as(adit.err()).isEqualTo(10);
    assertThat(adit.err())
        .contains("the server refused")
        .contains("\"Password\"")
        .doesNotContain("not it");
    assertThat(gateway.count("refused")).isEqualTo(1);
  }

  @Test
  void thePasswordItselfIsShownOnlyToWhomTheUserNames() {
    Gateway gateway = gateway("basic");
    Command adit = adit(gateway, Gateway.PASSWORD);
    assertThat(adit.exitCode()).as(adit.err()).isEqualTo(10);
    assertThat(adit.err()).contains("HTTP authentication (Basic)", "--http-auth=basic");
    assertThat(gateway.count("refused")).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-q", "--http-auth=digest", "--http-auth=negotiate"})
  void aServerThatHasFormsTooLetsUsInByEither(String option) {
    Gateway gateway = gateway("digest,forms");
    assertThat(adit(gateway, Gateway.PASSWORD, option).ok()).isNotBlank();
    assertThat(gateway.count("http-auth")).isEqualTo(option.endsWith("digest") ? 1 : 0);
  }

  @Test
  void aTokenIsShownAsItIs() {
    Gateway gateway = gateway("bearer", "--user=alice:eyJhbGciOi.J9");
    lab.file("token", "eyJhbGciOi.J9");
    lab.file("old", "eyJhbGciOi.J8");
    String at = "--token-secret=@" + lab.directory();
    assertThat(adit(gateway, "", "--token-mode=oidc", at + "/token").ok()).isNotBlank();
    Command refused = adit(gateway, "", "--token-mode=oidc", at + "/old");
    assertThat(refused.exitCode()).as(refused.err()).isEqualTo(10);
    assertThat(refused.err()).contains("--token-secret").doesNotContain("eyJ");
    Command without = adit(gateway, Gateway.PASSWORD);
    assertThat(without.exitCode()).as(without.err()).isEqualTo(10);
    assertThat(without.err()).contains("HTTP authentication (Bearer)", "--token-mode=oidc");
    assertThat(gateway.count("refused")).isEqualTo(1);
  }

  /** It has no password for the HTTP authentication of a server. */
  @Test
  void openconnectIsShownTheFormAfterIt() {
    Gateway gateway = gateway("digest,forms");
    Command openconnect = openconnect(gateway, Gateway.PASSWORD + "\n");
    assertThat(openconnect.out()).as(openconnect.err() + gateway.text()).contains("COOKIE=");
    assertThat(openconnect.err()).contains("401 Unauthorized");
  }

  @Test
  void openconnectIsLetInByATokenToo() {
    Gateway gateway = gateway("bearer", "--user=alice:eyJhbGciOi.J9");
    Command openconnect =
        openconnect(gateway, "", "--token-mode=oidc", "--token-secret=eyJhbGciOi.J9");
    assertThat(openconnect.out()).as(openconnect.err() + gateway.text()).contains("COOKIE=");
  }

  @ParameterizedTest
  @CsvSource({"digest, --digest", "digest-sha256, --digest", "ntlm, --ntlm", "basic, --basic"})
  void curlAgreesWithTheGateway(String scheme, String option) {
    Gateway gateway = gateway(scheme);
    String user = Gateway.USER + ":";
    assertThat(lab.client(curl(option, user + Gateway.PASSWORD))).contains("type=\"complete\"");
    lab.client(curl(option, user + "not it"));
    assertThat(gateway.count("http-auth")).isEqualTo(1);
    assertThat(gateway.count("refused")).isEqualTo(1);
  }

  private static String[] curl(String option, String user) {
    return new String[] {
      "curl",
      "-sk",
      "--http1.1",
      option,
      "-u",
      user,
      "-d",
      "<config-auth/>",
      "https://" + Lab.SERVER
    };
  }

  private Gateway gateway(String schemes, String... more) {
    List<String> arguments = new ArrayList<>(List.of("--option=http-auth=" + schemes));
    arguments.addAll(List.of(more));
    return Gateway.start(lab, arguments.toArray(String[]::new));
  }

  private Command adit(Gateway gateway, String password, String... more) {
    List<String> argv =
        new ArrayList<>(
            lab.inClient(
                AditProcess.launcher(),
                "--cookieonly",
                "--non-inter",
                "--user=" + Gateway.USER,
                "--servercert=" + gateway.pin()));
    if (!password.isEmpty()) {
      argv.add("--passwd-on-stdin");
    }
    argv.addAll(List.of(more));
    argv.add(Lab.SERVER);
    return Command.run(Duration.ofSeconds(30), password + "\n", argv);
  }

  private Command openconnect(Gateway gateway, String stdin, String... more) {
    List<String> argv =
        new ArrayList<>(
            lab.inClient(
                "openconnect",
                "-v",
                "--authenticate",
                "--non-inter",
                "--user=" + Gateway.USER,
                "--servercert=" + gateway.pin()));
    if (!stdin.isEmpty()) {
      argv.add("--passwd-on-stdin");
    }
    argv.addAll(List.of(more));
    argv.add("https://" + Lab.SERVER);
    return Command.run(Duration.ofSeconds(30), stdin, argv);
  }
}
