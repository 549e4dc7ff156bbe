package dev.adit.api.tunnel;

import dev.adit.api.OptionValues;
import dev.adit.api.auth.ClientIdentity;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the user wants of a tunnel.
 *
 * @param mtu {@code --mtu}
 * @param pathMtu MTU of the outer path in bytes: {@code --base-mtu}, or that of the interface
 * @param ipv6 whether to ask for IPv6
 * @param datagrams whether UDP carriers may be offered ({@code --no-dtls} says no)
 * @param compression what may be negotiated
 * @param forcedDpd {@code --force-dpd}: overrides the server's interval
 * @param options the protocol's own
 */
public record TunnelSettings(
    OptionalInt mtu,
    int pathMtu,
    boolean ipv6,
    boolean datagrams,
    Compression compression,
    Optional<Duration> forcedDpd,
    ClientIdentity identity,
    OptionValues options) {
  /** What may be negotiated. */
  public enum Compression {
    NONE,
    /** Each packet by itself. */
    STATELESS,
    /** Also with history from packet to packet. */
    ALL
  }
}
