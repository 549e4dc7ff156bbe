package dev.adit.anyconnect.auth;

import dev.adit.api.auth.SessionTicket;
import dev.adit.api.auth.SigningCertificate;
import dev.adit.api.error.VpnException;
import dev.adit.api.fixture.ScriptedServer;
import dev.adit.api.fixture.ScriptedUser;
import dev.adit.api.http.HttpHeader;
import dev.adit.api.http.HttpRequest;
import dev.adit.api.http.HttpResponse;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** Both ends of a log-in: a user, and a server that answers one request after the other. */
final class Script extends ScriptedUser {
  /** What a log-in with a browser offers. */
  static final String CAPABILITIES =
      "<capabilities><auth-method>single-sign-on-v2</auth-method>"
          + "<auth-method>single-sign-on-external-browser</auth-method></capabilities>";

  final ScriptedServer peer;

  /** What the client did; see {@link ScriptedServer#log}. */
  final List<String> log;

  boolean invitesHttp;
  final Deque<String> proofs = new ArrayDeque<>();
  Optional<SigningCertificate> second = Optional.empty();
  int pauses;

  Script() {
    this(new ScriptedServer());
  }

  private Script(ScriptedServer peer) {
    super(peer);
    this.peer = peer;
    this.log = peer.log;
  }

  /** The next answer: a status with its reason, header lines, a body. */
  Script then(String status, List<String> headers, String body) {
    peer.then(status, headers, body);
    return this;
  }

  /** The next answer: 200 and a document. */
  Script then(String document) {
    return then("200 OK", List.of(), document);
  }

  /** The next answer: 200 and an auth-request with this inside. */
  Script thenRequest(String inside) {
    return then(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            + "<config-auth client=\"vpn\" type=\"auth-request\"><version who=\"sg\">0.1(1)</version>"
            + inside
            + "</config-auth>");
  }

  /** The next answer: the end, with the session in a cookie. */
  Script thenSuccess() {
    return then(
        "200 OK",
        List.of("Set-Cookie: webvpncontext=c3Rhcg==", "Set-Cookie: webvpn=c2VjcmV0"),
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <config-auth client="vpn" type="complete"><version who="sg">0.1(1)</version>\
        <auth id="success"><title>SSL VPN Service</title><banner>Hello % world</banner></auth>\
        </config-auth>
        """);
  }

  SessionTicket logIn() throws VpnException, InterruptedException {
    return new Login(this, () -> pauses++).run();
  }

  /** Bodies posted, the head that all documents share cut off. */
  List<String> posted() {
    return log.stream()
        .filter(l -> l.startsWith("POST "))
        .map(l -> l.substring(l.indexOf(' ', 5) + 1))
        .map(b -> b.contains("</device-id>") ? b.substring(b.indexOf("</device-id>") + 12) : b)
        .map(b -> b.replace(CAPABILITIES, ""))
        .toList();
  }

  /** Headers of the last request. */
  List<HttpHeader> lastHeaders() {
    return peer.requests.get(peer.requests.size() - 1).headers();
  }

  @Override
  public boolean invitesHttpAuthentication() {
    return invitesHttp;
  }

  @Override
  public Optional<HttpHeader> authorization(HttpRequest request, HttpResponse refusal) {
    return Optional.ofNullable(proofs.poll()).map(p -> new HttpHeader("Authorization", p));
  }

  @Override
  public Optional<SigningCertificate> secondCertificate() {
    return second;
  }
}
