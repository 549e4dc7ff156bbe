package dev.adit.core.net;

import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.core.http.HttpScheme;
import dev.adit.core.sys.SystemCallException;
import dev.adit.core.sys.TcpSocket;
import dev.adit.core.tls.TlsEngine;
import dev.adit.core.tls.TlsSettings;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Resolves, races addresses, passes the proxy, shakes hands. Every failure names host, address and
 * port, what happened, and what to do. Any thread; keeps no state.
 */
public final class Connector implements Dialer {
  /** RFC 8305 §5: Connection Attempt Delay. */
  private static final Duration ATTEMPT_DELAY = Duration.ofMillis(250);

  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(15);
  private static final Duration HANDSHAKE_LIMIT = Duration.ofSeconds(15);
  private static final Duration SLICE = Duration.ofMillis(5);

  private final TlsSettings settings;
  private final Optional<ProxySettings> proxy;
  private final Set<HttpScheme> proxySchemes;

  /**
   * A connector of one session.
   *
   * @param proxySchemes how one may say to an HTTP proxy who one is
   */
  public Connector(
      TlsSettings settings, Optional<ProxySettings> proxy, Set<HttpScheme> proxySchemes) {
    this.settings = settings;
    this.proxy = proxy;
    this.proxySchemes = Set.copyOf(proxySchemes);
  }

  /** Without a proxy. */
  public Connector(TlsSettings settings) {
    this(settings, Optional.empty(), Set.of());
  }

  @Override
  public TlsConnection connect(Target target) throws VpnException, InterruptedException {
    TcpSocket socket;
    if (proxy.isPresent()) {
      ProxySettings through = proxy.get();
      socket =
          new ProxyHandshake(through, proxySchemes, () -> throughProxy(through))
              .open(target.host(), target.port());
    } else {
      socket =
          race(
              target.host(), target.port(), resolve(target.host(), target.pinned()), CONNECT_LIMIT);
    }
    try {
      TlsEngine engine = TlsEngine.client(settings, target.host(), socket.remote());
      TlsConnection connection = new TlsConnection(socket, engine, target.host());
      connection.handshake(HANDSHAKE_LIMIT);
      return connection;
    } catch (VpnException e) {
      socket.close();
      throw e;
    }
  }

  @Override
  public List<InetAddress> addresses(Target target) {
    try {
      return proxy.isPresent()
          ? resolve(proxy.get().host(), List.of())
          : resolve(target.host(), target.pinned());
    } catch (VpnException e) {
      return List.of();
    }
  }

  private static TcpSocket throughProxy(ProxySettings proxy)
      throws VpnException, InterruptedException {
    try {
      return race(proxy.host(), proxy.port(), resolve(proxy.host(), List.of()), CONNECT_LIMIT);
    } catch (VpnException e) {
      throw new VpnException(
          e.kind(), "proxy " + proxy + ": " + e.getMessage() + " (--no-proxy goes without it)", e);
    }
  }

  /** Addresses of a host in the order to try them: families alternate, RFC 8305 §4. */
  static List<InetAddress> resolve(String host, List<InetAddress> pinned) throws VpnException {
    if (!pinned.isEmpty()) {
      return pinned;
    }
    try {
      return interleave(Arrays.asList(InetAddress.getAllByName(host)));
    } catch (UnknownHostException e) {
      throw new VpnException(
          Kind.UNREACHABLE,
          "the name "
              + host
              + " does not resolve; is it spelt right, and is the resolver reachable?"
              + " (--resolve "
              + host
              + ":ADDRESS does without)",
          e);
    }
  }

  static List<InetAddress> interleave(List<InetAddress> addresses) {
    List<InetAddress> sixes = new ArrayList<>();
    List<InetAddress> fours = new ArrayList<>();
    for (InetAddress address : addresses) {
      (address instanceof Inet6Address ? sixes : fours).add(address);
    }
    List<InetAddress> ordered = new ArrayList<>();
    for (int i = 0; i < Math.max(sixes.size(), fours.size()); i++) {
      if (i < sixes.size()) {
        ordered.add(sixes.get(i));
      }
      if (i < fours.size()) {
        ordered.add(fours.get(i));
      }
    }
    return ordered;
  }

  /** The first connection that comes up; a new attempt every {@link #ATTEMPT_DELAY}. */
  static TcpSocket race(String host, int port, List<InetAddress> addresses, Duration limit)
      throws VpnException, InterruptedException {
    List<TcpSocket> racing = new ArrayList<>();
    List<String> failures = new ArrayList<>();
    Iterator<InetAddress> next = addresses.iterator();
    long start = System.nanoTime();
    long nextAttempt = start;
    try {
      while (System.nanoTime() - start < limit.toNanos()) {
        if (next.hasNext() && (racing.isEmpty() || System.nanoTime() - nextAttempt >= 0)) {
          begin(new InetSocketAddress(next.next(), port), racing, failures);
          nextAttempt = System.nanoTime() + ATTEMPT_DELAY.toNanos();
        }
        TcpSocket winner = poll(racing, failures);
        if (winner != null) {
          racing.remove(winner);
          return winner;
        }
        if (racing.isEmpty() && !next.hasNext()) {
          break;
        }
        if (racing.isEmpty()) {
          continue;
        }
        if (racing.size() == 1) {
          racing.get(0).await(TcpSocket.Readiness.WRITABLE, SLICE);
        } else {
          TimeUnit.NANOSECONDS.sleep(SLICE.toNanos());
        }
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
      }
    } finally {
      racing.forEach(TcpSocket::close);
    }
    racing.forEach(
        s ->
            failures.add(
                s.remote().getAddress().getHostAddress() + " port " + port + ": no answer"));
    throw new VpnException(
        Kind.UNREACHABLE,
        host
            + " port "
            + port
            + " cannot be reached: "
            + (failures.isEmpty() ? "no answer" : String.join("; ", failures))
            + ". Is the host up, the port right, and nothing filtering between?");
  }

  private static void begin(
      InetSocketAddress address, List<TcpSocket> racing, List<String> failures) {
    try {
      racing.add(TcpSocket.open(address));
    } catch (SystemCallException e) {
      failures.add(e.getMessage());
    }
  }

  private static @Nullable TcpSocket poll(List<TcpSocket> racing, List<String> failures) {
    for (Iterator<TcpSocket> i = racing.iterator(); i.hasNext(); ) {
      TcpSocket socket = i.next();
      try {
        if (socket.finishConnect()) {
          return socket;
        }
      } catch (SystemCallException e) {
        failures.add(e.getMessage());
        socket.close();
        i.remove();
      }
    }
    return null;
  }
}
