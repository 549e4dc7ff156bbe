package dev.adit.core.host;

import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a vpnc-script do it ({@code --script}): {@code pre-init} and {@code connect} at first,
 * {@code attempt-reconnect} and {@code reconnect} later, {@code disconnect} at the end. The command
 * is the user's own and goes through the shell, in a session of its own so that Ctrl-C does not
 * kill the clean-up.
 */
public final class ScriptHostNetwork implements HostNetwork {
  private static final Logger LOG = LoggerFactory.getLogger(ScriptHostNetwork.class);
  private static final long LIMIT_SECONDS = 60;

  private final String command;
  private Optional<HostWanted> last = Optional.empty();

  public ScriptHostNetwork(String command) {
    this.command = command;
  }

  @Override
  public void apply(HostWanted wanted) throws VpnException {
    boolean again = last.isPresent();
    if (!again) {
      run(ScriptEnvironment.before("pre-init", wanted.gateway()));
    }
    last = Optional.of(wanted);
    run(ScriptEnvironment.of(again ? "reconnect" : "connect", wanted));
  }

  @Override
  public void beforeReconnect(InetAddress gateway) {
    last.ifPresent(wanted -> quietly(ScriptEnvironment.of("attempt-reconnect", wanted)));
  }

  @Override
  public void close() {
    last.ifPresent(wanted -> quietly(ScriptEnvironment.of("disconnect", wanted)));
    last = Optional.empty();
  }

  private void quietly(Map<String, String> environment) {
    try {
      run(environment);
    } catch (VpnException e) {
      LOG.warn("{}", e.getMessage());
    }
  }

  private void run(Map<String, String> environment) throws VpnException {
    String reason = String.valueOf(environment.get("reason"));
    try {
      ProcessBuilder builder =
          new ProcessBuilder("setsid", "-w", "/bin/sh", "-c", "exec >&2; " + command);
      builder.environment().keySet().removeIf(ScriptEnvironment::isOurs);
      builder.environment().putAll(environment);
      // Its words are for the log, which the first command sees to; standard output is for data.
      builder.redirectOutput(ProcessBuilder.Redirect.INHERIT);
      builder.redirectError(ProcessBuilder.Redirect.INHERIT);
      builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
      Process process = builder.start();
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw failed(reason, "did not end within " + LIMIT_SECONDS + " s");
      }
      if (process.exitValue() != 0) {
        throw failed(reason, "ended with " + process.exitValue());
      }
    } catch (IOException e) {
      throw failed(reason, "cannot be run: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed(reason, "was interrupted");
    }
  }

  private VpnException failed(String reason, String how) {
    return new VpnException(Kind.OTHER, "--script " + command + " (reason " + reason + ") " + how);
  }
}
