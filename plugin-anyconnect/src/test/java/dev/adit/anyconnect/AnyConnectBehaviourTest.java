package dev.adit.anyconnect;

import dev.adit.api.VpnProtocol;
import dev.adit.api.behaviour.Capability;
import dev.adit.api.behaviour.Outcome;
import dev.adit.api.behaviour.ProtocolBehaviour;
import java.util.Map;
import java.util.Set;

class AnyConnectBehaviourTest extends ProtocolBehaviour {
  @Override
  protected VpnProtocol protocol() {
    return new AnyConnectProtocol();
  }

  @Override
  protected Set<Capability> capabilities() {
    return Set.of(Capability.values());
  }

  @Override
  protected Map<String, String> rekeyOptions() {
    return Map.of("rekey-seconds", "60", "strap", "required");
  }

  @Override
  protected Map<String, Outcome> faults() {
    return Map.ofEntries(
        Map.entry("no-dpd", Outcome.TUNNEL_FAILS),
        Map.entry("changed-address", Outcome.HARMLESS),
        Map.entry("changed-network", Outcome.HARMLESS),
        // TLS carries on.
        Map.entry("dtls-garbage", Outcome.HARMLESS),
        Map.entry("dtls-other-suite", Outcome.HARMLESS),
        Map.entry("dtls-other-version", Outcome.HARMLESS),
        Map.entry("dtls-twice", Outcome.HARMLESS),
        Map.entry("expired-cookie", Outcome.SESSION_REFUSED),
        Map.entry("forget-sessions", Outcome.SESSION_REFUSED),
        Map.entry("refuse", Outcome.TUNNEL_FAILS),
        Map.entry("oversized-frame", Outcome.TUNNEL_FAILS),
        Map.entry("truncated-frame", Outcome.TUNNEL_FAILS),
        Map.entry("unknown-frame-type", Outcome.HARMLESS),
        Map.entry("bad-magic", Outcome.TUNNEL_FAILS),
        Map.entry("wrong-content-length", Outcome.LOGIN_FAILS),
        Map.entry("redirect-loop", Outcome.LOGIN_FAILS),
        Map.entry("endless-header", Outcome.LOGIN_FAILS),
        Map.entry("huge-body", Outcome.LOGIN_FAILS),
        Map.entry("html-instead-of-xml", Outcome.LOGIN_FAILS),
        Map.entry("xml-entities", Outcome.LOGIN_FAILS),
        Map.entry("http-error", Outcome.LOGIN_FAILS),
        // This log-in has no browser: SingleSignOnIT meets these with one.
        Map.entry("sso-refused", Outcome.HARMLESS),
        Map.entry("sso-wrong-key", Outcome.HARMLESS),
        Map.entry("sso-unknown-token", Outcome.HARMLESS),
        Map.entry("no-route-sense", Outcome.TUNNEL_FAILS));
  }
}
