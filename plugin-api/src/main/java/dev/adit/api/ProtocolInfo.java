package dev.adit.api;

import java.util.List;

/**
 * What is known of a protocol before it does anything.
 *
 * @param id what {@code --protocol} takes: lower-case letters, digits and hyphens
 * @param aliases further names of the same kind
 * @param description one line for a list
 * @param defaultPort TCP port of the gateway, if the URL names none
 * @param options what it adds to the command line and the configuration
 * @param tlsExports keying material that core takes from each TLS connection while it can
 */
public record ProtocolInfo(
    String id,
    List<String> aliases,
    String description,
    int defaultPort,
    List<ProtocolOption> options,
    List<TlsExport> tlsExports) {

  /** An RFC 5705 exporter value: label, no context, length in bytes. */
  public record TlsExport(String label, int length) {}

  public ProtocolInfo {
    if (!id.matches("[a-z][a-z0-9-]*")) {
      throw new IllegalArgumentException("protocol id \"" + id + "\" is not [a-z][a-z0-9-]*");
    }
    if (defaultPort < 1 || defaultPort > 65535) {
      throw new IllegalArgumentException("default port " + defaultPort);
    }
    aliases = List.copyOf(aliases);
    options = List.copyOf(options);
    tlsExports = List.copyOf(tlsExports);
  }
}
