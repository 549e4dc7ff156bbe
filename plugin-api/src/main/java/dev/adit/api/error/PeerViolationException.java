package dev.adit.api.error;

/** The peer sent what its protocol does not allow: which field, what was expected, what came. */
public class PeerViolationException extends VpnException {
  private static final long serialVersionUID = 1L;

  public PeerViolationException(String field, String expected, String got) {
    super(Kind.PEER_VIOLATION, field + ": expected " + expected + ", got " + got);
  }
}
