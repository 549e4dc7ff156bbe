package dev.adit.api.behaviour;

/** What one protocol has and another has not. What is not named is held to be absent. */
public enum Capability {
  /** Carriers by UDP are offered. */
  DATAGRAMS,
  /** IPv6 inside of the tunnel. */
  IPV6,
  /** A session can be ended at the server, in the tunnel or by a request of its own. */
  LOG_OUT,
  /** A server that says nothing more is noticed by the tunnel engine itself. */
  LIVENESS,
  /** The tunnel engine's probe is answered by the server. */
  PROBE,
  /** Keys are made anew in mid-session; {@link ProtocolBehaviour#rekeyOptions} makes it happen. */
  REKEY
}
