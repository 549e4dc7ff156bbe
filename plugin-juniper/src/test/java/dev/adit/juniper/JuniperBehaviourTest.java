package dev.adit.juniper;

import dev.adit.api.VpnProtocol;
import dev.adit.api.behaviour.Capability;
import dev.adit.api.behaviour.Outcome;
import dev.adit.api.behaviour.ProtocolBehaviour;
import java.util.Map;
import java.util.Set;

class JuniperBehaviourTest extends ProtocolBehaviour {
  @Override
  protected VpnProtocol protocol() {
    return new JuniperProtocol();
  }

  /** Nothing in oNCP is answered: silence over TLS alone is noticed by TCP, see JuniperIT. */
  @Override
  protected Set<Capability> capabilities() {
    return Set.of(Capability.DATAGRAMS, Capability.LOG_OUT, Capability.REKEY);
  }

  @Override
  protected Map<String, String> rekeyOptions() {
    return Map.of("rekey-seconds", "45");
  }

  @Override
  protected Map<String, Outcome> faults() {
    return Map.ofEntries(
        Map.entry("unknown-page", Outcome.LOGIN_FAILS),
        Map.entry("page-loop", Outcome.LOGIN_FAILS),
        Map.entry("redirect-loop", Outcome.LOGIN_FAILS),
        Map.entry("wrong-dsid", Outcome.SESSION_REFUSED),
        Map.entry("host-check", Outcome.LOGIN_FAILS),
        Map.entry("sso-refused", Outcome.HARMLESS),
        Map.entry("locked-out", Outcome.LOGIN_FAILS),
        Map.entry("pulse-only", Outcome.LOGIN_FAILS),
        Map.entry("huge-page", Outcome.LOGIN_FAILS),
        Map.entry("empty-page", Outcome.LOGIN_FAILS),
        Map.entry("http-error", Outcome.LOGIN_FAILS),
        Map.entry("expired-cookie", Outcome.SESSION_REFUSED),
        Map.entry("pulse-status", Outcome.SESSION_REFUSED),
        Map.entry("idle-timeout", Outcome.SESSION_ENDED),
        Map.entry("esp-unknown-cipher", Outcome.HARMLESS),
        Map.entry("esp-zero-spi", Outcome.HARMLESS),
        Map.entry("esp-no-answer", Outcome.HARMLESS),
        Map.entry("esp-bad-icv", Outcome.HARMLESS),
        Map.entry("esp-bad-data", Outcome.HARMLESS),
        Map.entry("esp-replay", Outcome.HARMLESS));
  }
}
