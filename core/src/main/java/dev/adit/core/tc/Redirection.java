package dev.adit.core.tc;

import dev.adit.core.netlink.NetlinkFlags;
import dev.adit.core.netlink.NetlinkWriter;
import java.nio.ByteOrder;

/**
 * All packets of an interface, sent elsewhere: classifier {@code matchall} with the action {@code
 * mirred ... redirect}, on the interface's {@code clsact}. {@code struct tcmsg}: family 1, padding
 * 3, index 4, handle 4, parent 4, info 4.
 *
 * @param side of the interface where packets are taken
 * @param index of the interface
 * @param to index of the interface that gets them: as if it had received what was received, and to
 *     send what was to be sent
 */
public record Redirection(Side side, int index, int to) {
  /** Where packets are taken. */
  public enum Side {
    /** Received by the interface. */
    INGRESS(0xfffffff2, 3),
    /** About to be sent by it. */
    EGRESS(0xfffffff3, 1);

    private final int parent;
    private final int action;

    Side(int parent, int action) {
      this.parent = parent;
      this.action = action;
    }
  }

  private static final int RTM_NEWQDISC = 36;
  private static final int RTM_NEWTFILTER = 44;
  private static final int RTM_DELTFILTER = 45;
  private static final int TC_H_CLSACT = 0xfffffff1;
  private static final int CLSACT_HANDLE = 0xffff0000;
  private static final int TCA_KIND = 1;
  private static final int TCA_OPTIONS = 2;
  private static final int TCA_MATCHALL_ACT = 2;
  private static final int TCA_ACT_KIND = 1;
  private static final int TCA_ACT_OPTIONS = 2 | 0x8000; // NLA_F_NESTED
  private static final int TCA_MIRRED_PARMS = 2;
  private static final int TC_ACT_STOLEN = 4;

  /** Before whatever an administrator adds without a preference: those begin at 49152. */
  private static final int PREFERENCE = 1;

  /** {@code ETH_P_ALL}, in network order. */
  private static final int ALL_PROTOCOLS = Short.toUnsignedInt(networkOrder(3));

  /** {@code tc qdisc add dev INDEX clsact}: EEXIST if there is one. */
  public static byte[] addClsact(int index) {
    return begin(RTM_NEWQDISC, NetlinkFlags.CREATE | NetlinkFlags.EXCL, index)
        .u32(CLSACT_HANDLE)
        .u32(TC_H_CLSACT)
        .u32(0)
        .attribute(TCA_KIND, "clsact")
        .message();
  }

  /** {@code tc filter add dev INDEX SIDE matchall action mirred SIDE redirect dev TO}. */
  public byte[] add() {
    return filter(RTM_NEWTFILTER, NetlinkFlags.CREATE | NetlinkFlags.EXCL)
        .attribute(TCA_KIND, "matchall")
        .nested(
            TCA_OPTIONS,
            options -> options.nested(TCA_MATCHALL_ACT, list -> list.nested(1, this::mirred)))
        .message();
  }

  /** {@code tc filter del dev INDEX SIDE}. */
  public byte[] delete() {
    return filter(RTM_DELTFILTER, 0).attribute(TCA_KIND, "matchall").message();
  }

  private NetlinkWriter filter(int type, int flags) {
    return begin(type, flags, index).u32(0).u32(side.parent).u32(PREFERENCE << 16 | ALL_PROTOCOLS);
  }

  /** {@code struct tc_mirred}: index, capabilities, action, counts 4 and 4, what, interface. */
  private void mirred(NetlinkWriter writer) {
    writer
        .attribute(TCA_ACT_KIND, "mirred")
        .nested(
            TCA_ACT_OPTIONS,
            options ->
                options.nested(
                    TCA_MIRRED_PARMS,
                    w ->
                        w.u32(0).u32(0).u32(TC_ACT_STOLEN).u32(0).u32(0).u32(side.action).u32(to)));
  }

  private static NetlinkWriter begin(int type, int flags, int index) {
    return new NetlinkWriter(type, flags).u8(0).zeros(3).u32(index);
  }

  private static short networkOrder(int value) {
    return ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN
        ? Short.reverseBytes((short) value)
        : (short) value;
  }
}
