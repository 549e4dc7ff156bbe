package dev.adit.anyconnect.cstp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.api.error.PeerViolationException;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.tunnel.TunnelEvent;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Status lines, and heads that are cut, altered or no heads at all. */
class ConnectResponseTest {
  private static final byte[] HEAD =
      Tunnel.head(
          "X-CSTP-Netmask: 255.255.255.0",
          "X-CSTP-DPD: 30",
          "X-CSTP-Keepalive: 20",
          "X-CSTP-Split-Include: 10.0.0.0/255.0.0.0",
          "X-CSTP-Rekey-Method: new-tunnel",
          "X-CSTP-Rekey-Time: 3600");

  @ParameterizedTest
  @CsvSource({
    "401 Cookie is not acceptable, , SESSION_REFUSED, log in again",
    "503 Service Unavailable, , SESSION_REFUSED, log in again",
    "404 Not found, , OTHER, 404 Not found",
    "403 Forbidden, , OTHER, 403 Forbidden",
    "405 Method Not Allowed, X-Reason: no tunnels, OTHER, no tunnels",
  })
  void someRefusalsAreFinal(String status, String header, Kind kind, String words) {
    VpnException error = refused(status, header, false, TunnelEvent.Ended.class).error();
    assertThat(error.kind()).isEqualTo(kind);
    assertThat(error).hasMessageContaining(words);
  }

  @ParameterizedTest
  @CsvSource({
    "503 Service Unavailable, X-Reason: No more licences, OTHER, No more licences",
    "500 Oops, , UNREACHABLE, 500 Oops",
    "302 Found, , UNREACHABLE, 302 Found",
    "200, Content-Encoding: x, PEER_VIOLATION, X-CSTP-MTU",
  })
  void othersMayPass(String status, String header, Kind kind, String words) {
    VpnException error = refused(status, header, false, TunnelEvent.Failed.class).error();
    assertThat(error.kind()).isEqualTo(kind);
    assertThat(error).hasMessageContaining(words);
  }

  @Test
  void aProxyThatIsOverloadedDoesNotEndASession() {
    assertThat(refused("503 Service Unavailable", null, true, TunnelEvent.Failed.class).error())
        .hasMessageContaining("503 Service Unavailable");
  }

  @Test
  void whatTheServerSaysIsQuotedHarmlessly() {
    String reason = "X-Reason: \u001b[31m" + "long ".repeat(100);
    VpnException error = refused("503 No", reason, false, TunnelEvent.Failed.class).error();
    assertThat(error.getMessage()).doesNotContain("\u001b").hasSizeLessThan(300);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SSH-2.0-OpenSSH_9.2\r\n\r\n",
        "HTTP/2 200\r\n\r\n",
        "HTTP/1.1 20\r\n\r\n",
        "HTTP/1.1 2000 OK\r\n\r\n",
        "\r\n\r\n",
        "\n\n",
      })
  void whatIsNoStatusLineIsNamed(String head) {
    Tunnel tunnel = started(false);
    tunnel.receive(head.getBytes(StandardCharsets.ISO_8859_1));
    assertThat(tunnel.only(TunnelEvent.Failed.class).error())
        .isInstanceOf(PeerViolationException.class)
        .hasMessageContaining("an HTTP status line");
  }

  @Test
  void anEndlessHeadEnds() {
    Tunnel tunnel = started(false);
    tunnel.receive(
        ("HTTP/1.1 200 OK\r\n" + "X-More: x\r\n".repeat(100_000))
            .getBytes(StandardCharsets.ISO_8859_1));
    assertThat(tunnel.only(TunnelEvent.Failed.class).error()).hasMessageContaining("1048576");
  }

  @Test
  void linesMayEndInLineFeedsAlone() {
    Tunnel tunnel = started(false);
    tunnel.receive(
        "HTTP/1.1 200 CONNECTED\nX-CSTP-Address: 10.0.0.1\nX-CSTP-MTU: 1400\n\n"
            .getBytes(StandardCharsets.ISO_8859_1));
    assertThat(tunnel.only(TunnelEvent.Established.class).config().mtu()).isEqualTo(1400);
  }

  @Test
  void aPrefixIsNoAnswerYet() {
    for (int length = 0; length < HEAD.length; length++) {
      Tunnel tunnel = started(false);
      tunnel.receive(HEAD, 0, length);
      assertThat(tunnel.events).as("%d bytes", length).isEmpty();
      tunnel.receive(HEAD, length, HEAD.length - length);
      tunnel.only(TunnelEvent.Established.class);
    }
  }

  @Test
  void oneByteChangedIsReadOrRefused() {
    for (int at = 0; at < HEAD.length; at++) {
      for (int value : new int[] {0, '\n', '\r', ' ', ':', '/', '9', 0x7f, 0xff}) {
        byte[] changed = HEAD.clone();
        changed[at] = (byte) value;
        Tunnel tunnel = started(false);
        tunnel.receive(changed);
        assertOrderly(tunnel);
      }
    }
  }

  @Test
  void randomBytesAreReadOrRefused() {
    long seed = 20260711L;
    Random random = new Random(seed);
    for (int run = 0; run < 5000; run++) {
      byte[] bytes = new byte[random.nextInt(200)];
      random.nextBytes(bytes);
      if (run % 2 == 0) {
        byte[] line = "HTTP/1.1 200 OK\r\nX-CSTP-MTU:".getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(line, 0, bytes, 0, Math.min(line.length, bytes.length));
      }
      bytes = Arrays.copyOf(bytes, bytes.length + 2);
      bytes[bytes.length - 2] = '\n';
      bytes[bytes.length - 1] = '\n';
      Tunnel tunnel = started(false);
      tunnel.receive(bytes);
      assertOrderly(tunnel);
    }
  }

  private static void assertOrderly(Tunnel tunnel) {
    for (TunnelEvent event : tunnel.events) {
      if (event instanceof TunnelEvent.Failed failed) {
        assertThat(failed.error().kind()).isIn(Kind.PEER_VIOLATION, Kind.UNREACHABLE, Kind.OTHER);
        assertThat(failed.error().getMessage()).isNotEmpty();
      }
    }
    assertThat(tunnel.events).hasSizeLessThanOrEqualTo(2);
  }

  private static <T extends TunnelEvent> T refused(
      String status, @Nullable String header, boolean held, Class<T> type) {
    Tunnel tunnel = started(held);
    tunnel.receive(
        ("HTTP/1.1 " + status + "\r\n" + (header == null ? "" : header + "\r\n") + "\r\n")
            .getBytes(StandardCharsets.ISO_8859_1));
    assertThat(tunnel.engine.nanosUntilDeadline(tunnel.now())).isEqualTo(Long.MAX_VALUE);
    return tunnel.only(type);
  }

  private static Tunnel started(boolean held) {
    Tunnel.Wishes wishes = new Tunnel.Wishes();
    if (held) {
      wishes.previous = Tunnel.open().config();
    }
    Tunnel tunnel = new Tunnel(wishes);
    tunnel.engine.start(tunnel.now(), tunnel);
    return tunnel;
  }
}
