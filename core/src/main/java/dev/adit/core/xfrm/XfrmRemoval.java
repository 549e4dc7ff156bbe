package dev.adit.core.xfrm;

/**
 * That SAs or policies of this host are gone: deleted, flushed or expired, by whomever. Such an
 * announcement holds the keys of what is gone; its kind is enough.
 */
public final class XfrmRemoval {
  /**
   * Bits of the multicast groups {@code XFRMNLGRP_EXPIRE}, {@code XFRMNLGRP_SA} and {@code
   * XFRMNLGRP_POLICY}.
   */
  public static final int GROUPS = 1 << 1 | 1 << 2 | 1 << 3;

  private XfrmRemoval() {}

  /** Whether a message of that type is one. */
  public static boolean is(int type) {
    return switch (type) {
      case Xfrm.XFRM_MSG_DELSA,
          Xfrm.XFRM_MSG_FLUSHSA,
          Xfrm.XFRM_MSG_EXPIRE,
          Xfrm.XFRM_MSG_DELPOLICY,
          Xfrm.XFRM_MSG_FLUSHPOLICY,
          Xfrm.XFRM_MSG_POLEXPIRE ->
          true;
      default -> false;
    };
  }
}
