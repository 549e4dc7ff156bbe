package dev.adit.core.xfrm;

import static dev.adit.core.xfrm.Xfrm.XFRMA_ALG_AUTH_TRUNC;
import static dev.adit.core.xfrm.Xfrm.XFRMA_ALG_CRYPT;
import static dev.adit.core.xfrm.Xfrm.XFRMA_ENCAP;
import static dev.adit.core.xfrm.Xfrm.XFRMA_ETIMER_THRESH;
import static dev.adit.core.xfrm.Xfrm.XFRMA_REPLAY_ESN_VAL;
import static dev.adit.core.xfrm.Xfrm.XFRMA_REPLAY_THRESH;
import static dev.adit.core.xfrm.Xfrm.XFRMA_SA_EXTRA_FLAGS;

import dev.adit.api.datagram.SaParameters;
import dev.adit.api.datagram.SaParameters.EspCipher;
import dev.adit.api.datagram.SaParameters.EspMac;
import dev.adit.api.secret.SecretBytes;
import dev.adit.core.netlink.NetlinkFlags;
import dev.adit.core.netlink.NetlinkReader;
import dev.adit.core.netlink.NetlinkWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/**
 * One direction of ESP in UDP as the kernel is told of it, tunnel mode, for IPv4 and IPv6 inside.
 * {@code struct xfrm_usersa_info} and attributes.
 *
 * <p>Messages made here hold keys: whoever sends one wipes it.
 *
 * @param source outer address and UDP port of the sender
 * @param destination outer address and UDP port of the receiver
 * @param parameters SPI, algorithms and keys; not owned
 * @param requestId ties policies to their SAs
 * @param scope packets of which interface it is for
 * @param replay state to begin with
 * @param lifetime after which the kernel drops it by itself, counted from when it was added
 */
public record XfrmSa(
    InetSocketAddress source,
    InetSocketAddress destination,
    SaParameters parameters,
    int requestId,
    XfrmScope scope,
    XfrmReplay replay,
    Duration lifetime) {
  private static final int UDP_ENCAP_ESPINUDP = 2;
  private static final int XFRM_STATE_NOECN = 1;
  private static final int XFRM_STATE_AF_UNSPEC = 32;
  private static final int XFRM_SA_XFLAG_DONT_ENCAP_DSCP = 1;
  private static final int SELECTOR_BYTES = 56;

  /** {@code struct xfrm_usersa_info}: selector, id 24, source 16, ... */
  private static final int INFO_BYTES = 224;

  private static final int SOURCE = SELECTOR_BYTES + 24;
  private static final int FAMILY = 212;
  private static final int COUNTERS_BYTES = 44;
  private static final int ALGORITHM_NAME_BYTES = 64;

  /** Tenths of a second between two announcements of what an SA did. */
  private static final int ANNOUNCE_EVERY = 1;

  public XfrmSaId id() {
    return new XfrmSaId(destination.getAddress(), parameters.spi(), scope.mark());
  }

  public XfrmSa withLifetime(Duration other) {
    return new XfrmSa(source, destination, parameters, requestId, scope, replay, other);
  }

  /** {@code ip xfrm state add}: EEXIST if somebody has such an SA. */
  public byte[] add() {
    return message(Xfrm.XFRM_MSG_NEWSA, NetlinkFlags.CREATE | NetlinkFlags.EXCL);
  }

  /** {@code ip xfrm state update}: changes the lifetime alone; numbers and counters go on. */
  public byte[] update() {
    return message(Xfrm.XFRM_MSG_UPDSA, NetlinkFlags.REPLACE);
  }

  /** {@code ip xfrm state}: asks for all SAs of this host. */
  public static byte[] dump() {
    return new NetlinkWriter(Xfrm.XFRM_MSG_GETSA, NetlinkFlags.DUMP).message();
  }

  /** The SA of an answer, if packets of that address take it; its keys are not looked at. */
  public static Optional<XfrmSaId> read(byte[] message, InetAddress from) {
    NetlinkReader in = new NetlinkReader(message);
    if (in.type() != Xfrm.XFRM_MSG_NEWSA || in.payloadLength() < INFO_BYTES) {
      return Optional.empty();
    }
    int family = in.u16(FAMILY);
    if (!Xfrm.address(in.bytes(SOURCE, 16), family).equals(from)) {
      return Optional.empty();
    }
    return Optional.of(
        new XfrmSaId(
            Xfrm.address(in.bytes(SELECTOR_BYTES, 16), family),
            in.be32(SELECTOR_BYTES + 16),
            XfrmScope.readMark(in, INFO_BYTES)));
  }

  /** {@code ip xfrm state delete}. */
  public static byte[] delete(XfrmSaId id) {
    NetlinkWriter writer = new NetlinkWriter(Xfrm.XFRM_MSG_DELSA, 0);
    Xfrm.userId(writer, id);
    return XfrmScope.writeMark(writer, id.mark()).message();
  }

  private byte[] message(int type, int flags) {
    InetAddress to = destination.getAddress();
    NetlinkWriter writer = new NetlinkWriter(type, flags).zeros(SELECTOR_BYTES);
    Xfrm.id(writer, to, parameters.spi());
    Xfrm.address(writer, source.getAddress());
    Xfrm.lifetime(writer, lifetime);
    writer
        .zeros(COUNTERS_BYTES)
        .u32(0)
        .u32(requestId)
        .u16(Xfrm.family(to))
        .u8(Xfrm.XFRM_MODE_TUNNEL)
        .u8(0)
        // As in userspace: nothing of the inner TOS shows outside, and nothing comes in.
        .u8(XFRM_STATE_AF_UNSPEC | XFRM_STATE_NOECN)
        .zeros(7);
    EspMac mac = parameters.mac();
    key(writer, XFRMA_ALG_CRYPT, name(parameters.cipher()), parameters.encryptionKey(), 0);
    key(writer, XFRMA_ALG_AUTH_TRUNC, name(mac), parameters.integrityKey(), mac.icvBytes() * 8);
    writer
        .nested(
            XFRMA_ENCAP,
            w ->
                w.u16(UDP_ENCAP_ESPINUDP)
                    .be16(source.getPort())
                    .be16(destination.getPort())
                    .zeros(2 + 16))
        .nested(XFRMA_REPLAY_ESN_VAL, replay::write)
        .attribute(XFRMA_SA_EXTRA_FLAGS, XFRM_SA_XFLAG_DONT_ENCAP_DSCP);
    scope.write(writer);
    writer.attribute(XFRMA_ETIMER_THRESH, ANNOUNCE_EVERY).attribute(XFRMA_REPLAY_THRESH, 0);
    return writer.secretMessage();
  }

  /** {@code struct xfrm_algo} or {@code xfrm_algo_auth}: name 64, key's bits 4, [ICV's bits 4]. */
  private static void key(
      NetlinkWriter writer, int attribute, String name, SecretBytes key, int icvBits) {
    writer.nested(
        attribute,
        w -> {
          w.bytes(Arrays.copyOf(name.getBytes(StandardCharsets.US_ASCII), ALGORITHM_NAME_BYTES));
          w.u32(key.length() * 8);
          if (icvBits > 0) {
            w.u32(icvBits);
          }
          w.bytes(key.expose());
        });
  }

  private static String name(EspCipher cipher) {
    return switch (cipher) {
      case AES_128_CBC, AES_256_CBC -> "cbc(aes)";
    };
  }

  private static String name(EspMac mac) {
    return switch (mac) {
      case HMAC_MD5_96 -> "hmac(md5)";
      case HMAC_SHA1_96 -> "hmac(sha1)";
      case HMAC_SHA256_128 -> "hmac(sha256)";
    };
  }
}
