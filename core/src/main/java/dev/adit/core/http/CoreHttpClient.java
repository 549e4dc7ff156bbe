package dev.adit.core.http;

import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.http.HttpBody;
import dev.adit.api.http.HttpClient;
import dev.adit.api.http.HttpHeader;
import dev.adit.api.http.HttpRequest;
import dev.adit.api.http.HttpResponse;
import dev.adit.api.tunnel.TlsSession;
import dev.adit.core.net.Dialer;
import dev.adit.core.net.Target;
import dev.adit.core.net.TlsConnection;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.ChunkedInputStream;
import org.apache.hc.core5.http.impl.io.ContentLengthInputStream;
import org.apache.hc.core5.http.impl.io.DefaultHttpResponseParser;
import org.apache.hc.core5.http.impl.io.IdentityInputStream;
import org.apache.hc.core5.http.impl.io.SessionInputBufferImpl;
import org.jspecify.annotations.Nullable;

/** HTTP/1.1 with one kept connection. One thread at a time. */
public final class CoreHttpClient implements HttpClient, AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int READ_AHEAD_BYTES = 16384;
  private static final Http1Config CONFIG =
      Http1Config.custom().setMaxLineLength(MAX_HEAD_BYTES).setMaxHeaderCount(300).build();

  private final Dialer dialer;
  private final Function<String, List<InetAddress>> pinned;
  private final HttpDump dump;
  private final InstantSource clock;
  private final CookieJar cookies = new CookieJar();
  private @Nullable Kept kept;
  private @Nullable TlsSession lastTls;

  private record Kept(
      String host,
      int port,
      TlsConnection connection,
      TlsInput input,
      SessionInputBufferImpl buffer) {}

  /**
   * Makes a client.
   *
   * @param pinned addresses of a host that are not to be asked of the resolver
   */
  public CoreHttpClient(
      Dialer dialer,
      Function<String, List<InetAddress>> pinned,
      HttpDump dump,
      InstantSource clock) {
    this.dialer = dialer;
    this.pinned = pinned;
    this.dump = dump;
    this.clock = clock;
  }

  @Override
  public HttpResponse exchange(HttpRequest request) throws VpnException, InterruptedException {
    boolean reused = kept != null;
    try {
      return exchangeOnce(request);
    } catch (VpnException e) {
      dropConnections();
      // A kept connection may have been closed by the server just now: a fresh one tells.
      if (!reused || e.kind() != Kind.UNREACHABLE) {
        throw e;
      }
      return exchangeOnce(request);
    }
  }

  @Override
  public void dropConnections() {
    if (kept != null) {
      kept.connection.close();
      kept = null;
    }
  }

  @Override
  public Optional<String> cookie(URI uri, String name) {
    return cookies.value(uri.getHost(), name);
  }

  @Override
  public void setCookie(URI uri, String name, String value) {
    cookies.put(uri.getHost(), name, value);
  }

  @Override
  public void clearCookies() {
    cookies.clear();
  }

  @Override
  public Optional<TlsSession> tls() {
    return Optional.ofNullable(lastTls);
  }

  @Override
  public void close() {
    dropConnections();
  }

  private HttpResponse exchangeOnce(HttpRequest request) throws VpnException, InterruptedException {
    Kept to = connectionTo(request.uri());
    byte[] message = message(request);
    try {
      to.connection.write(message, 0, message.length, LIMIT);
    } finally {
      Arrays.fill(message, (byte) 0);
    }
    try {
      // The parser bounds lines and their number; this bounds all of them together.
      to.input.allow(MAX_HEAD_BYTES + READ_AHEAD_BYTES);
      ClassicHttpResponse head = new DefaultHttpResponseParser(CONFIG).parse(to.buffer, to.input);
      if (head == null) {
        throw unreachable(request, "closed the connection instead of answering", null);
      }
      to.input.allow(Long.MAX_VALUE);
      return answer(request, to, head);
    } catch (MessageConstraintException | TlsInput.TooMuch e) {
      throw violation(
          request, "its answer has a head of more than " + MAX_HEAD_BYTES + " bytes", e);
    } catch (HttpException e) {
      throw violation(request, "its answer is not HTTP (" + e.getMessage() + ")", e);
    } catch (IOException e) {
      if (e.getCause() instanceof VpnException cause) {
        throw cause;
      }
      throw unreachable(request, "broke off in the middle of its answer: " + e.getMessage(), e);
    }
  }

  private HttpResponse answer(HttpRequest request, Kept from, ClassicHttpResponse head)
      throws VpnException, IOException {
    List<HttpHeader> headers = new ArrayList<>();
    long contentLength = -1;
    boolean chunked = false;
    boolean close = false;
    int headBytes = 0;
    for (Header header : head.getHeaders()) {
      String value = String.valueOf(header.getValue());
      headBytes += header.getName().length() + value.length() + 4;
      if (headBytes > MAX_HEAD_BYTES) {
        throw new MessageConstraintException("head too long");
      }
      headers.add(new HttpHeader(header.getName(), printable(value)));
      switch (header.getName().toLowerCase(Locale.ROOT)) {
        case "content-length" -> contentLength = contentLength(request, value);
        case "transfer-encoding" -> chunked = value.equalsIgnoreCase("chunked");
        case "connection" -> close = value.equalsIgnoreCase("close");
        case "set-cookie" -> cookies.store(request.uri().getHost(), value, clock.instant());
        default -> {}
      }
    }
    boolean bodyless = head.getCode() == 204 || head.getCode() == 304;
    if (!chunked && contentLength < 0 && !bodyless) {
      close = true;
    }
    HttpBody body = HttpBody.EMPTY;
    if (!bodyless) {
      InputStream stream =
          chunked
              ? new ChunkedInputStream(from.buffer, from.input, CONFIG)
              : contentLength >= 0
                  ? new ContentLengthInputStream(from.buffer, from.input, contentLength)
                  : new IdentityInputStream(from.buffer, from.input);
      byte[] bytes = stream.readNBytes(MAX_BODY_BYTES + 1);
      if (bytes.length > MAX_BODY_BYTES) {
        throw tooLong(request);
      }
      body = HttpBody.owning(bytes);
    }
    if (close) {
      dropConnections();
    }
    HttpResponse response =
        new HttpResponse(
            request.uri(), head.getCode(), String.valueOf(head.getReasonPhrase()), headers, body);
    dumpResponse(response);
    return response;
  }

  private Kept connectionTo(URI uri) throws VpnException, InterruptedException {
    int port = uri.getPort() > 0 ? uri.getPort() : 443;
    String host = bareHost(uri);
    Kept current = kept;
    if (current != null && current.port == port && current.host.equalsIgnoreCase(host)) {
      return current;
    }
    dropConnections();
    TlsConnection connection = dialer.connect(new Target(host, port, pinned.apply(host)));
    lastTls = connection.tls().session();
    Kept fresh =
        new Kept(
            host,
            port,
            connection,
            new TlsInput(connection, LIMIT),
            new SessionInputBufferImpl(READ_AHEAD_BYTES, MAX_HEAD_BYTES));
    kept = fresh;
    return fresh;
  }

  private byte[] message(HttpRequest request) {
    StringBuilder head = new StringBuilder();
    String path = request.uri().getRawPath();
    String query = request.uri().getRawQuery();
    head.append(request.method())
        .append(' ')
        .append(path == null || path.isEmpty() ? "/" : path)
        .append(query == null ? "" : "?" + query)
        .append(" HTTP/1.1\r\n");
    List<HttpHeader> headers = new ArrayList<>();
    boolean hasHost = request.headers().stream().anyMatch(h -> h.name().equalsIgnoreCase("Host"));
    if (!hasHost) {
      int port = request.uri().getPort();
      String host = request.uri().getHost();
      headers.add(new HttpHeader("Host", port <= 0 || port == 443 ? host : host + ":" + port));
    }
    headers.addAll(request.headers());
    cookies
        .header(request.uri().getHost())
        .ifPresent(value -> headers.add(new HttpHeader("Cookie", value)));
    if (request.body().length() > 0 || "POST".equals(request.method())) {
      headers.add(new HttpHeader("Content-Length", String.valueOf(request.body().length())));
    }
    dump.line("> " + head.toString().strip());
    for (HttpHeader header : headers) {
      head.append(header.name()).append(": ").append(header.value()).append("\r\n");
      dump.line("> " + HttpDump.header(header));
    }
    if (request.body().length() > 0) {
      dump.line("> " + HttpDump.body(request.body().text()));
    }
    byte[] start = head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8);
    byte[] whole = Arrays.copyOf(start, start.length + request.body().length());
    System.arraycopy(request.body().expose(), 0, whole, start.length, request.body().length());
    return whole;
  }

  private void dumpResponse(HttpResponse response) {
    dump.line("< HTTP " + response.status() + " " + response.reason());
    response.headers().forEach(h -> dump.line("< " + HttpDump.header(h)));
    if (response.body().length() > 0) {
      dump.line("< " + HttpDump.body(response.body().text()));
    }
  }

  private static long contentLength(HttpRequest request, String value) throws VpnException {
    if (!value.strip().matches("\\d{1,18}")) {
      throw violation(request, "its Content-Length is \"" + printable(value) + "\"", null);
    }
    long length = Long.parseLong(value.strip());
    if (length > MAX_BODY_BYTES) {
      throw tooLong(request);
    }
    return length;
  }

  private static String printable(String value) {
    return value.replaceAll("[\\p{Cntrl}&&[^\\t]]", "?");
  }

  /** Without the brackets of an IPv6 literal. */
  private static String bareHost(URI uri) {
    String host = uri.getHost();
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  private static VpnException tooLong(HttpRequest request) {
    return violation(request, "its answer is longer than " + MAX_BODY_BYTES + " bytes", null);
  }

  private static VpnException violation(
      HttpRequest request, String what, @Nullable Throwable cause) {
    return new VpnException(
        Kind.PEER_VIOLATION,
        request.uri().getAuthority() + ": " + what + "; is it a VPN gateway of this kind?",
        cause);
  }

  private static VpnException unreachable(
      HttpRequest request, String what, @Nullable Throwable cause) {
    return new VpnException(Kind.UNREACHABLE, request.uri().getAuthority() + " " + what, cause);
  }
}
