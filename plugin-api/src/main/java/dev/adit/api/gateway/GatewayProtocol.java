package dev.adit.api.gateway;

import java.util.List;

/** The server side of a protocol. True enough that foreign clients connect to it. */
public interface GatewayProtocol {
  /** Faults beyond those that core itself can do (cut, silence, slow and torn writes). */
  List<GatewayFault> faults();

  /** One gateway; {@code close} ends it. */
  GatewayEngine open(GatewaySettings settings);
}
