package dev.adit.api.auth;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * A page that a person must visit.
 *
 * @param url where to begin
 * @param mode how the result comes back
 * @param timeout how long it may take
 */
public record BrowserRequest(URI url, Mode mode, Duration timeout) {
  /** How the result comes back; exactly one part is set by the factory methods. */
  public record Mode(Optional<Listener> listener, Optional<Watch> watch) {}

  /**
   * The page ends in a request to a loopback listener that core opens before the browser starts.
   *
   * @param port on both loopback addresses
   * @param pathPrefix requests for other paths get 404
   */
  public record Listener(int port, String pathPrefix) {}

  /**
   * An embedded browser watches for a cookie.
   *
   * @param finalUrl done when the browser is there; empty if unknown
   * @param tokenCookie cookie whose value is the result
   * @param errorCookie cookie that holds an error text
   */
  public record Watch(Optional<URI> finalUrl, String tokenCookie, String errorCookie) {}

  /** Result by loopback listener. */
  public static BrowserRequest listening(URI url, Listener listener, Duration timeout) {
    return new BrowserRequest(url, new Mode(Optional.of(listener), Optional.empty()), timeout);
  }

  /** Result by cookie. */
  public static BrowserRequest watching(URI url, Watch watch, Duration timeout) {
    return new BrowserRequest(url, new Mode(Optional.empty(), Optional.of(watch)), timeout);
  }
}
