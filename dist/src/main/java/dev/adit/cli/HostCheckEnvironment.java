package dev.adit.cli;

import java.io.File;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where the program of the host check finds itself: nothing of our environment but these variables,
 * so that no secret passes by accident; the home of the user that it runs as.
 */
final class HostCheckEnvironment {
  private static final Set<String> KEPT = Set.of("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR");

  private HostCheckEnvironment() {}

  /** All variables but those of the request. */
  static Map<String, String> of(Optional<String> user) throws IOException, InterruptedException {
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.keySet().retainAll(KEPT);
    if (user.isPresent()) {
      environment.put("HOME", LocalUser.home(user.get()).orElse("/"));
    }
    return environment;
  }

  /** Puts a program that is run as another user into that one's home. */
  static void prepare(ProcessBuilder builder, Optional<String> user)
      throws IOException, InterruptedException {
    builder.environment().clear();
    builder.environment().putAll(of(user));
    if (user.isPresent()) {
      String home = LocalUser.home(user.get()).orElse("/");
      builder.directory(new File(new File(home).isDirectory() ? home : "/"));
    }
  }
}
