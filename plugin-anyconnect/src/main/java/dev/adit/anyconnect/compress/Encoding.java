package dev.adit.anyconnect.compress;

import dev.adit.api.tunnel.TunnelSettings.Compression;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** How packets are compressed; best first. */
public enum Encoding {
  /** LZ4 blocks. Observed with ocserv 1.1.6, which prefers it. */
  OC_LZ4("oc-lz4", Compression.STATELESS),
  /** RFC 1974, as RFC 2395 uses it. */
  LZS("lzs", Compression.STATELESS),
  /** RFC 1951 with a history; over TLS alone, because no packet may be lost. */
  DEFLATE("deflate", Compression.ALL);

  private final String wireName;
  private final Compression least;

  Encoding(String wireName, Compression least) {
    this.wireName = wireName;
    this.least = least;
  }

  /** As headers have it. */
  public String wireName() {
    return wireName;
  }

  /** Of a header's value. */
  public static Optional<Encoding> fromWire(String name) {
    return Arrays.stream(values()).filter(e -> e.wireName.equalsIgnoreCase(name)).findFirst();
  }

  /** All that a mode allows over TLS. */
  public static List<Encoding> of(Compression mode) {
    return Arrays.stream(values()).filter(e -> e.least.compareTo(mode) <= 0).toList();
  }

  /** Those that survive the loss of a packet, which datagrams must. */
  public static List<Encoding> forDatagrams(List<Encoding> encodings) {
    return encodings.stream().filter(e -> e.least == Compression.STATELESS).toList();
  }

  /** Names of a list; unknown ones are passed over. */
  public static List<Encoding> list(String names) {
    return Arrays.stream(names.split(",", -1))
        .flatMap(n -> fromWire(n.strip()).stream())
        .distinct()
        .toList();
  }

  /** As a header offers them. */
  public static String offer(List<Encoding> encodings) {
    return encodings.stream().map(Encoding::wireName).collect(Collectors.joining(","));
  }

  PacketCodec open() {
    return switch (this) {
      case OC_LZ4 -> new Lz4();
      case LZS -> new Lzs();
      case DEFLATE -> new Deflate();
    };
  }
}
