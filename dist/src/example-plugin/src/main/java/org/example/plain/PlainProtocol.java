package org.example.plain;

import dev.adit.api.ProtocolInfo;
import dev.adit.api.VpnProtocol;
import dev.adit.api.auth.AuthContext;
import dev.adit.api.auth.AuthField;
import dev.adit.api.auth.AuthForm;
import dev.adit.api.auth.FormAnswers;
import dev.adit.api.auth.SessionTicket;
import dev.adit.api.error.AuthenticationException;
import dev.adit.api.error.VpnException;
import dev.adit.api.gateway.GatewayProtocol;
import dev.adit.api.http.HttpBody;
import dev.adit.api.http.HttpRequest;
import dev.adit.api.http.HttpResponse;
import dev.adit.api.secret.SecretText;
import dev.adit.api.tunnel.TunnelContext;
import dev.adit.api.tunnel.TunnelEngine;
import java.util.List;
import java.util.Optional;
import org.pf4j.Extension;

/**
 * A protocol made up for this example. Log-in: {@code POST /login} with {@code user:password}, the
 * answer's body is the session. Tunnel: the line {@code TUNNEL session}, answered by {@code OK
 * address}; then packets, each behind two bytes of length.
 */
@Extension
public final class PlainProtocol implements VpnProtocol {
  @Override
  public ProtocolInfo info() {
    return new ProtocolInfo(
        "plain", List.of(), "An example: packets behind their length", 443, List.of(), List.of());
  }

  @Override
  public SessionTicket authenticate(AuthContext context) throws VpnException, InterruptedException {
    AuthForm form =
        new AuthForm(
            "login",
            "",
            "",
            "",
            List.of(
                AuthField.input(
                    "user", "User", AuthField.Type.TEXT, "", AuthField.Role.USERNAME),
                AuthField.input(
                    "password", "Password", AuthField.Type.PASSWORD, "", AuthField.Role.PASSWORD)));
    try (FormAnswers answers = context.ask(form)) {
      String body = answers.value("user").reveal() + ":" + answers.value("password").reveal();
      HttpResponse response =
          context
              .http()
              .exchange(
                  HttpRequest.post(
                      context.server().resolve("/login"), List.of(), HttpBody.of(body)));
      if (response.status() != 200) {
        throw new AuthenticationException("the server answers " + response.status());
      }
      return new SessionTicket(
          SecretText.of(response.body().text()), context.server(), Optional.empty());
    }
  }

  @Override
  public SessionTicket resume(AuthContext context, SecretText cookie) {
    return new SessionTicket(cookie.copy(), context.server(), Optional.empty());
  }

  @Override
  public TunnelEngine tunnel(TunnelContext context) {
    return new PlainEngine(context);
  }

  @Override
  public Optional<GatewayProtocol> gateway() {
    return Optional.of(new PlainGateway());
  }
}
