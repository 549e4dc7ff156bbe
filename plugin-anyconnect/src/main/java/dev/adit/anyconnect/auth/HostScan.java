package dev.adit.anyconnect.auth;

import dev.adit.anyconnect.SessionCookie;
import dev.adit.api.auth.AuthContext;
import dev.adit.api.auth.HostCheckRequest;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.http.HttpResponse;
import dev.adit.api.tunnel.TlsSession;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.w3c.dom.Element;

/**
 * The host check (CSD): the user's program reports about this host, then the server is asked until
 * it has made up its mind. Nothing is downloaded. Arguments and environment of the program are
 * those that wrappers written for other clients expect, literal quotes included.
 */
final class HostScan {
  private static final int MOST_POLLS = 300;
  private static final String DEFAULT_WAIT = "/+CSCOE+/sdesktop/wait.html";

  /**
   * What the server wants.
   *
   * @param base path that the program is given as URL
   * @param poll path that is asked until the server has made up its mind
   */
  record Order(String ticket, String token, String base, String poll) {
    /** From the element {@code host-scan}. */
    static Order read(Element hostScan) {
      return new Order(
          Xml.text(hostScan, "host-scan-ticket"),
          Xml.text(hostScan, "host-scan-token"),
          Xml.text(hostScan, "host-scan-base-uri"),
          Xml.text(hostScan, "host-scan-wait-uri"));
    }

    /** From the attributes of {@code csd} and {@code csdLinux} in {@code auth}, the older form. */
    static Optional<Order> readOlder(Element auth) {
      return Xml.child(auth, "csd")
          .map(
              csd -> {
                Element paths = Xml.child(auth, "csdLinux").orElse(csd);
                return new Order(
                    csd.getAttribute("ticket"),
                    csd.getAttribute("token"),
                    paths.getAttribute("starturl"),
                    paths.getAttribute("waiturl"));
              });
    }

    @Override
    public String toString() {
      return "Order[base=" + base + ", poll=" + poll + "]";
    }
  }

  /** Lets a second pass; a test does not wait for it. */
  interface Pause {
    void oneSecond() throws InterruptedException;
  }

  private final AuthContext context;
  private final LoginExchange exchange;
  private final Pause pause;

  HostScan(AuthContext context, LoginExchange exchange, Pause pause) {
    this.context = context;
    this.exchange = exchange;
    this.pause = pause;
  }

  /** Returns the token that later answers must carry. */
  String run(Order order, String group) throws VpnException, InterruptedException {
    if (order.ticket().isEmpty() || !SessionCookie.isValue(order.token())) {
      throw new VpnException(
          Kind.HOST_CHECK, "the server wants a host check but gives no ticket for it");
    }
    URI url = exchange.accessUrl();
    URI base = exchange.resolved(order.base().isEmpty() ? "/" : order.base());
    List<String> wanted = HostScanChecks.ask(exchange);
    HostCheckRequest request = request(order.ticket(), order.token(), base, group, wanted);
    context.checkHost(request);
    context.http().setCookie(url, "sdesktop", order.token());
    await(exchange.resolved(order.poll().isEmpty() ? DEFAULT_WAIT : order.poll()));
    // The server asks for no interval; a user may want one.
    context.repeatHostCheck(Optional.empty(), () -> context.checkHost(request));
    return order.token();
  }

  private HostCheckRequest request(
      String ticket, String token, URI base, String group, List<String> wanted)
      throws VpnException {
    TlsSession tls =
        context
            .http()
            .tls()
            .orElseThrow(() -> new IllegalStateException("no TLS connection after an exchange"));
    X509Certificate certificate = tls.peerChain().get(0);
    Map<String, String> environment = new HashMap<>();
    List<String> arguments;
    try {
      environment.put(
          "CSD_SHA256",
          Base64.getEncoder()
              .encodeToString(
                  MessageDigest.getInstance("SHA-256")
                      .digest(certificate.getPublicKey().getEncoded())));
      environment.put("CSD_TOKEN", token);
      environment.put("CSD_HOSTNAME", tls.peerAddress().getAddress().getHostAddress());
      String md5 =
          HexFormat.of()
              .formatHex(MessageDigest.getInstance("MD5").digest(certificate.getEncoded()))
              .toUpperCase(Locale.ROOT);
      arguments =
          List.of(
              "",
              "-ticket",
              quoted(ticket),
              "-stub",
              quoted("0"),
              "-group",
              quoted(group),
              "-certhash",
              quoted(md5 + ":"),
              "-url",
              quoted(base.toString()),
              "-langselen");
    } catch (GeneralSecurityException e) {
      throw new VpnException(Kind.HOST_CHECK, "host check: " + e.getMessage(), e);
    }
    return new HostCheckRequest(arguments, environment, wanted);
  }

  private void await(URI wait) throws VpnException, InterruptedException {
    for (int i = 0; i < MOST_POLLS; i++) {
      HttpResponse response = exchange.getOnce(wait);
      String body = response.body().text();
      if (body.stripLeading().startsWith("<?xml")) {
        return;
      }
      if (response.status() != 200 || !body.contains("http-equiv=\"refresh\"")) {
        throw new VpnException(
            Kind.HOST_CHECK,
            "the server did not accept the host check (" + response.status() + ")");
      }
      pause.oneSecond();
    }
    throw new VpnException(
        Kind.HOST_CHECK,
        "the server did not make up its mind about the host check in " + MOST_POLLS + " s");
  }

  private static String quoted(String value) {
    return '"' + value + '"';
  }
}
