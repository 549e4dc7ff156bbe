package dev.adit.api.tunnel;

import dev.adit.api.datagram.DatagramOffer;
import dev.adit.api.error.VpnException;
import dev.adit.api.secret.SecretText;
import java.time.Duration;
import java.util.List;

/** What happened in a tunnel, as its engine tells core. */
public sealed interface TunnelEvent {
  /**
   * The tunnel is up; packets may flow.
   *
   * @param offers UDP carriers, best first; empty if there are none
   * @param noDatagram why {@code offers} is empty, for the user; empty if it is not
   */
  record Established(TunnelConfig config, List<DatagramOffer> offers, String noDatagram)
      implements TunnelEvent {
    public Established {
      offers = List.copyOf(offers);
    }
  }

  /**
   * New offers replace the old ones in mid-session: fresh keys, for example.
   *
   * @param noDatagram why {@code offers} is empty, for the user; empty if it is not
   */
  record OffersChanged(List<DatagramOffer> offers, String noDatagram) implements TunnelEvent {
    public OffersChanged {
      offers = List.copyOf(offers);
    }

    /** Without a reason of the protocol's own. */
    public OffersChanged(List<DatagramOffer> offers) {
      this(offers, offers.isEmpty() ? "the server withdrew UDP" : "");
    }
  }

  /** The answer to {@link TunnelEngine#useCarrier}. */
  record CarrierConfirmed(TunnelEngine.CarrierKind carrier) implements TunnelEvent {}

  /** The answer to {@link TunnelEngine#probe}. */
  record ProbeAnswered() implements TunnelEvent {}

  /** The peer gave no sign of life for as long as the protocol allows: reconnect. */
  record PeerSilent(String detail) implements TunnelEvent {}

  /** Time for new keys: core opens another TLS connection and moves over when it is up. */
  record RekeyDue() implements TunnelEvent {}

  /**
   * The session goes on by another cookie from now on: core keeps it instead of the one that it
   * has, and owns it.
   */
  record CookieRenewed(SecretText cookie) implements TunnelEvent {}

  /** The server wants its user told so long before a session's time is up. */
  record ExpiryAlert(Duration before) implements TunnelEvent {}

  /** Text for the user. */
  record Message(String text) implements TunnelEvent {}

  /**
   * The server ended the session, or refused it: do not reconnect with this ticket.
   *
   * @param error kind {@code SESSION_REFUSED} if the ticket is no longer good; {@code OTHER} if the
   *     server merely ended it; the message is the reason in words
   */
  record Ended(VpnException error) implements TunnelEvent {}

  /** This connection is of no use, another try may be: reconnect with back-off. */
  record Failed(VpnException error) implements TunnelEvent {}
}
