package org.example.plain;

import dev.adit.api.VpnProtocol;
import dev.adit.api.behaviour.Capability;
import dev.adit.api.behaviour.Outcome;
import dev.adit.api.behaviour.ProtocolBehaviour;
import java.util.Map;
import java.util.Set;

/** All that an author writes: what the protocol is, what it has, and what its faults lead to. */
class PlainBehaviourTest extends ProtocolBehaviour {
  @Override
  protected VpnProtocol protocol() {
    return new PlainProtocol();
  }

  @Override
  protected Set<Capability> capabilities() {
    return Set.of();
  }

  @Override
  protected Map<String, Outcome> faults() {
    return Map.of("refuse", Outcome.SESSION_REFUSED);
  }
}
