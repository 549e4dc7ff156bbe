package dev.adit.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** {@code adit status --watch}: a look each second, until the last session is gone. */
final class StatusWatch {
  private static final String HOME_AND_CLEAR = "\033[H\033[J";

  private final boolean json;
  private final Map<Path, JsonNode> before = new HashMap<>();

  StatusWatch(boolean json) {
    this.json = json;
  }

  /** Ends with a failure if there was nothing to watch. */
  ExitCode run(List<String> devices) throws VpnException {
    boolean seen = false;
    while (true) {
      String text = look(devices);
      if (text.isEmpty()) {
        if (!seen) {
          System.err.println("adit: no session is running");
        }
        return seen ? ExitCode.OK : ExitCode.FAILURE;
      }
      seen = true;
      System.out.print(json || System.console() == null ? text : HOME_AND_CLEAR + text);
      System.out.flush();
      try {
        TimeUnit.SECONDS.sleep(1);
      } catch (InterruptedException e) {
        throw new VpnException(Kind.CANCELLED, "stopped", e);
      }
    }
  }

  private String look(List<String> devices) throws VpnException {
    StringBuilder text = new StringBuilder();
    for (Path socket : ControlCommand.sockets()) {
      String answer = ControlCommand.ask(socket, "status");
      if (answer.isEmpty()
          || !devices.isEmpty() && !devices.contains(ControlCommand.device(answer))) {
        continue;
      }
      if (json) {
        text.append(answer).append('\n');
        continue;
      }
      try {
        JsonNode now = new ObjectMapper().readTree(answer);
        text.append(StatusText.text(now, Optional.ofNullable(before.put(socket, now))));
      } catch (JsonProcessingException e) {
        throw new VpnException(Kind.OTHER, "the session answers nonsense", e);
      }
    }
    return text.toString();
  }
}
