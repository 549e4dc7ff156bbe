package dev.adit.core.browser;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.adit.api.auth.BrowserRequest.Listener;
import dev.adit.api.auth.BrowserRequest.Verdict;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.secret.SecretText;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits on 127.0.0.1 and ::1 for the browser to bring the answer. Requests for other paths, other
 * methods, and answers that the plugin refuses are turned away, and the wait goes on: every page
 * that the user has open could send one.
 */
final class LoopbackListener implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LoopbackListener.class);
  private static final List<String> ADDRESSES = List.of("127.0.0.1", "::1");
  private static final int BACKLOG = 8;

  /** A browser keeps connections open that it says nothing on; more hands than connections. */
  private static final int THREADS = 8;

  /** An answer is an URL; openconnect takes 4095 bytes. */
  private static final int MAX_TARGET_CHARS = 16384;

  private static final String DONE =
      "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>Logged in</title></head>"
          + "<body><h1>Logged in</h1><p>You can close this page now.</p></body></html>\n";
  private static final String REFUSED =
      "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>Not logged in</title></head>"
          + "<body><h1>Not logged in</h1><p>This answer belongs to no log-in that is under way."
          + "</p></body></html>\n";

  private final Listener wanted;
  private final CompletableFuture<SecretText> answer;
  private final List<HttpServer> servers = new ArrayList<>();
  private final ExecutorService threads =
      Executors.newFixedThreadPool(
          THREADS,
          task -> {
            Thread thread = new Thread(task, "browser listener");
            thread.setDaemon(true);
            return thread;
          });

  private LoopbackListener(Listener wanted, CompletableFuture<SecretText> answer) {
    this.wanted = wanted;
    this.answer = answer;
  }

  /**
   * Opens both sockets; one is enough where the host lacks the other family.
   *
   * @param answer is given the first request target that is accepted
   * @throws VpnException the port is taken
   */
  static LoopbackListener open(Listener wanted, CompletableFuture<SecretText> answer)
      throws VpnException {
    LoopbackListener listener = new LoopbackListener(wanted, answer);
    String why = "";
    for (String address : ADDRESSES) {
      try {
        listener.listen(new InetSocketAddress(InetAddress.getByName(address), wanted.port()));
      } catch (IOException e) {
        why = String.valueOf(e.getMessage());
        if (why.contains("in use")) {
          listener.close();
          throw taken(wanted.port(), why);
        }
      }
    }
    if (listener.servers.isEmpty()) {
      listener.close();
      throw taken(wanted.port(), why);
    }
    return listener;
  }

  private static VpnException taken(int port, String why) {
    return new VpnException(
        Kind.CONFIGURATION,
        "the browser brings the answer to port "
            + port
            + " of this host, which cannot be had ("
            + why
            + "): end the program that has it (ss -ltnp shows which), or use"
            + " --external-browser=remote");
  }

  private void listen(InetSocketAddress address) throws IOException {
    HttpServer server = HttpServer.create(address, BACKLOG);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
    servers.add(server);
  }

  /** The wait ends when the browser has its page, since its end closes the sockets. */
  private void handle(HttpExchange exchange) throws IOException {
    respond(exchange).ifPresent(answer::complete);
  }

  private Optional<SecretText> respond(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.getResponseHeaders().set("Connection", "close");
      String target = exchange.getRequestURI().toString();
      if (!exchange.getRequestMethod().equals("GET")) {
        page(exchange, 405, REFUSED);
      } else if (!target.startsWith(wanted.pathPrefix()) || target.length() > MAX_TARGET_CHARS) {
        LOG.debug("the browser asks for another page; still waiting");
        page(exchange, 404, REFUSED);
      } else {
        return judge(exchange, target.substring(wanted.pathPrefix().length()));
      }
      return Optional.empty();
    }
  }

  /** One at a time: the plugin's judgement is not made for two threads. */
  private synchronized Optional<SecretText> judge(HttpExchange exchange, String target)
      throws IOException {
    Verdict verdict = wanted.judge().judge(target);
    if (verdict.refusal().isPresent()) {
      LOG.warn("The browser brought something else: {}. Still waiting.", verdict.refusal().get());
      page(exchange, 404, REFUSED);
      return Optional.empty();
    }
    Optional<String> goOn = verdict.goOn().filter(LoopbackListener::isWeb).map(URI::toASCIIString);
    if (goOn.isPresent()) {
      exchange.getResponseHeaders().set("Location", goOn.get());
      exchange.getResponseHeaders().set("Content-Type", "text/html");
      exchange.sendResponseHeaders(302, -1);
    } else {
      page(exchange, 200, DONE);
    }
    return Optional.of(SecretText.of(target));
  }

  private static boolean isWeb(URI uri) {
    return "https".equalsIgnoreCase(uri.getScheme()) || "http".equalsIgnoreCase(uri.getScheme());
  }

  private static void page(HttpExchange exchange, int status, String html) throws IOException {
    byte[] bytes = html.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    servers.forEach(server -> server.stop(0));
    threads.shutdown();
  }
}
