package dev.adit.api.error;

/** The server did not accept who we are, or an answer it needs could not be given. */
public class AuthenticationException extends VpnException {
  private static final long serialVersionUID = 1L;

  public AuthenticationException(String message) {
    super(Kind.AUTHENTICATION, message);
  }
}
