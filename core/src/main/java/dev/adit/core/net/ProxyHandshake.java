package dev.adit.core.net;

import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.secret.SecretText;
import dev.adit.api.tunnel.IpPrefix;
import dev.adit.core.http.HttpAuthentication;
import dev.adit.core.http.HttpScheme;
import dev.adit.core.http.UserPassword;
import dev.adit.core.sys.TcpSocket;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** HTTP CONNECT (RFC 9110 §9.3.6) and SOCKS 5 (RFC 1928, 1929). */
final class ProxyHandshake {
  private static final Duration LIMIT = Duration.ofSeconds(15);
  private static final Duration SLICE = Duration.ofMillis(200);
  private static final int MAX_HEAD_BYTES = 16 << 10;

  /** RFC 1928 §6. */
  private static final List<String> SOCKS_REPLIES =
      List.of(
          "",
          "general failure",
          "its rules do not allow it",
          "network unreachable",
          "host unreachable",
          "connection refused",
          "TTL expired",
          "CONNECT is not supported",
          "this type of address is not supported");

  /** More rounds than this are a circle. */
  private static final int MOST_ROUNDS = 10;

  /** A connection to the proxy. */
  interface Dial {
    TcpSocket connect() throws VpnException, InterruptedException;
  }

  private final ProxySettings proxy;
  private final Set<HttpScheme> allowed;
  private final Dial dial;
  private final Duration limit;
  private @Nullable TcpSocket connected;
  private long end;

  ProxyHandshake(ProxySettings proxy, Set<HttpScheme> allowed, Dial dial) {
    this(proxy, allowed, dial, LIMIT);
  }

  /**
   * One handshake.
   *
   * @param allowed by which schemes one may say to an HTTP proxy who one is
   * @param dial gives the connection, and another if the proxy closes it after a refusal
   * @param limit for all on one connection, however the proxy spreads its answer
   */
  ProxyHandshake(ProxySettings proxy, Set<HttpScheme> allowed, Dial dial, Duration limit) {
    this.proxy = proxy;
    this.allowed = Set.copyOf(allowed);
    this.dial = dial;
    this.limit = limit;
  }

  /** The connection, which leads to the host from then on; the caller's to close. */
  TcpSocket open(String host, int port) throws VpnException, InterruptedException {
    try {
      dial();
      if (proxy.language() == ProxySettings.Language.HTTP) {
        http(host, port);
      } else {
        socks(host, port);
      }
      return socket();
    } catch (VpnException | InterruptedException e) {
      hangUp();
      throw e;
    }
  }

  private void dial() throws VpnException, InterruptedException {
    hangUp();
    connected = dial.connect();
    end = System.nanoTime() + limit.toNanos();
  }

  private void hangUp() {
    if (connected != null) {
      connected.close();
      connected = null;
    }
  }

  private TcpSocket socket() {
    return Objects.requireNonNull(connected);
  }

  private void http(String host, int port) throws VpnException, InterruptedException {
    String authority = (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    HttpAuthentication authentication =
        new HttpAuthentication(allowed, proxy.host(), this::userPassword);
    Optional<String> proof =
        proxy.user().isPresent() ? authentication.unasked("CONNECT", authority) : Optional.empty();
    for (int round = 0; round < MOST_ROUNDS; round++) {
      write(
          ("CONNECT "
                  + authority
                  + " HTTP/1.1\r\nHost: "
                  + authority
                  + proof.map(p -> "\r\nProxy-Authorization: " + p).orElse("")
                  + "\r\n\r\n")
              .getBytes(StandardCharsets.ISO_8859_1));
      ProxyAnswer answer = ProxyAnswer.parse(head());
      if (answer.isSuccess()) {
        return;
      }
      if (!answer.wantsAuthentication()) {
        throw failed("it answers \"" + answer.status() + "\"");
      }
      proof = authentication.answer("CONNECT", authority, answer.challenges());
      if (proof.isEmpty()) {
        throw failed(
            "it wants authentication by "
                + (answer.challenges().isEmpty()
                    ? "a way that it does not name"
                    : String.join(", ", HttpScheme.offered(answer.challenges())))
                + ", and none of that is allowed or succeeds (--proxy-auth; basic is named or not"
                + " used, because it shows the password to the proxy)");
      }
      if (answer.bodyLength().isPresent()) {
        read(answer.bodyLength().getAsInt());
      } else {
        dial();
      }
    }
    throw failed("it asks again and again who we are");
  }

  private UserPassword userPassword(String realm, boolean refused) throws VpnException {
    if (refused) {
      throw failed("it refuses this user name and password");
    }
    if (proxy.user().isEmpty()) {
      throw failed("it wants a user name and password: --proxy http://USER:PASSWORD@HOST:PORT");
    }
    return new UserPassword(
        proxy.user().get(),
        proxy.password().map(SecretText::copy).orElseGet(() -> SecretText.of("")));
  }

  private String head() throws VpnException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    String text = "";
    while (!text.endsWith("\r\n\r\n")) {
      if (head.size() > MAX_HEAD_BYTES) {
        throw failed("its answer does not end");
      }
      head.write(read(1)[0]);
      text = head.toString(StandardCharsets.ISO_8859_1);
      if (!text.startsWith("HTTP/") && !"HTTP/".startsWith(text)) {
        throw failed("it does not speak HTTP");
      }
    }
    return text;
  }

  private void socks(String host, int port) throws VpnException {
    boolean login = proxy.user().isPresent();
    write(login ? new byte[] {5, 2, 0, 2} : new byte[] {5, 1, 0});
    byte[] method = read(2);
    if (method[0] != 5 || method[1] != 0 && method[1] != 2 || method[1] == 2 && !login) {
      throw failed("it does not speak SOCKS 5, or wants another authentication");
    }
    if (method[1] == 2) {
      byte[] plain = credentials();
      int user = proxy.user().orElse("").getBytes(StandardCharsets.UTF_8).length;
      byte[] message = new byte[2 + plain.length + 1];
      message[0] = 1;
      message[1] = (byte) user;
      System.arraycopy(plain, 0, message, 2, user);
      message[2 + user] = (byte) (plain.length - user - 1);
      System.arraycopy(plain, user + 1, message, 3 + user, plain.length - user - 1);
      write(Arrays.copyOf(message, 3 + plain.length - 1));
      Arrays.fill(plain, (byte) 0);
      Arrays.fill(message, (byte) 0);
      if (read(2)[1] != 0) {
        throw failed("user name or password is wrong");
      }
    }
    byte[] destination = destination(host);
    byte[] request = Arrays.copyOf(new byte[] {5, 1, 0}, 3 + destination.length + 2);
    System.arraycopy(destination, 0, request, 3, destination.length);
    request[3 + destination.length] = (byte) (port >> 8);
    request[4 + destination.length] = (byte) port;
    write(request);
    byte[] reply = read(4);
    if (reply[0] != 5) {
      throw failed("it does not speak SOCKS 5");
    }
    if (reply[1] != 0) {
      String why =
          reply[1] > 0 && reply[1] < SOCKS_REPLIES.size() ? SOCKS_REPLIES.get(reply[1]) + ", " : "";
      throw failed(
          "it cannot reach "
              + host
              + " port "
              + port
              + " ("
              + why
              + "SOCKS reply "
              + (reply[1] & 0xff)
              + ")");
    }
    read(
        2
            + switch (reply[3]) {
              case 1 -> 4;
              case 4 -> 16;
              default -> read(1)[0] & 0xff;
            });
  }

  /** Type and value: an address as it is, a name for the proxy to resolve. */
  private byte[] destination(String host) throws VpnException {
    if (host.indexOf(':') >= 0 || host.matches("\\d{1,3}(\\.\\d{1,3}){3}")) {
      byte[] address = IpPrefix.parseAddress("host", host).getAddress();
      byte[] typed = new byte[1 + address.length];
      typed[0] = (byte) (address.length == 4 ? 1 : 4);
      System.arraycopy(address, 0, typed, 1, address.length);
      return typed;
    }
    byte[] name = host.getBytes(StandardCharsets.US_ASCII);
    if (name.length > 255) {
      throw failed("a name of " + name.length + " bytes is too long for SOCKS");
    }
    byte[] typed = Arrays.copyOf(new byte[] {3, (byte) name.length}, 2 + name.length);
    System.arraycopy(name, 0, typed, 2, name.length);
    return typed;
  }

  /** {@code user:password} in UTF-8. */
  private byte[] credentials() {
    byte[] user = proxy.user().orElse("").getBytes(StandardCharsets.UTF_8);
    byte[] password = proxy.password().map(SecretText::utf8).orElse(new byte[0]);
    byte[] both = Arrays.copyOf(user, user.length + 1 + password.length);
    both[user.length] = ':';
    System.arraycopy(password, 0, both, user.length + 1, password.length);
    Arrays.fill(password, (byte) 0);
    return both;
  }

  private void write(byte[] bytes) throws VpnException {
    for (int at = 0; at < bytes.length; ) {
      at += socket().write(bytes, at, bytes.length - at);
      if (at < bytes.length && !inTime(TcpSocket.Readiness.WRITABLE)) {
        throw failed("it does not take our request");
      }
    }
  }

  private byte[] read(int length) throws VpnException {
    byte[] bytes = new byte[length];
    for (int at = 0; at < length; ) {
      int n = socket().read(bytes, at, length - at);
      if (n < 0) {
        throw failed("it closed the connection");
      }
      at += n;
      if (System.nanoTime() - end > 0 || n == 0 && !inTime(TcpSocket.Readiness.READABLE)) {
        throw failed("it does not answer");
      }
    }
    return bytes;
  }

  /** Waits in slices, so that an interrupt is noticed. */
  private boolean inTime(TcpSocket.Readiness readiness) throws VpnException {
    for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
      if (Thread.currentThread().isInterrupted()) {
        throw new VpnException(Kind.CANCELLED, "interrupted");
      }
      if (socket().await(readiness, Duration.ofNanos(Math.min(SLICE.toNanos(), left)))) {
        return true;
      }
    }
    return false;
  }

  private VpnException failed(String why) {
    return new VpnException(
        Kind.UNREACHABLE, "proxy " + proxy + ": " + why + " (--no-proxy goes without it)");
  }
}
