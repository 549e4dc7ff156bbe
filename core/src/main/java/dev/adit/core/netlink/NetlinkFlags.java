package dev.adit.core.netlink;

/** {@code NLM_F_...} of linux/netlink.h. */
public final class NetlinkFlags {
  public static final int REQUEST = 1;
  public static final int DUMP = 0x300;
  public static final int REPLACE = 0x100;
  public static final int EXCL = 0x200;
  public static final int CREATE = 0x400;

  private NetlinkFlags() {}
}
