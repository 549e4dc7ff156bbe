package dev.adit.core.plugin;

import dev.adit.api.SpiVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.ZipException;

/** Reads an archive's manifest and says what is wrong with it. */
final class ArchiveInspector {
  private static final List<String> FOREIGN =
      List.of("dev/adit/api/VpnProtocol.class", "org/slf4j/Logger.class", "org/pf4j/Plugin.class");

  private final PluginPolicy policy;

  ArchiveInspector(PluginPolicy policy) {
    this.policy = policy;
  }

  /** What an archive is not fit for use for. */
  static final class Unfit extends Exception {
    private static final long serialVersionUID = 1L;

    Unfit(String reason) {
      super(reason);
    }

    String reason() {
      return String.valueOf(getMessage());
    }
  }

  PluginEntry inspect(Path archive) throws Unfit {
    checkOwner(archive);
    try (JarFile jar = new JarFile(archive.toFile())) {
      Manifest manifest = jar.getManifest();
      if (manifest == null) {
        throw new Unfit("it has no manifest, so it is no plugin");
      }
      Attributes attributes = manifest.getMainAttributes();
      PluginEntry entry =
          new PluginEntry(
              required(attributes, "Plugin-Id"),
              required(attributes, "Plugin-Version"),
              spi(required(attributes, "Adit-Spi-Version")),
              List.of(required(attributes, "Adit-Protocols").trim().split("[ ,]+", -1)),
              archive);
      for (String foreign : FOREIGN) {
        if (jar.getEntry(foreign) != null) {
          throw new Unfit(
              "it bundles "
                  + foreign.replace(".class", "")
                  + ", which comes from adit; leave it out (scope provided)");
        }
      }
      checkPin(entry);
      return entry;
    } catch (ZipException e) {
      throw new Unfit("it is not a jar file (" + e.getMessage() + ")");
    } catch (IOException e) {
      throw new Unfit("it cannot be read (" + e.getMessage() + ")");
    }
  }

  private static String required(Attributes attributes, String name) throws Unfit {
    String value = attributes.getValue(name);
    if (value == null || value.isBlank()) {
      throw new Unfit("its manifest has no " + name + ", so it is no plugin");
    }
    return value.strip();
  }

  private static SpiVersion spi(String text) throws Unfit {
    try {
      SpiVersion built = SpiVersion.parse(text);
      if (!SpiVersion.CURRENT.accepts(built)) {
        throw new Unfit(
            "it was built for version "
                + built
                + " of the plugin interface, this is version "
                + SpiVersion.CURRENT
                + "; rebuild it, or use an adit that fits");
      }
      return built;
    } catch (IllegalArgumentException e) {
      throw new Unfit("its Adit-Spi-Version \"" + text + "\" is not MAJOR.MINOR");
    }
  }

  private void checkPin(PluginEntry entry) throws Unfit, IOException {
    if (policy.pins().isEmpty()) {
      return;
    }
    String pin = policy.pins().get(entry.id());
    String found = sha256(entry.archive());
    if (pin == null) {
      throw new Unfit(
          "the configuration pins other plugins and not "
              + entry.id()
              + "; if this one is to be used, add \""
              + entry.id()
              + "\": \"sha256:"
              + found
              + "\" to plugin-pins");
    }
    if (!pin.equalsIgnoreCase(found)) {
      throw new Unfit(
          "plugin "
              + entry.id()
              + ": found sha256:"
              + found
              + ", plugin-pins of the configuration expects sha256:"
              + pin
              + "; after an update that you made, put the found one there, otherwise install the"
              + " plugin anew from where you trust it");
    }
  }

  static String sha256(Path file) throws IOException {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK lacks SHA-256", e);
    }
  }

  private void checkOwner(Path archive) throws Unfit {
    if (!policy.rootOwned()) {
      return;
    }
    for (Path each : new Path[] {archive, archive.toAbsolutePath().getParent()}) {
      try {
        PosixFileAttributes attributes =
            Files.readAttributes(each, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        boolean others =
            attributes.permissions().contains(PosixFilePermission.GROUP_WRITE)
                || attributes.permissions().contains(PosixFilePermission.OTHERS_WRITE);
        boolean root =
            (Integer) Files.getAttribute(each, "unix:uid", LinkOption.NOFOLLOW_LINKS) == 0;
        if (!root || others) {
          throw new Unfit(
              "we are root, and somebody else can write "
                  + each
                  + ": chown root "
                  + each
                  + " && chmod go-w "
                  + each);
        }
      } catch (IOException e) {
        throw new Unfit("its owner cannot be seen (" + e.getMessage() + ")");
      }
    }
  }
}
