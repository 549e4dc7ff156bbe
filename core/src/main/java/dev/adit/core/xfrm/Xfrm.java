package dev.adit.core.xfrm;

import dev.adit.core.netlink.NetlinkWriter;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;

/** Numbers and structures of linux/xfrm.h that several messages share. */
final class Xfrm {
  static final int XFRM_MSG_NEWSA = 16;
  static final int XFRM_MSG_DELSA = 17;
  static final int XFRM_MSG_GETSA = 18;
  static final int XFRM_MSG_NEWPOLICY = 19;
  static final int XFRM_MSG_DELPOLICY = 20;
  static final int XFRM_MSG_GETPOLICY = 21;
  static final int XFRM_MSG_EXPIRE = 24;
  static final int XFRM_MSG_UPDPOLICY = 25;
  static final int XFRM_MSG_UPDSA = 26;
  static final int XFRM_MSG_POLEXPIRE = 27;
  static final int XFRM_MSG_FLUSHSA = 28;
  static final int XFRM_MSG_FLUSHPOLICY = 29;
  static final int XFRM_MSG_NEWAE = 30;
  static final int XFRM_MSG_GETAE = 31;

  static final int XFRMA_ALG_CRYPT = 2;
  static final int XFRMA_ENCAP = 4;
  static final int XFRMA_TMPL = 5;
  static final int XFRMA_LTIME_VAL = 9;
  static final int XFRMA_REPLAY_THRESH = 11;
  static final int XFRMA_ETIMER_THRESH = 12;
  static final int XFRMA_ALG_AUTH_TRUNC = 20;
  static final int XFRMA_MARK = 21;
  static final int XFRMA_REPLAY_ESN_VAL = 23;
  static final int XFRMA_SA_EXTRA_FLAGS = 24;
  static final int XFRMA_IF_ID = 31;

  static final int IPPROTO_ESP = 50;
  static final int AF_INET = 2;
  static final int AF_INET6 = 10;
  static final int XFRM_MODE_TUNNEL = 1;

  private static final long XFRM_INF = -1L;

  private Xfrm() {}

  static int family(InetAddress address) {
    return address.getAddress().length == 4 ? AF_INET : AF_INET6;
  }

  /** {@code xfrm_address_t}: 16 bytes, an IPv4 address in the first four. */
  static void address(NetlinkWriter to, InetAddress address) {
    byte[] bytes = address.getAddress();
    to.bytes(bytes).zeros(16 - bytes.length);
  }

  /** Of the first bytes of an {@code xfrm_address_t}. */
  static InetAddress address(byte[] bytes, int family) {
    try {
      return InetAddress.getByAddress(Arrays.copyOf(bytes, family == AF_INET6 ? 16 : 4));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("4 or 16 bytes are an address", e);
    }
  }

  /** {@code struct xfrm_id}: address 16, SPI 4, protocol 1, padding 3. */
  static void id(NetlinkWriter to, InetAddress destination, int spi) {
    address(to, destination);
    to.be32(spi).u8(IPPROTO_ESP).zeros(3);
  }

  /** {@code struct xfrm_usersa_id}: address 16, SPI 4, family 2, protocol 1, padding 1. */
  static void userId(NetlinkWriter to, XfrmSaId id) {
    address(to, id.destination());
    to.be32(id.spi()).u16(family(id.destination())).u8(IPPROTO_ESP).u8(0);
  }

  /** {@code struct xfrm_lifetime_cfg}: no limit but an age, counted from when it was added. */
  static void lifetime(NetlinkWriter to, Duration hard) {
    for (int i = 0; i < 4; i++) {
      to.u64(XFRM_INF);
    }
    to.u64(0).u64(hard.toSeconds()).u64(0).u64(0);
  }
}
