package dev.adit.bench;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What carries the packets, and to whom.
 *
 * @param server ours speaks both protocols, ocserv no ESP
 */
record Setup(Carrier carrier, Server server) {
  enum Server {
    OCSERV,
    GATEWAY
  }

  enum Carrier {
    DTLS("DTLS 1\\.2", "Established DTLS connection.*\\(DTLS1\\.2\\)-.*\\(AES-256-GCM\\)"),
    TLS("TLS", "\\(TLS1\\.[23]\\)-.*\\(AES-256-GCM\\)"),
    ESP("ESP.*AES-128.*SHA1", "ESP session established");

    /** What {@code adit status} says of it. */
    final Pattern adit;

    /** What openconnect's log says of it, once it is up. */
    final Pattern openconnect;

    Carrier(String adit, String openconnect) {
      this.adit = Pattern.compile("^" + adit);
      this.openconnect = Pattern.compile(openconnect);
    }

    boolean udp() {
      return this != TLS;
    }
  }

  /** Those that there are of these carriers and servers; ESP is always with our gateway. */
  static List<Setup> of(List<Carrier> carriers, List<Server> servers) {
    return carriers.stream()
        .flatMap(
            carrier ->
                carrier == Carrier.ESP
                    ? Stream.of(new Setup(carrier, Server.GATEWAY))
                    : servers.stream().map(server -> new Setup(carrier, server)))
        .toList();
  }

  @Override
  public String toString() {
    return carrier + " to " + (server == Server.OCSERV ? "ocserv" : "our gateway");
  }
}
