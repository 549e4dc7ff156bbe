package dev.adit.core.gateway;

import java.util.Locale;

/** What can go wrong with the network itself, whatever the protocol. */
public enum NetworkFault {
  /** All connections are reset, once. */
  CUT("resets all connections once"),
  /** Nothing is read or written any more, connections stay open. */
  SILENCE("reads and writes nothing, connections stay open"),
  /** As behind a packet filter that lets TCP alone through. */
  UDP_BLOCKED("reads and writes no datagram"),
  /** One byte at a time. */
  TORN("writes in pieces of 1 to 7 bytes");

  private final String description;

  NetworkFault(String description) {
    this.description = description;
  }

  public String description() {
    return description;
  }

  /** For {@code --fault}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
