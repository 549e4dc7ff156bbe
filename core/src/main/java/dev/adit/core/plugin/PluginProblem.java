package dev.adit.core.plugin;

import java.nio.file.Path;

/** Why an archive cannot be used. */
public record PluginProblem(Path archive, String reason) {
  @Override
  public String toString() {
    return archive + ": " + reason;
  }
}
