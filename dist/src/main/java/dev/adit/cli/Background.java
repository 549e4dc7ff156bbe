package dev.adit.cli;

import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.secret.SecretText;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;

/**
 * {@code --background}: this process logs in and asks its questions; then a child of its own, away
 * from the terminal, takes the secrets by a pipe and makes the tunnel. The parent returns when data
 * flows, or with the child's exit code if none ever does; interrupted, it takes the child along.
 */
final class Background {
  /** First line of the child's standard output once it is connected. */
  static final String READY = "ready";

  /** The plugins that the child lets in, {@code ID=HEX}, by commas. */
  private static final String PINS_VARIABLE = "ADIT_BACKGROUND_PINS";

  /** Tells a process that it is the child. */
  static final String CHILD_VARIABLE = "ADIT_BACKGROUND_CHILD";

  /**
   * What passes through the pipe, one line each; empty where there is none.
   *
   * @param cookie of the session
   * @param passphrase of the client certificate's key
   * @param proxy URL, which may hold a password
   */
  record Inheritance(SecretText cookie, SecretText passphrase, SecretText proxy)
      implements AutoCloseable {
    static Inheritance fromParent() throws VpnException {
      String what = "inheritance";
      return new Inheritance(
          StandardInput.line(System.in, what),
          StandardInput.line(System.in, what),
          StandardInput.line(System.in, what));
    }

    private void send(OutputStream pipe) throws IOException {
      for (SecretText secret : List.of(cookie, passphrase, proxy)) {
        byte[] bytes = secret.utf8();
        pipe.write(bytes);
        pipe.write('\n');
        Arrays.fill(bytes, (byte) 0);
      }
    }

    @Override
    public void close() {
      List.of(cookie, passphrase, proxy).forEach(SecretText::close);
    }
  }

  private Background() {}

  static boolean isChild() {
    return System.getenv(CHILD_VARIABLE) != null;
  }

  /** In the child: what its parent let in; elsewhere nothing. */
  static Map<String, String> inheritedPins() {
    Map<String, String> pins = new HashMap<>();
    String named = isChild() ? System.getenv(PINS_VARIABLE) : null;
    for (String pair : named == null ? new String[0] : named.split(",", -1)) {
      String[] words = pair.split("=", 2);
      if (words.length == 2) {
        pins.put(words[0], words[1]);
      }
    }
    return pins;
  }

  /**
   * Starts the child and waits for its first word.
   *
   * @param words options of {@code connect}, without secrets and without what is done already
   * @param pins of plugins, from the configuration that the child does not read again
   */
  static ExitCode start(List<String> words, Map<String, String> pins, Inheritance inheritance)
      throws VpnException, InterruptedException {
    List<String> argv =
        new ArrayList<>(
            List.of("setsid", System.getProperty("adit.home", "") + "/bin/adit", "connect"));
    argv.addAll(words);
    ProcessBuilder builder =
        new ProcessBuilder(argv).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put(CHILD_VARIABLE, "1");
    builder
        .environment()
        .put(
            PINS_VARIABLE,
            pins.entrySet().stream()
                .map(e -> e.getKey() + "=" + e.getValue())
                .collect(Collectors.joining(",")));
    Process child;
    try {
      child = builder.start();
      try (OutputStream pipe = child.getOutputStream()) {
        inheritance.send(pipe);
      }
    } catch (IOException e) {
      throw new VpnException(Kind.OTHER, "--background: " + e.getMessage(), e);
    }
    try {
      return firstLine(child).get().equals(READY) ? ExitCode.OK : ExitCode.of(child.waitFor());
    } catch (ExecutionException e) {
      throw new VpnException(Kind.OTHER, "--background: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      child.destroy();
      throw e;
    }
  }

  /** Read on a thread of its own, because reading a pipe cannot be interrupted. */
  private static CompletableFuture<String> firstLine(Process child) {
    return CompletableFuture.supplyAsync(
        () -> {
          BufferedReader out =
              new BufferedReader(
                  new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8));
          return out.lines().findFirst().orElse("");
        });
  }
}
