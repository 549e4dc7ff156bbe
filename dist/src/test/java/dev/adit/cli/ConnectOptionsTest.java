package dev.adit.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.api.error.VpnException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

class ConnectOptionsTest {
  /** OpenConnect's options: long name, short name or a hyphen, value; without value a flag. */
  private static final String SPELLINGS =
      """
      server - https://vpn.test
      protocol - nc
      usergroup g staff
      authgroup - Staff
      resolve - vpn.test:192.0.2.1
      sni - front.test
      os - win
      useragent - AnyConnect
      version-string - 4.10
      local-hostname - pc
      xmlconfig x profile.xml
      user u alice
      passwd-on-stdin -
      no-passwd -
      form-entry F main:field=value
      non-inter -
      token-mode - totp
      token-secret - base32:ABCD
      external-browser - firefox
      no-external-auth -
      http-auth - Basic
      csd-user - nobody
      csd-wrapper - /bin/true
      force-trojan - 60
      certificate c cert.pem
      sslkey k key.pem
      key-password p @file
      key-password-from-fsid -
      mca-certificate - cert2.pem
      mca-key - key2.pem
      mca-key-password - @file
      cert-expire-warning e 30
      servercert - pin-sha256:xyz
      cafile - ca.pem
      no-system-trust -
      pfs -
      cookie C webvpn=x
      cookie-on-stdin -
      cookieonly -
      printcookie -
      reconnect-timeout - 60
      force-dpd - 30
      no-dtls -
      dtls-local-port - 4433
      deflate d
      no-deflate D
      compression - none
      mtu m 1300
      base-mtu - 1400
      passtos -
      queue-len Q 64
      disable-ipv6 -
      proxy P http://proxy.test:3128
      no-proxy -
      libproxy -
      proxy-auth - basic
      interface i tun7
      script s /bin/true
      script-tun S
      config - vpn.json
      background b
      pid-file - /run/x.pid
      setuid U nobody
      syslog l
      timestamp -
      quiet q
      verbose v
      dump-http-traffic -
      help h
      version V
      juniper -
      gnutls-priority - NORMAL
      gnutls-debug - 3
      openssl-ciphers - DEFAULT
      no-cert-check -
      no-http-keepalive -
      """;

  static Stream<String> spellings() {
    return SPELLINGS.lines();
  }

  @ParameterizedTest
  @MethodSource("spellings")
  void everySpellingOfOpenConnectIsUnderstood(String row) {
    String[] spelling = row.split(" ", -1);
    String name = "--" + spelling[0];
    String letter = spelling[1].equals("-") ? "" : "-" + spelling[1];
    if (spelling.length == 2) {
      assertMatched(name, "true", name);
      if (!letter.isEmpty()) {
        assertMatched(name, "true", letter);
      }
      return;
    }
    String value = spelling[2];
    assertMatched(name, value, name, value);
    assertMatched(name, value, name + "=" + value);
    if (!letter.isEmpty()) {
      assertMatched(name, value, letter, value);
      assertMatched(name, value, letter + value);
    }
  }

  @Test
  void shortFlagsMayStandTogether() {
    ConnectOptions options = new ConnectOptions();
    new CommandLine(options).parseArgs("-bqvvualice", "vpn.test");
    assertThat(options.running.background && options.running.quiet).isTrue();
    assertThat(options.running.verbose).hasSize(2);
    assertThat(options.login.user).isEqualTo("alice");
    assertThat(options.server).isEqualTo("vpn.test");
  }

  @ParameterizedTest
  @CsvSource({
    "--authenticate vpn.test, shell, ",
    "--authenticate=json vpn.test, json, ",
    "vpn.test --authenticate, shell, ",
    "--tcp-keepalive vpn.test, , 20",
    "--tcp-keepalive=9 vpn.test, , 9",
  })
  void anOptionalValueIsJoinedByAnEqualsSignAlone(
      String line, String authenticate, Integer keepalive) {
    ConnectOptions options = new ConnectOptions();
    List<String> words = Words.withBareValues(List.of(line.split(" ", -1)));
    new CommandLine(options).parseArgs(words.toArray(new String[0]));
    assertThat(options.server).isEqualTo("vpn.test");
    assertThat(options.session.authenticate).isEqualTo(authenticate);
    assertThat(options.session.tcpKeepalive).isEqualTo(keepalive);
  }

  @Test
  void anAddressOfIpv6WithoutBracketsIsToldOfThem() {
    for (String bare : List.of("2001:db8::1", "::1", "fe80::1:443")) {
      ConnectOptions options = new ConnectOptions();
      options.server = bare;
      assertThatThrownBy(() -> new Choices(options).server())
          .hasMessageContaining("in brackets: [" + bare + "]");
    }
  }

  @Test
  void schemesThatThereAreNotAreNamed() {
    assertThatThrownBy(() -> check("--http-auth=digest,kerberos"))
        .hasMessage("--http-auth: \"kerberos\" is none of negotiate, ntlm, digest, basic");
    assertThatThrownBy(() -> check("--proxy-auth="))
        .hasMessageContaining("--proxy-auth: \"\" is none of");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--passtos",
        "--libproxy",
        "--gnutls-priority=NORMAL",
        "--openssl-ciphers=ALL",
        "--no-cert-check",
        "--no-http-keepalive",
        "--key-password-from-fsid",
      })
  void whatIsNotBuiltIsRefusedAndNamed(String word) {
    assertThatThrownBy(() -> check(word))
        .isInstanceOf(VpnException.class)
        .satisfies(e -> assertThat(ExitCode.of((VpnException) e)).isEqualTo(ExitCode.CONFIGURATION))
        .hasMessageContaining(word.replaceFirst("=.*", ""));
  }

  @Test
  void whatTheKernelSealsCannotBeClampedHere() throws VpnException {
    for (String how : List.of("redirect", "vti", "policy")) {
      assertThatThrownBy(() -> check("--clamp-mss", "--ipsec=" + how))
          .isInstanceOf(VpnException.class)
          .hasMessageContaining("--ipsec=" + how + ":")
          .hasMessageContaining("leave out one of them");
    }
    check("--clamp-mss", "--ipsec=auto");
  }

  @ParameterizedTest
  @CsvSource({
    "--os=beos, linux-64",
    "--relogin=101, 0 to 100",
    "--force-trojan=1, 10 to 86400",
    "--mtu=68, 576 to 16128",
    "--mtu=70000, 576 to 16128",
    "--base-mtu=1, 576 to 65535",
    "--force-dpd=0, 1 to 86400",
    "--tcp-keepalive=0, 1 to 86400",
    "--dtls-local-port=65536, 1 to 65535",
    "--queue-len=0, 1 to 1024",
    "--compression=some, 'none, stateless or all'",
    "--ipsec=magic, 'auto, redirect, vti, policy or userspace'",
    "--ipv6=maybe, 'tunnel, block or leave'",
    "--events=xml, json",
    "--resolve=vpn.test, HOST:ADDRESS",
    "--resolve=vpn.test:name, HOST:ADDRESS",
    "--form-entry=x, FORM:FIELD",
    "--servercert=sha1:00, SHA-1",
    "--servercert=sha256:abcd, not whole",
    "--proxy=ftp://x, http://HOST:PORT",
  })
  void aWrongValueIsNamedWithWhatIsAllowed(String word, String allowed) {
    assertThatThrownBy(() -> check(word))
        .isInstanceOf(VpnException.class)
        .hasMessageContaining(word.replaceFirst("=.*", ""))
        .hasMessageContaining(allowed);
  }

  @ParameterizedTest
  @CsvSource({
    "--usr=hush, unknown option --usr; did you mean --user?",
    "--no-dlts, unknown option --no-dlts; did you mean --no-dtls?",
    "--xyzzy=hush, unknown option --xyzzy; adit --help lists all",
    "other.test, one server is enough; what is \"other.test\"?",
    "status, the subcommand status has to be the first word",
  })
  void aWordThatMeansNothingIsAnsweredWithAGuess(String word, String message) {
    assertThat(Words.unknown(word, new CommandLine(new ConnectOptions()).getCommandSpec()))
        .hasMessage(message);
  }

  @Test
  void allThatWorksIsAccepted() {
    assertThatCode(() -> check("--mtu=1300", "--tcp-keepalive=5", "-l", "--wait", "-b"))
        .doesNotThrowAnyException();
  }

  @Test
  void theChildInTheBackgroundGetsNoSecret() {
    CommandLine line = new CommandLine(new ConnectOptions());
    line.parseArgs(
        "-bvv",
        "-Cwebvpn=secret",
        "-p",
        "secret",
        "--token-secret=secret",
        "-P",
        "http://u:secret@p:1",
        "-F",
        "main:password=secret",
        "--passwd-on-stdin",
        "--resolve=a:192.0.2.1",
        "--resolve=b:192.0.2.2",
        "--no-dtls",
        "--mtu",
        "1300",
        "vpn.test");
    assertThat(Words.forChild(line.getParseResult()))
        .containsExactlyInAnyOrder(
            "--verbose",
            "--verbose",
            "--resolve=a:192.0.2.1",
            "--resolve=b:192.0.2.2",
            "--no-dtls",
            "--mtu=1300",
            "vpn.test");
  }

  @Test
  void helpFitsEightyColumns() {
    String help = new CommandLine(new ConnectOptions()).getUsageMessage();
    assertThat(help.lines()).allMatch(l -> l.length() <= 80);
  }

  private static void check(String... words) throws VpnException {
    ConnectOptions options = new ConnectOptions();
    new CommandLine(options).parseArgs(words);
    new Choices(options).check();
  }

  private static void assertMatched(String name, String value, String... words) {
    CommandLine line = new CommandLine(new ConnectOptions());
    ParseResult parsed = line.parseArgs(words);
    assertThat(parsed.matchedOptions())
        .as(String.join(" ", words))
        .extracting(OptionSpec::longestName)
        .containsOnly(name);
    if (!value.equals("true")) {
      assertThat(parsed.matchedOptions().get(0).originalStringValues()).containsExactly(value);
    }
    assertThat(parsed.hasMatchedPositional(0)).isFalse();
  }
}
