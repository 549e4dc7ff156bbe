package dev.adit.core.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.core.http.HttpScheme;
import dev.adit.core.sys.TcpSocket;
import dev.adit.core.sys.TcpSocket.Readiness;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said to a proxy, byte for byte, and what is made of its answers. */
@Timeout(30)
class ProxyHandshakeTest {
  private static final Duration LIMIT = Duration.ofSeconds(1);

  /** What the proxy was told. */
  private volatile String heard = "";

  @Test
  void connectNamesTheHostAndNothingElse() throws Exception {
    try (ScriptedPeer proxy = http("HTTP/1.1 200 Connection established\r\n\r\n")) {
      open(proxy, "http://", "vpn.test", 443);
    }
    assertThat(heard).isEqualTo("CONNECT vpn.test:443 HTTP/1.1\r\nHost: vpn.test:443\r\n\r\n");
  }

  @Test
  void anAddressOfIpv6IsInBrackets() throws Exception {
    try (ScriptedPeer proxy = http("HTTP/1.0 200 OK\r\nVia: x\r\n\r\n")) {
      open(proxy, "http://", "2001:db8::1", 8443);
    }
    assertThat(heard).startsWith("CONNECT [2001:db8::1]:8443 HTTP/1.1\r\n");
  }

  @Test
  void basicAloneGoesAtOnceInUtf8() throws Exception {
    try (ScriptedPeer proxy = http("HTTP/1.1 200 OK\r\n\r\n")) {
      open(proxy, "http://al%40ice:p%C3%A4ss%3Aw@", Set.of(HttpScheme.BASIC), "vpn.test", 443);
    }
    // al@ice:päss:w
    assertThat(heard).contains("\r\nProxy-Authorization: Basic YWxAaWNlOnDDpHNzOnc=\r\n");
  }

  @Test
  void withoutItsNameThePasswordStaysHere() throws Exception {
    String basic = "HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=\"x\"\r\n\r\n";
    try (ScriptedPeer proxy = http(basic)) {
      refused(proxy, "http://alice:no@", "vpn.test", "authentication by Basic, and none of that");
    }
    assertThat(heard).doesNotContain("Authorization");
  }

  /** By the same connection, and by another if the proxy hangs up. */
  @ParameterizedTest
  @ValueSource(strings = {"Content-Length: 4\r\n\r\nbody", "Connection: close\r\n\r\n", "\r\n"})
  void aDigestIsGivenWhenItIsAsked(String rest) throws Exception {
    String challenge =
        "HTTP/1.1 407 Who?\r\nProxy-Authenticate: Basic realm=\"x\"\r\n"
            + "Proxy-Authenticate: Digest realm=\"x\", nonce=\"n\", qop=\"auth\"\r\n";
    StringBuilder all = new StringBuilder();
    try (ScriptedPeer proxy =
        ScriptedPeer.start(
            (in, out) -> {
              while (true) {
                String head = head(in);
                all.append(head);
                boolean told = head.contains("Proxy-Authorization: Digest ");
                heard = all.toString();
                String answer = told ? "HTTP/1.1 200 OK\r\n\r\n" : challenge + rest;
                out.write(answer.getBytes(StandardCharsets.ISO_8859_1));
                out.flush();
                if (told) {
                  in.readAllBytes();
                } else if (!rest.startsWith("Content")) {
                  return;
                }
              }
            })) {
      open(proxy, "http://alice:secret@", "vpn.test", 443).close();
    }
    assertThat(heard)
        .contains("username=\"alice\"", "uri=\"vpn.test:443\"")
        .doesNotContain("secret", "Basic");
  }

  @Test
  void nothingOfTheTunnelIsTakenWithTheAnswer() throws Exception {
    try (ScriptedPeer proxy = http("HTTP/1.1 200 OK\r\n\r\nearly");
        TcpSocket socket = open(proxy, "http://", "vpn.test", 443)) {
      assertThat(socket.await(Readiness.READABLE, LIMIT)).isTrue();
      byte[] bytes = new byte[100];
      int n = socket.read(bytes, 0, bytes.length);
      assertThat(new String(bytes, 0, n, StandardCharsets.US_ASCII)).isEqualTo("early");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "http://      | HTTP/1.1 407 Proxy Authentication Required | a way that it does not name",
        "http://      | HTTP/1.1 502 Bad Gateway                   | it answers \"HTTP/1.1 502 Bad Gateway\"",
        "http://      | HTTP/1.1 503 see 407                       | it answers \"HTTP/1.1 503 see 407\"",
        "http://      | HTTP/1.1 302 Found                         | it answers \"HTTP/1.1 302 Found\"",
        "http://      | SSH-2.0-OpenSSH_9.2                        | it does not speak HTTP",
        "http://      | <html>                                     | it does not speak HTTP",
      })
  void aRefusalIsSaidInItsWords(String scheme, String status, String message) throws Exception {
    try (ScriptedPeer proxy = http(status + "\r\nX: y\r\n\r\n")) {
      refused(proxy, scheme, "vpn.test", message);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "http://         | --proxy http://USER:PASSWORD@",
        "http://alice:no@ | it refuses this user name and password",
      })
  void whoIsNotKnownIsTold(String scheme, String message) throws Exception {
    String digest =
        "HTTP/1.1 407 No\r\nProxy-Authenticate: Digest realm=\"x\", nonce=\"n\", qop=\"auth\"\r\n";
    try (ScriptedPeer proxy = http(digest + "\r\n")) {
      refused(proxy, scheme, "vpn.test", message);
    }
  }

  @Test
  void whatAProxySaysCannotDriveTheTerminal() throws Exception {
    try (ScriptedPeer proxy = http("HTTP/1.1 500 \u001b[2Jx\r\n\r\n")) {
      refused(proxy, "http://", "vpn.test", "500 ?[2Jx");
    }
  }

  @Test
  void anAnswerWithoutEndIsCutOff() throws Exception {
    String line = "X-More: " + "x".repeat(990) + "\r\n";
    try (ScriptedPeer proxy = http("HTTP/1.1 200 OK\r\n" + line.repeat(60))) {
      refused(proxy, "http://", "vpn.test", "its answer does not end");
    }
  }

  @Test
  void aProxyThatClosesIsSaidToHave() throws Exception {
    try (ScriptedPeer proxy = ScriptedPeer.start((in, out) -> heard = head(in))) {
      refused(proxy, "http://", "vpn.test", "it closed the connection");
    }
  }

  @ParameterizedTest
  @CsvSource({"http://", "socks5://"})
  void aProxyThatHangsIsGivenUpInTime(String scheme) throws Exception {
    try (ScriptedPeer proxy = ScriptedPeer.start((in, out) -> in.readAllBytes())) {
      long start = System.nanoTime();
      refused(proxy, scheme, "vpn.test", "it does not answer");
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isBetween(LIMIT, LIMIT.plusSeconds(2));
    }
  }

  /** One byte now and then is an answer each time, and no answer at all. */
  @Test
  void aProxyThatDripsIsGivenUpInTime() throws Exception {
    try (ScriptedPeer proxy =
        ScriptedPeer.start(
            (in, out) -> {
              out.write("HTTP/1.1 200 OK\r\nX: ".getBytes(StandardCharsets.US_ASCII));
              for (int i = 0; i < 100; i++) {
                out.write('x');
                sleep(100);
              }
            })) {
      long start = System.nanoTime();
      refused(proxy, "http://", "vpn.test", "it does not answer");
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LIMIT.plusSeconds(2));
    }
  }

  @Test
  void socksLetsTheProxyResolveTheName() throws Exception {
    try (ScriptedPeer proxy = socks("0500", "05000001 7f000001 1234")) {
      open(proxy, "socks5://", "vpn.test", 443);
    }
    assertThat(heard).isEqualTo(compact("050100 | 05010003 08" + hex("vpn.test") + "01bb"));
  }

  @Test
  void socksTakesAnAddressAsOne() throws Exception {
    try (ScriptedPeer proxy = socks("0500", "05000004" + "00".repeat(16) + "1234")) {
      open(proxy, "socks5://", "2001:db8::1", 443);
    }
    assertThat(heard).isEqualTo(compact("050100 | 05010004 20010db8000000000000000000000001 01bb"));
    try (ScriptedPeer proxy = socks("0500", "05000003 04" + hex("host") + "1234")) {
      open(proxy, "socks5://", "192.0.2.1", 443);
    }
    assertThat(heard).isEqualTo(compact("050100 | 05010001 c0000201 01bb"));
  }

  @Test
  void socksGivesUserAndPasswordIfAsked() throws Exception {
    try (ScriptedPeer proxy = socks("0502", "0100", "05000001 7f000001 1234")) {
      open(proxy, "socks5://alice:secret@", "a", 1);
    }
    assertThat(heard)
        .isEqualTo(
            compact(
                "05020002 | 01 05" + hex("alice") + "06" + hex("secret") + "|05010003 01610001"));
  }

  @Test
  void socksKeepsThemIfNotAsked() throws Exception {
    try (ScriptedPeer proxy = socks("0500", "05000001 7f000001 1234")) {
      open(proxy, "socks5://alice:secret@", "a", 1);
    }
    assertThat(heard).isEqualTo(compact("05020002 | 05010003 01610001"));
  }

  @ParameterizedTest
  @CsvSource({
    "01, general failure",
    "02, its rules do not allow it",
    "03, network unreachable",
    "04, host unreachable",
    "05, connection refused",
    "06, TTL expired",
    "07, CONNECT is not supported",
    "08, type of address is not supported",
    "09, SOCKS reply 9",
    "ff, SOCKS reply 255",
  })
  void aRefusalOfSocksIsPutIntoWords(String code, String words) throws Exception {
    try (ScriptedPeer proxy = socks("0500", "05" + code + "0001 00000000 0000")) {
      refused(proxy, "socks5://", "vpn.test", "it cannot reach vpn.test port 443");
      refused(proxy, "socks5://", "vpn.test", words);
    }
  }

  @Test
  void socksRefusesALogInOrAnotherVersion() throws Exception {
    try (ScriptedPeer proxy = socks("0502", "0101")) {
      refused(proxy, "socks5://alice:no@", "vpn.test", "user name or password is wrong");
    }
    try (ScriptedPeer proxy = socks("05ff")) {
      refused(proxy, "socks5://", "vpn.test", "wants another authentication");
    }
    try (ScriptedPeer proxy = socks("0502")) {
      refused(proxy, "socks5://", "vpn.test", "wants another authentication");
    }
    try (ScriptedPeer proxy = socks("0401")) {
      refused(proxy, "socks5://", "vpn.test", "does not speak SOCKS 5");
    }
    try (ScriptedPeer proxy = socks("0500", "48545450")) {
      refused(proxy, "socks5://", "vpn.test", "does not speak SOCKS 5");
    }
  }

  @Test
  void aNameTooLongForSocksIsNotSent() throws Exception {
    try (ScriptedPeer proxy = socks("0500", "05000001 7f000001 1234")) {
      refused(proxy, "socks5://", "a".repeat(256), "256 bytes is too long");
    }
  }

  private static TcpSocket open(ScriptedPeer proxy, String scheme, String host, int port)
      throws Exception {
    return open(proxy, scheme, HttpScheme.WITHOUT_BASIC, host, port);
  }

  private static TcpSocket open(
      ScriptedPeer proxy, String scheme, Set<HttpScheme> allowed, String host, int port)
      throws Exception {
    ProxySettings settings = ProxySettings.parse(scheme + "127.0.0.1:" + proxy.port());
    return new ProxyHandshake(
            settings,
            allowed,
            () ->
                Connector.race(
                    "127.0.0.1", proxy.port(), List.of(proxy.address().getAddress()), LIMIT),
            LIMIT)
        .open(host, port);
  }

  private static void refused(ScriptedPeer proxy, String scheme, String host, String message) {
    assertThatThrownBy(() -> open(proxy, scheme, host, 443).close())
        .isInstanceOfSatisfying(
            VpnException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNREACHABLE))
        .hasMessageContaining(message)
        .hasMessageContaining("127.0.0.1:" + proxy.port())
        .hasMessageContaining("--no-proxy")
        .hasMessageNotContaining("alice:no");
  }

  private ScriptedPeer http(String answer) {
    return ScriptedPeer.start(
        (in, out) -> {
          heard = head(in);
          out.write(answer.getBytes(StandardCharsets.ISO_8859_1));
          out.flush();
          in.readAllBytes();
        });
  }

  /** Answers in hex, one after each message; a message is what has come when an answer is due. */
  private ScriptedPeer socks(String... answers) {
    return ScriptedPeer.start(
        (in, out) -> {
          StringBuilder all = new StringBuilder();
          for (String answer : answers) {
            byte[] message = new byte[600];
            int n = in.read(message);
            if (n < 0) {
              return;
            }
            all.append(all.isEmpty() ? "" : "|").append(HexFormat.of().formatHex(message, 0, n));
            heard = all.toString();
            out.write(HexFormat.of().parseHex(answer.replace(" ", "")));
          }
          in.readAllBytes();
        });
  }

  private static String head(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      head.write(in.read());
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }

  private static String compact(String spaced) {
    return spaced.replace(" ", "");
  }

  private static String hex(String text) {
    return HexFormat.of().formatHex(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static void sleep(int millis) throws IOException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }
}
