package dev.adit.core.host;

import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.tunnel.TunnelConfig;
import dev.adit.core.journal.Journal;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
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
  private final Programs programs;
  private final Backend backend;
  private boolean isSet;

  NameServers(Path file, Programs programs) {
    this.file = file;
    this.programs = programs;
    this.backend = find();
  }

  Backend backend() {
    return backend;
  }

  /** They are as they were before. */
  void forget() {
    isSet = false;
  }

  /** Sets them, writing down first how to undo it. */
  void set(String device, TunnelConfig config, Journal journal) throws VpnException {
    if (config.dns().isEmpty() && config.searchDomains().isEmpty() && !isSet) {
      return;
    }
    try {
      switch (backend) {
        case RESOLVED -> resolved(device, config, journal);
        case RESOLVCONF -> {
          writeOnce(Undo.run(List.of("resolvconf", "-d", device)), journal);
          programs.run(List.of("resolvconf", "-a", device), lines(config, ""));
        }
        case FILE -> writeFile(config, journal);
      }
      isSet = true;
    } catch (IOException e) {
      throw new VpnException(
          Kind.PRIVILEGE,
          (backend == Backend.FILE ? file + ": " : "")
              + "the tunnel's name servers cannot be set ("
              + reason(e)
              + ")"
              + (backend == Backend.FILE ? "; make the file writable," : "; mend that program,")
              + " or use --script to set them in another way. Until then names are resolved as"
              + " before",
          e);
    }
  }

  private void resolved(String device, TunnelConfig config, Journal journal)
      throws IOException, VpnException {
    writeOnce(Undo.run(List.of("resolvectl", "revert", device)), journal);
    List<String> dns = new ArrayList<>(List.of("resolvectl", "dns", device));
    config.dns().forEach(d -> dns.add(d.getHostAddress()));
    programs.run(orNone(dns), "");
    boolean all = config.splitDns().isEmpty() && config.isFullTunnel();
    List<String> domain = new ArrayList<>(List.of("resolvectl", "domain", device));
    config.searchDomains().forEach(domain::add);
    config.splitDns().forEach(d -> domain.add("~" + d));
    if (all) {
      domain.add("~.");
    }
    programs.run(orNone(domain), "");
    programs.run(List.of("resolvectl", "default-route", device, all ? "yes" : "no"), "");
  }

  /** Without a value these commands show what is set; an empty one sets nothing. */
  private static List<String> orNone(List<String> argv) {
    if (argv.size() == 3) {
      argv.add("");
    }
    return argv;
  }

  private static void writeOnce(String line, Journal journal) throws VpnException {
    if (!journal.lines().contains(line)) {
      journal.write(line);
    }
  }

  private void writeFile(TunnelConfig config, Journal journal) throws IOException, VpnException {
    boolean first = !isSet;
    boolean there = Files.exists(file);
    byte[] before = there ? Files.readAllBytes(file) : new byte[0];
    if (first) {
      Path absolute = file.toAbsolutePath();
      journal.write(there ? Undo.file(absolute, before) : Undo.absent(absolute));
    }
    try {
      ResolvConfFile.write(
          file,
          lines(config, "# written by adit; the former content comes back when the tunnel ends\n")
              .getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      if (first && Files.exists(file) == there && (!there || isStill(before))) {
        journal.withdraw();
      }
      throw e;
    }
  }

  private boolean isStill(byte[] before) throws IOException {
    return Arrays.equals(Files.readAllBytes(file), before);
  }

  private static String reason(IOException e) {
    if (e instanceof FileSystemException f && f.getReason() != null) {
      return f.getReason();
    }
    return e instanceof AccessDeniedException
        ? "permission denied"
        : String.valueOf(e.getMessage());
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

  private Backend find() {
    try {
      if (programs.exists("resolvectl")
          && Files.isSymbolicLink(file)
          && Files.readSymbolicLink(file).toString().contains("systemd/resolve")) {
        return Backend.RESOLVED;
      }
      if (programs.exists("resolvconf")
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
