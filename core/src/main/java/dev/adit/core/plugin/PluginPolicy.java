package dev.adit.core.plugin;

import java.util.Map;

/**
 * Which archives are let in.
 *
 * @param rootOwned archives, and the directories they lie in, must be root's and writable by nobody
 *     else: code in them runs as root
 * @param pins SHA-256 in lower-case hex by plugin id; if there is any, an archive must match its
 *     own, and one without is not let in
 */
public record PluginPolicy(boolean rootOwned, Map<String, String> pins) {
  public PluginPolicy {
    pins = Map.copyOf(pins);
  }
}
