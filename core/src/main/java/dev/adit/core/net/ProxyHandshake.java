package dev.adit.core.net;

import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.secret.SecretText;
import dev.adit.api.tunnel.IpPrefix;
import dev.adit.core.sys.TcpSocket;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** HTTP CONNECT (RFC 9110 §9.3.6, Basic by RFC 7617) and SOCKS 5 (RFC 1928, 1929). */
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

  private final TcpSocket socket;
  private final ProxySettings proxy;
  private final long end;

  ProxyHandshake(TcpSocket socket, ProxySettings proxy) {
    this(socket, proxy, LIMIT);
  }

  /**
   * One handshake.
   *
   * @param limit for all of it, however the proxy spreads its answer
   */
  ProxyHandshake(TcpSocket socket, ProxySettings proxy, Duration limit) {
    this.socket = socket;
    this.proxy = proxy;
    this.end = System.nanoTime() + limit.toNanos();
  }

  void open(String host, int port) throws VpnException {
    if (proxy.language() == ProxySettings.Language.HTTP) {
      http(host, port);
    } else {
      socks(host, port);
    }
  }

  private void http(String host, int port) throws VpnException {
    String authority = (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    StringBuilder request =
        new StringBuilder("CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n");
    if (proxy.user().isPresent()) {
      byte[] plain = credentials();
      request
          .append("Proxy-Authorization: Basic ")
          .append(Base64.getEncoder().encodeToString(plain))
          .append("\r\n");
      Arrays.fill(plain, (byte) 0);
    }
    write(request.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
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
    String status = text.lines().findFirst().orElse("");
    if (!status.matches("HTTP/1\\.[01] 2\\d\\d.*")) {
      throw failed(
          status.matches("HTTP/1\\.[01] 407.*")
              ? proxy.user().isPresent()
                  ? "it refuses this user name and password, or wants another way than Basic"
                  : "it wants a user name and password: --proxy http://USER:PASSWORD@HOST:PORT"
              : "it answers \"" + status.replaceAll("\\p{Cntrl}", "?") + "\"");
    }
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
      at += socket.write(bytes, at, bytes.length - at);
      if (at < bytes.length && !inTime(TcpSocket.Readiness.WRITABLE)) {
        throw failed("it does not take our request");
      }
    }
  }

  private byte[] read(int length) throws VpnException {
    byte[] bytes = new byte[length];
    for (int at = 0; at < length; ) {
      int n = socket.read(bytes, at, length - at);
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
      if (socket.await(readiness, Duration.ofNanos(Math.min(SLICE.toNanos(), left)))) {
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
