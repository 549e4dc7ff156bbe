package dev.adit.core.auth;

import dev.adit.api.error.VpnException;
import dev.adit.api.secret.SecretText;

/** One-time codes; each call gives the next. */
public interface CodeSource {
  SecretText next() throws VpnException;

  /** Whether a code is given where a password is asked for and none is known. */
  default boolean isPassword() {
    return false;
  }
}
