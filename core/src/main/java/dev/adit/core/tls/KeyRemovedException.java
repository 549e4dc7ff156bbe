package dev.adit.core.tls;

import dev.adit.api.error.AuthenticationException;

/**
 * The key of the client certificate does not sign any more. Only one on a token can do that: others
 * were tried when they were read.
 */
public final class KeyRemovedException extends AuthenticationException {
  private static final long serialVersionUID = 1L;

  KeyRemovedException() {
    super("the client certificate's key does not sign; was its token removed?");
  }
}
