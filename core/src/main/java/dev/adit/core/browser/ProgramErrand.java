package dev.adit.core.browser;

import dev.adit.api.auth.BrowserRequest.Listener;
import dev.adit.api.error.AuthenticationException;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.secret.SecretText;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A program that opens a page. That it ends says nothing, for many hand the page to a browser that
 * runs already; that it ends badly does. The browser is the user's, and stays when we are done.
 */
final class ProgramErrand implements Errand {
  private static final Logger LOG = LoggerFactory.getLogger(ProgramErrand.class);

  private final LoopbackListener listener;

  private ProgramErrand(LoopbackListener listener) {
    this.listener = listener;
  }

  static ProgramErrand start(
      String program, URI url, Listener wanted, CompletableFuture<SecretText> answer)
      throws VpnException {
    LoopbackListener listener = LoopbackListener.open(wanted, answer);
    try {
      Process process =
          new ProcessBuilder(program, url.toASCIIString())
              .redirectInput(Redirect.from(new File("/dev/null")))
              .redirectOutput(Redirect.DISCARD)
              .redirectError(Redirect.DISCARD)
              .start();
      Thread watcher = new Thread(() -> watch(program, process, answer), "browser program");
      watcher.setDaemon(true);
      watcher.start();
    } catch (IOException e) {
      listener.close();
      throw new VpnException(
          Kind.CONFIGURATION, "the browser " + program + " cannot be run: " + e.getMessage(), e);
    }
    LOG.info("{} opens the log-in page of {}.", program, url.getHost());
    return new ProgramErrand(listener);
  }

  private static void watch(String program, Process process, CompletableFuture<SecretText> answer) {
    int status = process.onExit().join().exitValue();
    if (status != 0) {
      answer.completeExceptionally(
          new AuthenticationException(
              "the browser "
                  + program
                  + " ended with exit code "
                  + status
                  + " before the log-in did; --external-browser=remote needs none here"));
    }
  }

  @Override
  public boolean tellsProgress() {
    return true;
  }

  @Override
  public void close() {
    listener.close();
  }
}
