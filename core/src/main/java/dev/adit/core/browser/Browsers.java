package dev.adit.core.browser;

import dev.adit.api.auth.BrowserRequest;
import dev.adit.api.auth.BrowserRequest.Listener;
import dev.adit.api.auth.BrowserRequest.Watch;
import dev.adit.api.auth.BrowserResult;
import dev.adit.api.error.AuthenticationException;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.secret.SecretText;
import dev.adit.core.auth.Prompter;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries out what a plugin wants of a browser, by the browser that the user wants. */
public final class Browsers {
  private static final Logger LOG = LoggerFactory.getLogger(Browsers.class);
  private static final Duration NEWS_EVERY = Duration.ofSeconds(30);

  private final BrowserChoice choice;
  private final Desktop desktop;
  private final Prompter person;

  /**
   * Browsers of this host and of a person.
   *
   * @param desktop what {@link BrowserChoice#DESKTOP} means here
   * @param person shown the URL and asked for the answer when the browser is elsewhere
   */
  public Browsers(BrowserChoice choice, Desktop desktop, Prompter person) {
    this.choice = choice;
    this.desktop = desktop;
    this.person = person;
  }

  /** Whether a log-in by browser may be offered to a server. */
  public boolean offered() {
    return choice.kind() != BrowserChoice.Kind.NONE;
  }

  /** Blocks until the answer is there; an interrupt ends the wait and what was started for it. */
  public BrowserResult browse(BrowserRequest request) throws VpnException, InterruptedException {
    CompletableFuture<SecretText> answer = new CompletableFuture<>();
    try (Errand errand = start(request, answer)) {
      return new BrowserResult(await(answer, request.timeout(), errand));
    }
  }

  private Errand start(BrowserRequest request, CompletableFuture<SecretText> answer)
      throws VpnException {
    return switch (choice.kind()) {
      case NONE ->
          throw new AuthenticationException(
              "the server wants a log-in by browser, which --no-external-auth forbids");
      case EXEC -> ExecErrand.start(choice.program(), request, answer);
      case REMOTE -> RemoteErrand.start(person, request, answer);
      case PROGRAM -> program(choice.program(), request, answer);
      case DESKTOP -> {
        Optional<String> opener = desktop.opener();
        if (opener.isPresent() && request.mode().listener().isPresent()) {
          yield program(opener.get(), request, answer);
        }
        if (person.available()) {
          yield RemoteErrand.start(person, request, answer);
        }
        throw new AuthenticationException(
            "the server wants a log-in by browser, and there is neither a desktop nor a terminal"
                + " here: --external-browser="
                + (request.mode().listener().isPresent() ? "PROGRAM, " : "")
                + "exec:PROGRAM, or remote with a terminal");
      }
    };
  }

  private static Errand program(
      String program, BrowserRequest request, CompletableFuture<SecretText> answer)
      throws VpnException {
    Optional<Watch> watch = request.mode().watch();
    if (watch.isPresent()) {
      throw new AuthenticationException(
          "the server wants the cookie "
              + watch.get().tokenCookie()
              + " out of the browser, which "
              + program
              + " cannot hand over: --external-browser=exec:PROGRAM or remote");
    }
    Listener listener = request.mode().listener().orElseThrow();
    return ProgramErrand.start(program, request.url(), listener, answer);
  }

  private static SecretText await(
      CompletableFuture<SecretText> answer, Duration limit, Errand errand)
      throws VpnException, InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    while (true) {
      long left = end - System.nanoTime();
      try {
        return answer.get(Math.min(left, NEWS_EVERY.toNanos()), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        Duration remaining = Duration.ofNanos(end - System.nanoTime());
        if (remaining.toSeconds() <= 0) {
          throw new AuthenticationException(
              "the log-in by browser did not end within " + words(limit) + "; try again");
        }
        if (errand.tellsProgress()) {
          LOG.info("Still waiting for the browser; {} left.", words(remaining));
        }
      } catch (ExecutionException e) {
        throw e.getCause() instanceof VpnException failure
            ? failure
            : new VpnException(Kind.OTHER, "log-in by browser: " + e.getMessage(), e);
      }
    }
  }

  private static String words(Duration duration) {
    long seconds = duration.toSeconds();
    return seconds < 120 ? seconds + " s" : (seconds + 30) / 60 + " minutes";
  }
}
