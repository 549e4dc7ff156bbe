package dev.adit.api.behaviour;

/** How far a session comes with a gateway that has a fault. */
public enum Outcome {
  /** Packets flow both ways. */
  HARMLESS,
  /** The log-in ends with an error. */
  LOGIN_FAILS,
  /** The server will not have the session: nothing to try again. */
  SESSION_REFUSED,
  /** The tunnel is not opened, or breaks: another try makes sense. */
  TUNNEL_FAILS,
  /** The server ends a session that was up. */
  SESSION_ENDED
}
