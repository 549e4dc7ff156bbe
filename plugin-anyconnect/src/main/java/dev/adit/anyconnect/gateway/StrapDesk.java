package dev.adit.anyconnect.gateway;

import dev.adit.anyconnect.sso.StrapKey;
import dev.adit.api.OptionValues;
import dev.adit.api.gateway.GatewayOutput;
import dev.adit.api.tunnel.TlsSession;
import java.util.Optional;

/**
 * Looks at the proofs of the key that a session is bound to. Without {@code strap=required} a bad
 * one is told and let pass: openconnect 9.01 binds it to the wrong thing under TLS 1.3.
 */
final class StrapDesk {
  private final boolean required;

  StrapDesk(OptionValues options) {
    this.required = options.text("strap").filter("required"::equals).isPresent();
  }

  /** Whether the client may open a tunnel; from then on its next key is the session's. */
  boolean passes(Session session, GatewayRequest request, TlsSession tls, GatewayOutput out) {
    Optional<String> next = request.header(StrapKey.PUBLIC_HEADER);
    Optional<String> proof = request.header(StrapKey.PROOF_HEADER);
    boolean proved =
        session.strapKey.isPresent()
            && next.isPresent()
            && proof.isPresent()
            && StrapKey.proves(
                session.strapKey.get(), StrapKey.binding(tls), next.get(), proof.get());
    if (next.isPresent()) {
      boolean same = next.equals(session.strapKey);
      out.event(proved ? "strap" : "strap-refused", same ? "the same key" : "a fresh key");
    }
    if (proved || !required) {
      session.strapKey = next;
    }
    return proved || !required;
  }
}
