package dev.adit.juniper.auth;

import dev.adit.api.auth.AuthContext;
import dev.adit.api.auth.BrowserRequest;
import dev.adit.api.auth.BrowserRequest.Watch;
import dev.adit.api.auth.BrowserResult;
import dev.adit.api.auth.Notice;
import dev.adit.api.error.PeerViolationException;
import dev.adit.api.error.VpnException;
import dev.adit.api.secret.SecretText;
import dev.adit.juniper.SessionCookies;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * A log-in that leaves the gateway for an identity provider. Pages that are plain forms are filled
 * in like any other; most want scripts, and so a browser begins at the gateway again, where in the
 * end it is given the session's cookie.
 */
final class SingleSignOn {
  private static final Duration LIMIT = Duration.ofMinutes(10);

  private final AuthContext context;
  private final URI start;
  private final Set<String> told = new HashSet<>();

  SingleSignOn(AuthContext context, URI start) {
    this.context = context;
    this.start = start;
  }

  boolean isElsewhere(URI url) {
    return !Urls.sameHost(url, start);
  }

  /** Says once where a password is about to go. */
  void tell(URI url) {
    if (isElsewhere(url) && told.add(url.getAuthority())) {
      context.notice(
          new Notice(
              Notice.Level.INFO,
              start.getHost() + " sends the log-in on to " + Texts.line(url.getAuthority(), 200)));
    }
  }

  /**
   * Afterwards the gateway's session is among the cookies.
   *
   * @param url what we cannot log in to ourselves
   * @param words what that page says, or why there is none; may be empty
   */
  void browse(URI url, String words) throws VpnException, InterruptedException {
    tell(url);
    context.notice(
        new Notice(
            Notice.Level.INFO,
            Texts.line(url.getAuthority(), 200)
                + " is left to a browser"
                + (words.isEmpty() ? "" : ": " + Texts.line(words, 300))));
    Watch watch = new Watch(Optional.empty(), SessionCookies.DSID, "");
    BrowserResult result = context.browse(BrowserRequest.watching(start, watch, LIMIT));
    try (SecretText value = result.value()) {
      String dsid = value.reveal();
      if (!SessionCookies.isValue(dsid)) {
        throw new PeerViolationException(
            "cookie DSID of the browser", "a session", dsid.length() + " characters");
      }
      context.http().setCookie(start, SessionCookies.DSID, dsid);
    }
  }
}
