package dev.adit.anyconnect.cstp;

import dev.adit.anyconnect.SessionCookie;
import dev.adit.anyconnect.sso.StrapKey;
import dev.adit.api.error.VpnException;
import dev.adit.api.http.HttpHeader;
import dev.adit.api.secret.SecretText;
import dev.adit.api.tunnel.TunnelContext;
import java.util.List;
import java.util.Optional;

/** How one CONNECT proves the key that its session is bound to; see {@link StrapKey}. */
final class Binding {
  private final TunnelContext context;
  private final Optional<StrapKey> present;
  private final Optional<StrapKey> next;

  Binding(TunnelContext context) throws VpnException {
    this.context = context;
    this.present = SessionCookie.key(context.ticket().cookie());
    this.next =
        context.previous().isEmpty()
            ? present
            : present.map(key -> StrapKey.fresh(context.plugin().random()));
  }

  /** Headers of the request; none if the session is bound to no key. */
  List<HttpHeader> headers() {
    if (present.isEmpty() || next.isEmpty()) {
      return List.of();
    }
    byte[] binding = StrapKey.binding(context.tls());
    return List.of(
        new HttpHeader(StrapKey.PROOF_HEADER, present.get().proof(binding, next.get())),
        new HttpHeader(StrapKey.PUBLIC_HEADER, next.get().header()));
  }

  /** The cookie that is good once the server has let us in, if it is another than before. */
  Optional<SecretText> renewed() {
    return next.equals(present)
        ? Optional.empty()
        : next.map(key -> SessionCookie.withKey(context.ticket().cookie(), key));
  }
}
