package dev.adit.interop;

import dev.adit.api.error.VpnException;
import dev.adit.core.sys.NetworkNamespace;
import dev.adit.core.tls.ClientCertificate;
import dev.adit.core.tls.FreshIdentity;
import dev.adit.core.tls.ServerPin;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;

/** A log-in that wants a host check first, on the server's side of a lab. */
final class HostCheckServer implements AutoCloseable {
  private static final Pattern LENGTH = Pattern.compile("(?i)\r\nContent-Length: *(\\d+)\r\n");
  private static final String HEAD = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  private static final String REQUEST =
      HEAD
          + "<config-auth client=\"vpn\" type=\"auth-request\"><version who=\"sg\">0.1</version>"
          + "<auth id=\"main\"><form method=\"post\" action=\"/auth\">"
          + "<input type=\"text\" name=\"username\" label=\"Username:\"/>"
          + "<input type=\"password\" name=\"password\" label=\"Password:\"/></form></auth>"
          + "<host-scan><host-scan-ticket>T1</host-scan-ticket>"
          + "<host-scan-token>T2</host-scan-token>"
          + "<host-scan-base-uri>/CACHE/sdesktop/install/</host-scan-base-uri>"
          + "<host-scan-wait-uri>/+CSCOE+/sdesktop/wait.html</host-scan-wait-uri></host-scan>"
          + "</config-auth>";
  private static final String COMPLETE =
      HEAD
          + "<config-auth client=\"vpn\" type=\"complete\"><version who=\"sg\">0.1</version>"
          + "<auth id=\"success\"/></config-auth>";

  private final SSLServerSocket server;
  private final String pin;

  private HostCheckServer(SSLServerSocket server, String pin) {
    this.server = server;
    this.pin = pin;
  }

  static HostCheckServer start(Lab lab) throws GeneralSecurityException, IOException, VpnException {
    ClientCertificate identity = FreshIdentity.of("vpn.test");
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry(
        "me", identity.key(), new char[0], identity.chain().toArray(new X509Certificate[0]));
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(store, new char[0]);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    CompletableFuture<SSLServerSocket> listening = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                // For this thread alone; the socket stays in the namespace that it was made in.
                NetworkNamespace.enter(NetworkNamespace.named(lab.serverName()));
                SSLServerSocket socket =
                    (SSLServerSocket)
                        context
                            .getServerSocketFactory()
                            .createServerSocket(443, 10, InetAddress.getByName(Lab.SERVER));
                listening.complete(socket);
                serve(socket);
              } catch (IOException | VpnException e) {
                listening.completeExceptionally(e);
              }
            },
            "host check server");
    thread.setDaemon(true);
    thread.start();
    return new HostCheckServer(listening.join(), ServerPin.of(identity.chain().get(0)).toString());
  }

  String pin() {
    return pin;
  }

  @Override
  public void close() throws IOException {
    server.close();
  }

  private static void serve(SSLServerSocket server) {
    while (!server.isClosed()) {
      try (Socket socket = server.accept()) {
        InputStream in = socket.getInputStream();
        OutputStream out = socket.getOutputStream();
        for (String request = read(in); !request.isEmpty(); request = read(in)) {
          out.write(answer(request).getBytes(StandardCharsets.UTF_8));
          out.flush();
        }
      } catch (IOException e) {
        // The client has gone, or the test is over.
      }
    }
  }

  private static String answer(String request) {
    String headers = "";
    String body = REQUEST;
    if (request.contains("wait.html")) {
      body = HEAD + "<hostscan><status>TOKEN_SUCCESS</status></hostscan>";
    } else if (request.contains("<password>secret</password>")) {
      // The token of the check has to come back with the answer.
      boolean checked = request.contains("<host-scan-token>T2</host-scan-token>");
      headers = checked ? "Set-Cookie: webvpn=host-checked; Secure\r\n" : "";
      body = checked ? COMPLETE : REQUEST;
    }
    return "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n"
        + headers
        + "Content-Length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }

  private static String read(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int one = in.read();
      if (one < 0) {
        return "";
      }
      head.write(one);
    }
    String text = head.toString(StandardCharsets.ISO_8859_1);
    Matcher length = LENGTH.matcher(text);
    int more = length.find() ? Integer.parseInt(length.group(1)) : 0;
    return text + new String(in.readNBytes(more), StandardCharsets.UTF_8);
  }
}
