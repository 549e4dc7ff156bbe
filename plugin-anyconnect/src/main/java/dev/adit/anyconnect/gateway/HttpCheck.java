package dev.adit.anyconnect.gateway;

import java.util.Optional;

/** One scheme of HTTP authentication on one connection. */
interface HttpCheck {
  /** What {@code WWW-Authenticate} says to who has shown nothing, or nothing good. */
  String challenge();

  /**
   * Looks at what a client shows.
   *
   * @param credentials of {@code Authorization}, without the name of the scheme
   */
  Verdict judge(String credentials, GatewayRequest request);

  /**
   * What comes of it.
   *
   * @param user whom it proves to be there; empty for nobody, or not yet
   * @param token for the client to go on with, or beside success
   */
  record Verdict(Optional<String> user, Optional<String> token) {
    static final Verdict REFUSED = new Verdict(Optional.empty(), Optional.empty());

    static Verdict of(String user) {
      return new Verdict(Optional.of(user), Optional.empty());
    }

    static Verdict goOn(String token) {
      return new Verdict(Optional.empty(), Optional.of(token));
    }
  }
}
