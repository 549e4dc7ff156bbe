package dev.adit.cli;

import dev.adit.api.VpnProtocol;
import dev.adit.api.auth.ClientIdentity;
import dev.adit.api.auth.NamedIdentity;
import dev.adit.api.auth.SessionTicket;
import dev.adit.api.error.VpnException;
import dev.adit.core.auth.TerminalText;
import dev.adit.core.http.CoreHttpClient;
import dev.adit.core.http.HttpDump;
import dev.adit.core.net.Connector;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** A log-in up to its first question as somebody who says to be something else. */
final class IdentityTrial {
  private IdentityTrial() {}

  /** Why the server did not ask anything; empty if it did. */
  static Optional<String> refusal(
      VpnProtocol protocol, NamedIdentity named, URI server, Connector connector)
      throws InterruptedException {
    ClientIdentity identity =
        new ClientIdentity(
            named.os(),
            Optional.of(named.userAgent()),
            Optional.of(named.versionString()),
            FirstQuestion.identity().localHostname());
    try (CoreHttpClient http =
        new CoreHttpClient(connector, host -> List.of(), HttpDump.NONE, Clock.systemUTC())) {
      FirstQuestion context = new FirstQuestion(server, http, identity);
      try (SessionTicket ticket = protocol.authenticate(context)) {
        protocol.logOut(context, ticket);
        return Optional.empty();
      } catch (VpnException e) {
        // What to do about it was said before.
        return context.asked().isPresent()
            ? Optional.empty()
            : Optional.of(TerminalText.line(e.getMessage()).replaceFirst(";.*", ""));
      }
    }
  }

  /** What to say on the command line to be that. */
  static String options(NamedIdentity identity) {
    return "--os="
        + identity.os()
        + " --useragent="
        + TicketOutput.quoted(identity.userAgent())
        + " --version-string="
        + identity.versionString();
  }
}
