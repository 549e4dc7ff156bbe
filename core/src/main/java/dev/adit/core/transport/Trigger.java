package dev.adit.core.transport;

/** What happened. */
public enum Trigger {
  /** The tunnel over TLS is established, for the first time or again. */
  TUNNEL_UP,
  /** A second TLS connection has taken the place of the first, with offers of its own. */
  TUNNEL_REPLACED,
  /** The TLS connection broke, or its peer fell silent. */
  TUNNEL_LOST,
  /** Time to try UDP. */
  PROBE_DUE,
  /** UDP works: the handshake is complete, or a probe came back. */
  PROBE_ANSWERED,
  /** UDP does not work for now. */
  PROBE_FAILED,
  /** The server knows that UDP is to be used. */
  UDP_ENABLED,
  /** Packets by UDP are not answered any more; the association itself may live. */
  UDP_SILENT,
  /** The association is gone. */
  UDP_LOST,
  /** Time to ask the kernel again. */
  KERNEL_DUE,
  /** The kernel has taken over. */
  KERNEL_UP,
  /** The kernel does not take over, or moves packets no more. */
  KERNEL_LOST,
  /** The server ended the session. */
  SESSION_ENDED,
  /** We end the session. */
  STOP
}
