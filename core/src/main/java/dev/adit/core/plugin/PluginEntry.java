package dev.adit.core.plugin;

import dev.adit.api.SpiVersion;
import java.nio.file.Path;
import java.util.List;

/**
 * An archive as its manifest describes it.
 *
 * @param protocols ids and aliases
 */
public record PluginEntry(
    String id, String version, SpiVersion spi, List<String> protocols, Path archive) {
  public PluginEntry {
    protocols = List.copyOf(protocols);
  }
}
