package dev.adit.core.session;

/** What moves the packets, from what always works to what costs least. */
public enum Carrier {
  TLS,
  /** By UDP, sealed by this process. */
  UDP,
  /** By UDP, sealed by the kernel. */
  KERNEL
}
