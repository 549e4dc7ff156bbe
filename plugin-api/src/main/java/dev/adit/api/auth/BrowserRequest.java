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
   * Any page of any server can send a browser there, so each request is judged, and what is refused
   * ends nothing.
   *
   * @param port on both loopback addresses
   * @param pathPrefix requests for other paths get 404
   * @param judge tells the answer from all else; called by one thread of core at a time
   */
  public record Listener(int port, String pathPrefix, Judge judge) {}

  /** Judges what a browser brings, by the request target below the prefix. */
  @FunctionalInterface
  public interface Judge {
    Verdict judge(String target);
  }

  /**
   * What to make of a request.
   *
   * @param refusal why it is not the answer, in words for a log; empty if it is
   * @param goOn where the browser is sent afterwards; a short page of core's if empty
   */
  public record Verdict(Optional<String> refusal, Optional<URI> goOn) {
    public static Verdict accepted(Optional<URI> goOn) {
      return new Verdict(Optional.empty(), goOn);
    }

    public static Verdict refused(String why) {
      return new Verdict(Optional.of(why), Optional.empty());
    }
  }

  /**
   * An embedded browser watches for a cookie.
   *
   * @param finalUrl done when the browser is there; empty if unknown
   * @param tokenCookie cookie whose value is the result
   * @param errorCookie cookie that holds an error text; empty if there is none
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
