package dev.adit.anyconnect.compress;

import dev.adit.anyconnect.AnyConnectProtocol;
import dev.adit.api.error.PeerViolationException;
import dev.adit.api.tunnel.TunnelSettings;
import java.util.List;
import java.util.Optional;

/**
 * What we offer, and what is made of the answer: the server names one encoding for each carrier, or
 * none. Observed with ocserv 1.1.6.
 *
 * @param tls for CSTP
 * @param datagrams for DTLS
 */
public record CompressionOffer(List<Encoding> tls, List<Encoding> datagrams) {
  public CompressionOffer {
    tls = List.copyOf(tls);
    datagrams = List.copyOf(datagrams);
  }

  /** As the user wishes. */
  public static CompressionOffer of(TunnelSettings settings) {
    Optional<List<Encoding>> named =
        settings.options().text(AnyConnectProtocol.COMPRESSION_ENCODINGS).map(Encoding::list);
    List<Encoding> allowed =
        Encoding.of(settings.compression()).stream()
            .filter(e -> named.isEmpty() || named.get().contains(e))
            .toList();
    return new CompressionOffer(allowed, Encoding.forDatagrams(allowed));
  }

  /** Reads an answer, which must be one of what was offered. */
  public static Optional<Encoding> accepted(
      String header, Optional<String> value, List<Encoding> offered) throws PeerViolationException {
    if (value.isEmpty()) {
      return Optional.empty();
    }
    Optional<Encoding> encoding = Encoding.fromWire(value.get()).filter(offered::contains);
    if (encoding.isEmpty()) {
      throw new PeerViolationException(
          header,
          offered.isEmpty() ? "nothing, as was offered" : "one of " + Encoding.offer(offered),
          value.get().replaceAll("[^ -~]", "?"));
    }
    return encoding;
  }
}
