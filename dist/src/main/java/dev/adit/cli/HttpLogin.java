package dev.adit.cli;

import dev.adit.api.auth.AuthField;
import dev.adit.api.auth.AuthField.Role;
import dev.adit.api.auth.AuthField.Type;
import dev.adit.api.auth.AuthForm;
import dev.adit.api.auth.FormAnswers;
import dev.adit.api.error.VpnException;
import dev.adit.api.http.HttpHeader;
import dev.adit.api.http.HttpRequest;
import dev.adit.api.http.HttpResponse;
import dev.adit.api.secret.SecretText;
import dev.adit.core.auth.FormAnswerer;
import dev.adit.core.auth.SecretResolver;
import dev.adit.core.auth.SecretSource;
import dev.adit.core.http.HttpAuthentication;
import dev.adit.core.http.HttpScheme;
import dev.adit.core.http.UserPassword;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** HTTP authentication of one log-in; name and password are asked for like those of a form. */
final class HttpLogin {
  /**
   * A token that is shown as it is, RFC 6750.
   *
   * @param token where it is, if there is one
   */
  record Bearer(Optional<SecretSource> token, SecretResolver resolver) {}

  private static final Logger LOG = LoggerFactory.getLogger(HttpLogin.class);

  private final Set<HttpScheme> allowed;
  private final boolean invited;
  private final FormAnswerer answerer;
  private final Bearer bearer;
  private boolean shown;
  private final Map<String, HttpAuthentication> byHost = new HashMap<>();

  /**
   * Makes one.
   *
   * @param invited whether servers are told that they may ask for it
   */
  HttpLogin(Set<HttpScheme> allowed, boolean invited, FormAnswerer answerer, Bearer bearer) {
    this.allowed = Set.copyOf(allowed);
    this.invited = invited;
    this.answerer = answerer;
    this.bearer = bearer;
  }

  boolean isInvited() {
    return invited;
  }

  /** The same for another log-in. */
  HttpLogin by(FormAnswerer other) {
    return new HttpLogin(allowed, invited, other, bearer);
  }

  Optional<HttpHeader> answer(HttpRequest request, HttpResponse refusal)
      throws VpnException, InterruptedException {
    List<String> challenges = refusal.headers("WWW-Authenticate");
    boolean wantsToken =
        HttpScheme.offered(challenges).stream().anyMatch("Bearer"::equalsIgnoreCase);
    if (wantsToken && shown) {
      LOG.info("HTTP authentication by Bearer: the token of --token-secret is refused");
    } else if (wantsToken && bearer.token.isPresent()) {
      shown = true;
      try (SecretText token = bearer.resolver.resolve(bearer.token.get())) {
        return Optional.of(new HttpHeader("Authorization", "Bearer " + token.reveal().strip()));
      }
    }
    URI uri = request.uri();
    String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    String target = uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
    return byHost
        .computeIfAbsent(
            uri.getHost().replaceAll("[\\[\\]]", ""),
            host -> new HttpAuthentication(allowed, host, this::ask))
        .answer(request.method(), target, challenges)
        .map(value -> new HttpHeader("Authorization", value));
  }

  private UserPassword ask(String realm, boolean refused)
      throws VpnException, InterruptedException {
    AuthForm form =
        new AuthForm(
            "http-auth",
            "",
            "The server wants a user name and a password for " + realm + ".",
            refused ? "They are not accepted." : "",
            List.of(
                AuthField.input("username", "User name:", Type.TEXT, "", Role.USERNAME),
                AuthField.input("password", "Password:", Type.PASSWORD, "", Role.PASSWORD)));
    try (FormAnswers answers = answerer.answer(form)) {
      return new UserPassword(answers.value("username").reveal(), answers.value("password").copy());
    }
  }
}
