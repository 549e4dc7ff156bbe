package dev.adit.anyconnect.auth;

import dev.adit.anyconnect.sso.BrowserLogin;
import dev.adit.api.error.PeerViolationException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Element;

/**
 * What the server says in one step of the log-in: a {@code config-auth} document, or a bare {@code
 * auth} element to older agents. Root attributes are ignored; the children count.
 */
final class ServerDocument {
  private final Element root;
  private final @Nullable Element auth;

  private ServerDocument(Element root, @Nullable Element auth) {
    this.root = root;
    this.auth = auth;
  }

  static ServerDocument parse(String text) throws PeerViolationException {
    Element root = Xml.parse(text);
    Element auth = root.getTagName().equals("auth") ? root : Xml.child(root, "auth").orElse(null);
    if (auth == null && !root.getTagName().equals("config-auth")) {
      throw new PeerViolationException(
          "log-in answer", "a config-auth document", "<" + root.getTagName() + ">");
    }
    return new ServerDocument(root, auth);
  }

  /** {@code id} of the {@code auth} element: main, success, challenge, or another. */
  String authId() {
    return auth == null ? "" : auth.getAttribute("id");
  }

  /** Text of {@code title}, {@code message}, {@code banner}, or {@code error} in {@code auth}. */
  String text(String name) {
    return auth == null ? "" : Xml.child(auth, name).map(ServerDocument::filled).orElse("");
  }

  /** The error, wherever it stands. */
  String error() {
    String inAuth = text("error");
    return inAuth.isEmpty()
        ? Xml.child(root, "error").map(ServerDocument::filled).orElse("")
        : inAuth;
  }

  Optional<ServerForm> form() {
    return auth == null
        ? Optional.empty()
        : Xml.child(auth, "form").map(form -> ServerForm.read(form, authId()));
  }

  /** Whether the form is to be answered otherwise than by POST, which no client does. */
  boolean hasOddMethod() {
    return auth != null
        && Xml.child(auth, "form")
            .map(form -> form.getAttribute("method"))
            .filter(m -> !m.isEmpty() && !m.equalsIgnoreCase("POST"))
            .isPresent();
  }

  /** The {@code opaque} element, to be copied into every answer. */
  Optional<String> opaque() {
    return Xml.child(root, "opaque").map(Xml::verbatim);
  }

  Optional<String> sessionToken() {
    return Optional.of(Xml.text(root, "session-token")).filter(t -> !t.isEmpty());
  }

  /** Whether it is any step of a log-in at all. */
  boolean isLogIn() {
    return auth != null
        || hostScan().isPresent()
        || sessionToken().isPresent()
        || !error().isEmpty()
        || has("client-cert-request")
        || has("multiple-client-cert-request");
  }

  /** By which the signature of a second certificate may hash. */
  List<String> hashAlgorithms() {
    return Xml.child(root, "multiple-client-cert-request").stream()
        .flatMap(demand -> Xml.children(demand).stream())
        .filter(e -> e.getTagName().equals("hash-algorithm"))
        .map(e -> e.getTextContent().strip())
        .toList();
  }

  boolean has(String element) {
    return Xml.child(root, element).isPresent();
  }

  /** Whether an empty answer is to be sent without asking anything. */
  boolean wantsEmptyReply() {
    return auth != null && Xml.child(auth, "authentication-complete").isPresent();
  }

  boolean wantsBrowser() {
    return auth != null
        && (Xml.child(auth, "sso-v2-login").isPresent()
            || form().filter(f -> f.unknown().contains("sso")).isPresent());
  }

  /** What the browser is to do; of no use unless {@link #wantsBrowser}. */
  BrowserLogin.Order browserOrder() {
    return new BrowserLogin.Order(
        text("sso-v2-login"),
        text("sso-v2-browser-mode").equalsIgnoreCase("external"),
        text("sso-v2-login-final"),
        text("sso-v2-token-cookie-name"),
        text("sso-v2-error-cookie-name"));
  }

  boolean isSuccess() {
    return authId().equals("success");
  }

  Optional<HostScan.Order> hostScan() {
    Optional<HostScan.Order> xml = Xml.child(root, "host-scan").map(HostScan.Order::read);
    return auth == null ? xml : xml.or(() -> HostScan.Order.readOlder(auth));
  }

  /** The first {@code %s} becomes {@code param1}, the second {@code param2}; no more. */
  private static String filled(Element element) {
    String text = element.getTextContent().strip();
    StringBuilder out = new StringBuilder();
    int at = 0;
    for (String parameter : new String[] {"param1", "param2"}) {
      int percent = text.indexOf('%', at);
      if (percent < 0 || !text.startsWith("%s", percent) || !element.hasAttribute(parameter)) {
        break;
      }
      out.append(text, at, percent).append(element.getAttribute(parameter));
      at = percent + 2;
    }
    return out.append(text.substring(at)).toString();
  }
}
