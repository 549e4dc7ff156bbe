package dev.adit.juniper.gateway;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A small identity provider under another name of the gateway's address, on with {@code --option
 * sso=NAME}. Requests and assertions, which are signed XML elsewhere, are random words here: what
 * matters is the way that a client goes. One thread.
 *
 * <pre>
 *   gateway    GET  welcome.cgi                302 to the provider       DSASSERTREF
 *   provider   GET  /sso?SAMLRequest=ID        a page that makes its form by script; with
 *                                              {@code --option sso-plain} one as ADFS makes it
 *              POST /sso                       a form that posts itself: SAMLResponse, RelayState
 *   gateway    POST saml-consumer.cgi          what stands behind the password, then DSID
 * </pre>
 */
final class IdentityProvider {
  private static final String CONSUMER = "/dana-na/auth/saml-consumer.cgi";
  private static final String RELAY_STATE = "RelayState";
  private static final String RESPONSE = "SAMLResponse";
  private static final int MOST_VISITS = 256;

  /** A browser on its way, from the gateway and back. */
  private static final class Visit {
    final String gateway;
    String user = "";
    String assertion = "";

    Visit(String gateway) {
      this.gateway = gateway;
    }
  }

  private final LoginOptions options;
  private final Sessions sessions;
  private final Predicate<Fault> faults;
  private final Map<String, Visit> visits = new LinkedHashMap<>();

  IdentityProvider(LoginOptions options, Sessions sessions, Predicate<Fault> faults) {
    this.options = options;
    this.sessions = sessions;
    this.faults = faults;
  }

  boolean isOn() {
    return options.signOn().isPresent();
  }

  /** Whether a request is meant for the provider, by the host that it names. */
  boolean isFor(GatewayRequest request) {
    return options.signOn().filter(request.host().split(":", 2)[0]::equalsIgnoreCase).isPresent();
  }

  /** Sends who comes to the gateway to the provider, at the same port. */
  GatewayReply begin(GatewayRequest request) {
    String id = sessions.random();
    if (visits.size() >= MOST_VISITS) {
      visits.remove(visits.keySet().iterator().next());
    }
    visits.put(id, new Visit(request.host()));
    String port = request.host().replaceFirst("^.*?(:\\d+)?$", "$1");
    return GatewayReply.redirect(
            "https://" + options.signOn().orElseThrow() + port + "/sso?SAMLRequest=" + id)
        .cookie("DSASSERTREF", id, "/");
  }

  /** What the provider answers. */
  GatewayReply answer(GatewayRequest request) {
    String id = request.parameter("SAMLRequest") + request.field(RELAY_STATE);
    Visit visit = visits.get(id);
    if (visit == null) {
      return GatewayReply.page(LoginHtml.page("<h1>No such log-in</h1>"));
    }
    if (!request.method().equals("POST")) {
      return GatewayReply.page(signIn(id, "")).logging("sso-page", options.signOn().orElse(""));
    }
    String user = request.field("user") + request.field("UserName");
    String password = request.field("password") + request.field("Password");
    if (faults.test(Fault.SSO_REFUSED)) {
      return GatewayReply.page(LoginHtml.page("<h1>Access denied</h1>"))
          .logging("sso-refused", user);
    }
    if (!LoginPages.matches(Optional.ofNullable(options.users().get(user)), password)) {
      return GatewayReply.page(signIn(id, "Wrong user name or password."))
          .logging("sso-wrong-password", user);
    }
    visit.user = user;
    visit.assertion = sessions.random();
    return GatewayReply.page(wayBack(id, visit)).logging("sso", user);
  }

  /** Whether a request brings an assertion to the gateway. */
  boolean isReturn(GatewayRequest request) {
    return isOn() && request.path().equals(CONSUMER);
  }

  /** The user whom an assertion stands for; it is good once. */
  Optional<String> user(GatewayRequest request) {
    Visit visit = visits.remove(request.field(RELAY_STATE));
    return visit != null
            && !visit.user.isEmpty()
            && LoginPages.matches(Optional.of(visit.assertion), request.field(RESPONSE))
        ? Optional.of(visit.user)
        : Optional.empty();
  }

  private String signIn(String id, String error) {
    String said = error.isEmpty() ? "" : "<p role=alert>" + error + "</p>";
    String state = "<input type=hidden name=" + RELAY_STATE + " value=" + id + ">";
    if (options.signOnPlain()) {
      return LoginHtml.page(
          said
              + "<form id=loginForm method=post action=/sso><input type=email name=UserName>"
              + "<input type=password name=Password>"
              + state
              + "<input type=submit name=submitButton value=\"Sign in\"></form>");
    }
    return LoginHtml.page(
        said
            + "<div id=root></div><script>document.getElementById('root').innerHTML ="
            + "'<form method=post action=/sso><input name=user>"
            + "<input type=password name=password>"
            + state
            + "<button id=go>Sign in<\\/button><\\/form>';</script>");
  }

  private static String wayBack(String id, Visit visit) {
    return LoginHtml.page(
        "<form name=hiddenform method=post action=\"https://"
            + visit.gateway
            + CONSUMER
            + "\"><input type=hidden name="
            + RESPONSE
            + " value="
            + visit.assertion
            + "><input type=hidden name="
            + RELAY_STATE
            + " value="
            + id
            + "><noscript><input type=submit name=submit value=Continue></noscript></form>"
            + "<script>HTMLFormElement.prototype.submit.call(document.forms[0]);</script>");
  }
}
