package dev.adit.cli;

import dev.adit.api.auth.HostCheckRequest;
import dev.adit.api.auth.HostCheckResult;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * The user's program for the server's host check; nothing that the server sends is ever run.
 *
 * @param program resolved by {@code PATH}, run without a shell
 * @param user whose rights it gets, by name or number; through {@code setpriv(1)}
 * @param limit how long a check may take
 */
record HostChecker(String program, Optional<String> user, Duration limit) {
  private static final int MAX_OUTPUT = 64 << 10;

  HostCheckResult check(HostCheckRequest request) throws VpnException, InterruptedException {
    Process process;
    try {
      ProcessBuilder builder =
          new ProcessBuilder(argv(request.arguments())).redirectErrorStream(true);
      HostCheckEnvironment.prepare(builder, user);
      builder.environment().putAll(request.environment());
      process = builder.start();
      process.getOutputStream().close();
    } catch (IOException e) {
      throw failed("cannot be run: " + e.getMessage());
    }
    CompletableFuture<String> output =
        CompletableFuture.supplyAsync(() -> drain(process.getInputStream()));
    try {
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw failed("did not end within " + limit.toSeconds() + " s (--csd-timeout)");
      }
      return new HostCheckResult(process.exitValue(), output.join());
    } catch (CompletionException e) {
      throw failed("cannot be heard: " + e.getMessage());
    } finally {
      process.descendants().forEach(ProcessHandle::destroy);
      process.destroyForcibly();
    }
  }

  /** Starts the program as one that stays; see {@link HostCheckProcess}. */
  HostCheckProcess start(HostCheckRequest request) throws VpnException, InterruptedException {
    try {
      Map<String, String> environment = HostCheckEnvironment.of(user);
      environment.putAll(request.environment());
      return HostCheckProcess.start(program, argv(request.arguments()), environment);
    } catch (IOException e) {
      throw failed("cannot be run: " + e.getMessage());
    }
  }

  private List<String> argv(List<String> arguments) throws IOException, InterruptedException {
    List<String> argv = new ArrayList<>();
    if (user.isPresent()) {
      // A number that nobody has is a user too, without a group of its own.
      Optional<String> group = LocalUser.group(user.get());
      argv.addAll(List.of("setpriv", "--reuid", user.get()));
      argv.addAll(List.of("--regid", group.orElse(user.get())));
      argv.add(group.isPresent() ? "--init-groups" : "--clear-groups");
      argv.add("--");
    }
    argv.add(program);
    argv.addAll(arguments);
    return argv;
  }

  /** All of it, so that the program never waits for us; the first 64 KiB are kept. */
  private static String drain(InputStream in) {
    try (in) {
      byte[] first = in.readNBytes(MAX_OUTPUT);
      while (in.skip(MAX_OUTPUT) > 0 || in.read() >= 0) {
        // Thrown away.
      }
      return new String(first, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private VpnException failed(String how) {
    return new VpnException(Kind.HOST_CHECK, "host check: " + program + " " + how);
  }
}
