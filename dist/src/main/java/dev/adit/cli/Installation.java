package dev.adit.cli;

import dev.adit.core.plugin.PluginHost;
import dev.adit.core.plugin.PluginPolicy;
import dev.adit.core.sys.ProcessControl;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where things are: the tree that the launcher names, the system's directories, the user's. */
final class Installation {
  static final String VERSION =
      Optional.ofNullable(Main.class.getPackage().getImplementationVersion()).orElse("0.1.0");

  private Installation() {}

  /**
   * State of running sessions: {@code /run/adit}, or the user's own directory for who is not root.
   * The environment variable is for tests.
   */
  static Path runDirectory() {
    String said = System.getenv("ADIT_RUN_DIR");
    if (said != null) {
      return Path.of(said);
    }
    if (ProcessControl.isRoot()) {
      return Path.of("/run/adit");
    }
    String own = System.getenv("XDG_RUNTIME_DIR");
    return own == null
        ? Path.of(System.getProperty("user.home"), ".cache", "adit")
        : Path.of(own, "adit");
  }

  /** Directories of plugins, those named by the user first. */
  static List<Path> pluginDirectories(List<Path> named) {
    List<Path> all = new ArrayList<>(named);
    String home = System.getProperty("adit.home", "");
    if (!home.isEmpty()) {
      all.add(Path.of(home, "plugins"));
    }
    all.add(Path.of("/usr/lib/adit/plugins"));
    if (!ProcessControl.isRoot()) {
      String data =
          Optional.ofNullable(System.getenv("XDG_DATA_HOME"))
              .orElse(System.getProperty("user.home") + "/.local/share");
      all.add(Path.of(data, "adit", "plugins"));
    }
    return all;
  }

  static PluginHost plugins(List<Path> named) {
    return plugins(named, Map.of());
  }

  /**
   * Plugins that are let in.
   *
   * @param pins SHA-256 in hex by plugin id; if there is any, all others stay outside
   */
  static PluginHost plugins(List<Path> named, Map<String, String> pins) {
    return PluginHost.discover(
        pluginDirectories(named), new PluginPolicy(ProcessControl.isRoot(), pins));
  }
}
