package dev.adit.juniper.esp;

import dev.adit.api.error.PeerViolationException;
import dev.adit.juniper.oncp.Groups;
import dev.adit.juniper.oncp.Groups.Attribute;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * Group 8: how the server wants ESP. Lifetimes (8/5, 8/6) are its own business: it sends new keys
 * in time.
 *
 * @param compressed whether it sends LZO (8/3); nobody can decline that
 * @param port of UDP (8/4)
 * @param fallbackSeconds silence after which the server leaves ESP (8/9); 0 if it does not say
 * @param replayProtection whether numbers are to be checked (8/10); yes if it does not say
 */
public record EspTerms(
    EspSuite suite, boolean compressed, int port, int fallbackSeconds, boolean replayProtection) {
  public static final int GROUP = 8;

  public static final int CIPHER = 1;
  public static final int MAC = 2;
  public static final int COMPRESSION = 3;
  public static final int PORT = 4;
  public static final int FALLBACK = 9;
  public static final int REPLAY = 10;

  private static final int LZO = 1;

  /** The longest silence that is believed, in seconds. */
  private static final int MOST_FALLBACK = 3600;

  /**
   * What the attributes say.
   *
   * @return empty if there is no such group
   */
  public static Optional<EspTerms> read(List<Attribute> attributes) throws PeerViolationException {
    if (attributes.stream().noneMatch(a -> a.group() == GROUP)) {
      return Optional.empty();
    }
    EspSuite suite =
        EspSuite.fromWire(
            required(attributes, CIPHER, 1, "ESP cipher (8/1)"),
            required(attributes, MAC, 1, "ESP MAC (8/2)"));
    int compression = number(attributes, COMPRESSION, 1).orElse(0);
    if (compression < 0 || compression > LZO) {
      throw new PeerViolationException(
          "ESP compression (8/3)", "0 (none) or 1 (LZO)", String.valueOf(compression));
    }
    int port = required(attributes, PORT, 2, "UDP port (8/4)");
    if (port == 0) {
      throw new PeerViolationException("UDP port (8/4)", "1 to 65535", "0");
    }
    int fallback = number(attributes, FALLBACK, 4).orElse(0);
    return Optional.of(
        new EspTerms(
            suite,
            compression == LZO,
            port,
            // Read as unsigned: what is beyond the limit is cut to it.
            fallback < 0 ? MOST_FALLBACK : Math.min(fallback, MOST_FALLBACK),
            number(attributes, REPLAY, 4).orElse(1) != 0));
  }

  private static int required(List<Attribute> attributes, int id, int bytes, String what)
      throws PeerViolationException {
    return number(attributes, id, bytes)
        .orElseThrow(() -> new PeerViolationException(what, "one", "none"));
  }

  private static Optional<Integer> number(List<Attribute> attributes, int id, int bytes)
      throws PeerViolationException {
    return Groups.last(attributes, GROUP, id, bytes)
        .map(
            value ->
                switch (bytes) {
                  case 1 -> value[0] & 0xff;
                  case 2 -> ByteBuffer.wrap(value).getShort() & 0xffff;
                  default -> ByteBuffer.wrap(value).getInt();
                });
  }
}
