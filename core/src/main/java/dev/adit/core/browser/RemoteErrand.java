package dev.adit.core.browser;

import dev.adit.api.auth.BrowserRequest;
import dev.adit.api.auth.BrowserRequest.Listener;
import dev.adit.api.error.AuthenticationException;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.secret.SecretText;
import dev.adit.core.auth.Prompter;
import dev.adit.core.auth.TerminalText;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A browser on any machine, and a person who carries the URL there and the answer back. A thread of
 * its own waits for the person, so that time can run out.
 */
final class RemoteErrand implements Errand {
  private static final int MOST_TRIES = 3;

  private final Prompter person;
  private final BrowserRequest request;
  private final CompletableFuture<SecretText> answer;
  private final Thread thread = new Thread(this::run, "browser elsewhere");

  private RemoteErrand(
      Prompter person, BrowserRequest request, CompletableFuture<SecretText> answer) {
    this.person = person;
    this.request = request;
    this.answer = answer;
  }

  static RemoteErrand start(
      Prompter person, BrowserRequest request, CompletableFuture<SecretText> answer) {
    RemoteErrand errand = new RemoteErrand(person, request, answer);
    errand.thread.setDaemon(true);
    errand.thread.start();
    return errand;
  }

  private void run() {
    try {
      person.show(instructions());
      for (int tries = 0; tries < MOST_TRIES; tries++) {
        Optional<SecretText> taken = ask();
        if (taken.isPresent()) {
          answer.complete(taken.get());
          return;
        }
      }
      throw new AuthenticationException(
          "the log-in by browser: " + MOST_TRIES + " answers, none of them for this log-in");
    } catch (VpnException e) {
      answer.completeExceptionally(e);
    } catch (InterruptedException e) {
      answer.completeExceptionally(
          new VpnException(Kind.CANCELLED, "stopped while a browser was awaited", e));
    }
  }

  private Optional<SecretText> ask() throws VpnException, InterruptedException {
    try (SecretText typed = person.hidden("Paste it here (it is not shown)")) {
      if (typed.reveal().isBlank()) {
        throw new VpnException(Kind.CANCELLED, "no answer was given for the log-in by browser");
      }
      Optional<Listener> listener = request.mode().listener();
      if (listener.isEmpty()) {
        return Optional.of(SecretText.of(typed.reveal().strip()));
      }
      StringBuilder why = new StringBuilder();
      Optional<String> target = PastedAddress.target(typed.reveal(), listener.get(), why);
      if (target.isEmpty()) {
        person.show("That is not the answer: " + TerminalText.line(why.toString()) + ".");
      }
      return target.map(SecretText::of);
    }
  }

  private String instructions() {
    String url = TerminalText.line(request.url().toASCIIString());
    String after =
        request.mode().listener().isPresent()
            ? "When you are logged in, the browser goes on to an address that begins with\n"
                + "  http://localhost:"
                + request.mode().listener().get().port()
                + request.mode().listener().get().pathPrefix()
                + "\nand cannot show it. Copy that whole address."
            : "When you are logged in, copy the value of the cookie\n  "
                + TerminalText.line(request.mode().watch().orElseThrow().tokenCookie())
                + "\nout of the browser (its developer tools, storage, cookies).";
    return "\nThe log-in goes on in a browser, on this machine or any other. Open\n\n  "
        + url
        + "\n\n"
        + after;
  }

  /** The terminal is busy with a question. */
  @Override
  public boolean tellsProgress() {
    return false;
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
