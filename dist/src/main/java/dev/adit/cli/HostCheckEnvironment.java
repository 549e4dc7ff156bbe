package dev.adit.cli;

import java.io.File;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where the program of the host check finds itself: nothing of our environment but these variables,
 * so that no secret passes by accident; the home of the user that it runs as, and that directory.
 */
final class HostCheckEnvironment {
  private static final Set<String> KEPT = Set.of("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR");

  private HostCheckEnvironment() {}

  static void prepare(ProcessBuilder builder, Optional<String> user)
      throws IOException, InterruptedException {
    Map<String, String> environment = builder.environment();
    environment.keySet().retainAll(KEPT);
    if (user.isPresent()) {
      String home = LocalUser.home(user.get()).orElse("/");
      environment.put("HOME", home);
      builder.directory(new File(new File(home).isDirectory() ? home : "/"));
    }
  }
}
