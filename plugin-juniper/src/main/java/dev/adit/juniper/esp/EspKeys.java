package dev.adit.juniper.esp;

import dev.adit.api.datagram.SaParameters;
import dev.adit.api.error.PeerViolationException;
import dev.adit.api.secret.SecretBytes;
import dev.adit.juniper.oncp.Groups;
import dev.adit.juniper.oncp.Groups.Attribute;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.List;

/**
 * Group 7: SPI and key block that one side chose for what it will receive. Owns the block.
 *
 * <pre>
 *   7/1  4 bytes   SPI, as it stands in the packets
 *   7/2  64 bytes  | encryption key | MAC key | unused |
 * </pre>
 *
 * <p>Keys are cut from the front, and there is no derivation. The rest may be anything: openconnect
 * 9.01 fills it with zeros.
 */
public final class EspKeys implements AutoCloseable {
  public static final int GROUP = 7;

  private static final int SPI = 1;
  private static final int BLOCK = 2;
  private static final int SPI_BYTES = 4;
  private static final int BLOCK_BYTES = 64;

  /** 0 would be the non-ESP marker of RFC 3948, the others are reserved by RFC 4303 §2.1. */
  private static final int LAST_RESERVED = 255;

  private final int spi;
  private final SecretBytes block;

  private EspKeys(int spi, SecretBytes block) {
    this.spi = spi;
    this.block = block;
  }

  /** New ones. */
  public static EspKeys fresh(SecureRandom random) {
    int spi = 0;
    while (isReserved(spi)) {
      spi = random.nextInt();
    }
    byte[] bytes = new byte[BLOCK_BYTES];
    random.nextBytes(bytes);
    return new EspKeys(spi, SecretBytes.owning(bytes));
  }

  /** The peer's. Its attributes stay as they are. */
  public static EspKeys read(List<Attribute> attributes) throws PeerViolationException {
    byte[] spi = required(attributes, SPI, SPI_BYTES, "SPI (7/1)");
    byte[] block = required(attributes, BLOCK, BLOCK_BYTES, "keys (7/2)");
    int number = ByteBuffer.wrap(spi).getInt();
    if (isReserved(number)) {
      throw new PeerViolationException(
          "SPI (7/1)", "more than " + LAST_RESERVED, String.valueOf(number));
    }
    return new EspKeys(number, SecretBytes.copyOf(block, 0, BLOCK_BYTES));
  }

  public int spi() {
    return spi;
  }

  /** Group 7 as bytes, the caller's to wipe. */
  public byte[] group() {
    int attributes = 2 * Groups.HEADER_BYTES + SPI_BYTES + BLOCK_BYTES;
    return ByteBuffer.allocate(Groups.HEADER_BYTES + attributes)
        .putShort((short) GROUP)
        .putInt(attributes)
        .putShort((short) SPI)
        .putInt(SPI_BYTES)
        .putInt(spi)
        .putShort((short) BLOCK)
        .putInt(BLOCK_BYTES)
        .put(block.expose())
        .array();
  }

  /**
   * One direction with these keys, cut to the suite's lengths. Numbers begin at 1, RFC 4303 §3.3.3:
   * openconnect's begin at 0, and it takes either, but a kernel drops what is numbered 0.
   */
  public SaParameters sa(EspSuite suite, int replayWindow) {
    int encryption = suite.cipher().keyBytes();
    return new SaParameters(
        spi,
        suite.cipher(),
        SecretBytes.copyOf(block.expose(), 0, encryption),
        suite.mac(),
        SecretBytes.copyOf(block.expose(), encryption, suite.mac().keyBytes()),
        1,
        replayWindow);
  }

  /** Wipes the block; what {@link #sa} made is not touched. */
  @Override
  public void close() {
    block.close();
  }

  @Override
  public String toString() {
    return "EspKeys[SPI %08x]".formatted(spi);
  }

  private static boolean isReserved(int spi) {
    return Integer.compareUnsigned(spi, LAST_RESERVED) <= 0;
  }

  private static byte[] required(List<Attribute> attributes, int id, int bytes, String what)
      throws PeerViolationException {
    return Groups.last(attributes, GROUP, id, bytes)
        .orElseThrow(() -> new PeerViolationException(what, "one", "none"));
  }
}
