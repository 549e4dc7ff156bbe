package dev.adit.core.plugin;

import dev.adit.api.VpnProtocol;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.pf4j.JarPluginManager;
import org.pf4j.PluginRuntimeException;
import org.pf4j.PluginState;

/** All plugins of some directories: known at once, loaded on demand. One thread at a time. */
public final class PluginHost {
  private final List<PluginEntry> entries = new ArrayList<>();
  private final List<PluginProblem> problems = new ArrayList<>();
  private final Map<String, VpnProtocol> loaded = new LinkedHashMap<>();

  private PluginHost() {}

  /** Reads the manifests of all archives; of two with one id or protocol, the first stands. */
  public static PluginHost discover(List<Path> directories, PluginPolicy policy) {
    PluginHost host = new PluginHost();
    ArchiveInspector inspector = new ArchiveInspector(policy);
    for (Path directory : directories) {
      for (Path archive : archives(directory)) {
        try {
          host.add(inspector.inspect(archive));
        } catch (ArchiveInspector.Unfit e) {
          host.problems.add(new PluginProblem(archive, e.reason()));
        }
      }
    }
    return host;
  }

  /** Looks at one archive, wherever it lies. */
  public static PluginEntry verify(Path archive, PluginPolicy policy) throws VpnException {
    try {
      PluginEntry entry = new ArchiveInspector(policy).inspect(archive);
      load(entry);
      return entry;
    } catch (ArchiveInspector.Unfit e) {
      throw new VpnException(Kind.PLUGIN, archive + ": " + e.reason());
    }
  }

  public List<PluginEntry> entries() {
    return List.copyOf(entries);
  }

  public List<PluginProblem> problems() {
    return List.copyOf(problems);
  }

  /** The protocol of an id or alias, loaded if it was not yet. */
  public VpnProtocol protocol(String name) throws VpnException {
    Optional<PluginEntry> entry =
        entries.stream().filter(e -> e.protocols().contains(name)).findFirst();
    if (entry.isEmpty()) {
      throw new VpnException(
          Kind.PLUGIN, "no plugin for --protocol=" + name + meant(name) + known() + brokenOnes());
    }
    VpnProtocol present = loaded.get(entry.get().id());
    if (present == null) {
      present = load(entry.get());
      loaded.put(entry.get().id(), present);
    }
    return present;
  }

  private String meant(String name) {
    List<String> names = entries.stream().flatMap(e -> e.protocols().stream()).toList();
    return NearMiss.of(name, names).map(near -> "; did you mean " + near + "?").orElse("");
  }

  private String known() {
    List<String> names = entries.stream().flatMap(e -> e.protocols().stream()).toList();
    return names.isEmpty()
        ? problems.isEmpty() ? "; there are no plugins at all" : "; no plugin is usable"
        : "; there are " + String.join(", ", names);
  }

  private String brokenOnes() {
    return problems.isEmpty()
        ? ""
        : ". Not usable: " + String.join("; ", problems.stream().map(Object::toString).toList());
  }

  private void add(PluginEntry entry) {
    for (PluginEntry other : entries) {
      if (other.id().equals(entry.id())
          || entry.protocols().stream().anyMatch(other.protocols()::contains)) {
        problems.add(
            new PluginProblem(
                entry.archive(), "it has the id or a protocol of " + other.archive()));
        return;
      }
    }
    entries.add(entry);
  }

  private static VpnProtocol load(PluginEntry entry) throws VpnException {
    try {
      JarPluginManager manager = new JarPluginManager(entry.archive().toAbsolutePath().getParent());
      String id = manager.loadPlugin(entry.archive());
      if (manager.startPlugin(id) != PluginState.STARTED) {
        throw broken(entry, "it did not start", null);
      }
      List<VpnProtocol> found = manager.getExtensions(VpnProtocol.class, id);
      if (found.size() != 1) {
        throw broken(entry, "it has " + found.size() + " VpnProtocol extensions, not one", null);
      }
      return found.get(0);
    } catch (PluginRuntimeException | LinkageError e) {
      throw broken(entry, String.valueOf(e), e);
    }
  }

  private static VpnException broken(PluginEntry entry, String why, @Nullable Throwable cause) {
    return new VpnException(Kind.PLUGIN, entry.archive() + ": " + why, cause);
  }

  private static List<Path> archives(Path directory) {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(f -> f.toString().endsWith(".jar") || f.toString().endsWith(".zip"))
          .sorted()
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }
}
