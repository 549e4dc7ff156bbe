package dev.adit.core.transport;

/** What is to be done, in the order given. */
public enum Action {
  SEND_ON_TLS,
  SEND_ON_UDP,
  /** Make a new association from a new socket. */
  START_PROBE,
  /** Ask the silent association from time to time. */
  START_QUIET_PROBES,
  SCHEDULE_PROBE,
  /** Try UDP without waiting. */
  SCHEDULE_PROBE_NOW,
  CLOSE_UDP,
  /** Tell the server that packets come by UDP from now on. */
  ENABLE_UDP,
  /** Tell the server that they do not any more. */
  DISABLE_UDP,
  RECONNECT,
  CLOSE
}
