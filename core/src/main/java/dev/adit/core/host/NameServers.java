package dev.adit.core.host;

import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.tunnel.TunnelConfig;
import dev.adit.core.journal.Journal;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Name servers of the tunnel, by the first of: systemd-resolved, which alone can send some domains
 * to the tunnel and leave the rest; resolvconf; the file itself, saved and restored.
 */
final class NameServers {
  /** Who manages name resolution on this host. */
  enum Backend {
    RESOLVED,
    RESOLVCONF,
    FILE
  }

  private final Path file;
  private final Backend backend;
  private boolean saved;

  NameServers(Path file) {
    this.file = file;
    this.backend = find(file);
  }

  Backend backend() {
    return backend;
  }

  /** Sets them, writing down first how to undo it. */
  void set(String device, TunnelConfig config, Journal journal) throws VpnException {
    if (config.dns().isEmpty() && config.searchDomains().isEmpty()) {
      return;
    }
    try {
      switch (backend) {
        case RESOLVED -> resolved(device, config, journal);
        case RESOLVCONF -> {
          journal.write(Undo.run(List.of("resolvconf", "-d", device)));
          Programs.run(List.of("resolvconf", "-a", device), lines(config, ""));
        }
        case FILE -> writeFile(config, journal);
      }
    } catch (IOException e) {
      throw new VpnException(
          Kind.PRIVILEGE,
          file
              + ": name servers cannot be set ("
              + e.getMessage()
              + "); make it writable, or use --script to set them in another way",
          e);
    }
  }

  private void resolved(String device, TunnelConfig config, Journal journal)
      throws IOException, VpnException {
    journal.write(Undo.run(List.of("resolvectl", "revert", device)));
    List<String> dns = new ArrayList<>(List.of("resolvectl", "dns", device));
    config.dns().forEach(d -> dns.add(d.getHostAddress()));
    Programs.run(dns, "");
    boolean all = config.splitDns().isEmpty() && config.isFullTunnel();
    List<String> domain = new ArrayList<>(List.of("resolvectl", "domain", device));
    config.searchDomains().forEach(domain::add);
    config.splitDns().forEach(d -> domain.add("~" + d));
    if (all) {
      domain.add("~.");
    }
    Programs.run(domain, "");
    Programs.run(List.of("resolvectl", "default-route", device, all ? "yes" : "no"), "");
  }

  private void writeFile(TunnelConfig config, Journal journal) throws IOException, VpnException {
    byte[] before = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
    if (!saved) {
      journal.write(Undo.file(file.toAbsolutePath(), before));
      saved = true;
    }
    ResolvConfFile.write(
        file,
        lines(config, "# written by adit; the former content comes back when the tunnel ends\n")
            .getBytes(StandardCharsets.UTF_8));
  }

  private static String lines(TunnelConfig config, String comment) {
    String search =
        Stream.concat(config.searchDomains().stream(), config.splitDns().stream())
            .distinct()
            .collect(Collectors.joining(" "));
    return comment
        + (search.isEmpty() ? "" : "search " + search + "\n")
        + config.dns().stream()
            .map(InetAddress::getHostAddress)
            .map(a -> "nameserver " + a + "\n")
            .collect(Collectors.joining());
  }

  private static Backend find(Path file) {
    try {
      if (Programs.exists("resolvectl")
          && Files.isSymbolicLink(file)
          && Files.readSymbolicLink(file).toString().contains("systemd/resolve")) {
        return Backend.RESOLVED;
      }
      if (Programs.exists("resolvconf")
          && Files.isSymbolicLink(file)
          && Files.readSymbolicLink(file).toString().contains("resolvconf")) {
        return Backend.RESOLVCONF;
      }
    } catch (IOException e) {
      return Backend.FILE;
    }
    return Backend.FILE;
  }
}
