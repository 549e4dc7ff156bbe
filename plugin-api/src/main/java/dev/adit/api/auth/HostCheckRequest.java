package dev.adit.api.auth;

import java.util.List;
import java.util.Map;

/**
 * What the user's host-check program is run with.
 *
 * @param arguments behind the program
 * @param environment added to a clean environment; values may be secret and are not logged
 * @param wanted which checks the server asked for, in words, for the log
 */
public record HostCheckRequest(
    List<String> arguments, Map<String, String> environment, List<String> wanted) {
  public HostCheckRequest {
    arguments = List.copyOf(arguments);
    environment = Map.copyOf(environment);
    wanted = List.copyOf(wanted);
  }

  @Override
  public String toString() {
    return "HostCheckRequest[wanted=" + wanted + "]";
  }
}
