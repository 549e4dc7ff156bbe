package dev.adit.core.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.core.sys.TcpSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The race of addresses, RFC 8305, on loopback. */
@Timeout(30)
class ConnectorTest {
  private static final InetAddress SIX = address("::1");
  private static final InetAddress FOUR = address("127.0.0.1");
  private static final Duration LIMIT = Duration.ofSeconds(3);

  private final List<AutoCloseable> open = new ArrayList<>();
  private int port;

  @BeforeEach
  void findPort() throws IOException {
    // One that is free in both families.
    try (ServerSocket any = new ServerSocket(0)) {
      port = any.getLocalPort();
    }
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  @Test
  void theFirstWinsIfItAnswers() throws Exception {
    listen(SIX);
    listen(FOUR);
    assertThat(race(SIX, FOUR)).isEqualTo(SIX);
    assertThat(race(FOUR, SIX)).isEqualTo(FOUR);
  }

  @Test
  void aSilentFirstCostsAQuarterOfASecond() throws Exception {
    silence(SIX);
    listen(FOUR);
    long start = System.nanoTime();
    assertThat(race(SIX, FOUR)).isEqualTo(FOUR);
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isBetween(Duration.ofMillis(240), Duration.ofMillis(1200));
  }

  @Test
  void aRefusalCostsNothing() throws Exception {
    listen(FOUR);
    long start = System.nanoTime();
    assertThat(race(SIX, FOUR)).isEqualTo(FOUR);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(240));
  }

  @Test
  void theSlowButFirstMayStillWin() throws Exception {
    listen(SIX);
    silence(FOUR);
    assertThat(race(FOUR, SIX)).isEqualTo(SIX);
  }

  @Test
  void allThatRefusedAreNamed() {
    assertThatThrownBy(() -> race(SIX, FOUR))
        .isInstanceOfSatisfying(
            VpnException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNREACHABLE))
        .hasMessageContaining("vpn.test port " + port + " cannot be reached")
        .hasMessageContaining("0:0:0:0:0:0:0:1 port " + port + ": connection refused")
        .hasMessageContaining("127.0.0.1 port " + port + ": connection refused");
  }

  @Test
  void theSilentOnesAreNamedBesideTheRefusals() throws Exception {
    silence(SIX);
    long start = System.nanoTime();
    assertThatThrownBy(() -> race(SIX, FOUR))
        .hasMessageContaining("0:0:0:0:0:0:0:1 port " + port + ": no answer")
        .hasMessageContaining("127.0.0.1 port " + port + ": connection refused");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(LIMIT, LIMIT.plusSeconds(1));
  }

  @Test
  void anInterruptEndsIt() throws Exception {
    silence(FOUR);
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> race(FOUR)).isInstanceOf(InterruptedException.class);
    assertThat(Thread.interrupted()).isFalse();
  }

  @Test
  void familiesAlternateAndTheResolversOrderStays() {
    InetAddress a = address("192.0.2.1");
    InetAddress b = address("192.0.2.2");
    InetAddress x = address("2001:db8::1");
    InetAddress y = address("2001:db8::2");
    assertThat(Connector.interleave(List.of(a, b, x, y))).containsExactly(x, a, y, b);
    assertThat(Connector.interleave(List.of(b, a))).containsExactly(b, a);
    assertThat(Connector.interleave(List.of(y, x))).containsExactly(y, x);
  }

  @Test
  void aPinnedAddressIsNotAskedForNorReordered() throws Exception {
    InetAddress a = address("192.0.2.1");
    InetAddress x = address("2001:db8::1");
    assertThat(Connector.resolve("no-such-host.invalid", List.of(a, x))).containsExactly(a, x);
    assertThatThrownBy(() -> Connector.resolve("no-such-host.invalid", List.of()))
        .isInstanceOf(VpnException.class)
        .hasMessageContaining("no-such-host.invalid")
        .hasMessageContaining("--resolve no-such-host.invalid:ADDRESS");
  }

  private InetAddress race(InetAddress... addresses) throws Exception {
    try (TcpSocket socket = Connector.race("vpn.test", port, List.of(addresses), LIMIT)) {
      return socket.remote().getAddress();
    }
  }

  private void listen(InetAddress at) throws IOException {
    open.add(new ServerSocket(port, 10, at));
  }

  /** A listener whose queue is full: the kernel drops what comes, as a filter would. */
  private void silence(InetAddress at) throws IOException {
    ServerSocket server = new ServerSocket(port, 1, at);
    open.add(server);
    for (int i = 0; i < 4; i++) {
      Socket filling = new Socket();
      open.add(filling);
      try {
        filling.connect(new InetSocketAddress(at, port), 200);
      } catch (IOException e) {
        // Full.
        return;
      }
    }
    throw new AssertionError("the queue does not fill");
  }

  private static InetAddress address(String text) {
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }
}
