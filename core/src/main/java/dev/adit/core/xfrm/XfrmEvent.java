package dev.adit.core.xfrm;

import dev.adit.core.netlink.NetlinkFlags;
import dev.adit.core.netlink.NetlinkReader;
import dev.adit.core.netlink.NetlinkWriter;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * Where an SA stands: numbers and counters, no keys. {@code struct xfrm_aevent_id}: SA 24, source
 * 16, flags 4, request id 4. The kernel announces one when an SA has been used after a while, and
 * from then on ten times a second while it is being used; it can be asked for at any time.
 */
public record XfrmEvent(XfrmSaId id, XfrmReplay replay, long bytes, long packets) {
  /** Bit of the multicast group, {@code XFRMNLGRP_AEVENTS}. */
  public static final int GROUP = 1 << 4;

  private static final int FIXED = 48;

  /** Asks for it; ESRCH if there is no such SA. */
  public static byte[] get(XfrmSaId id) {
    return XfrmScope.writeMark(begin(Xfrm.XFRM_MSG_GETAE, 0, id), id.mark()).message();
  }

  /** Sets the numbers; counters stay. The window must be as it is. */
  public static byte[] set(XfrmSaId id, XfrmReplay replay) {
    return XfrmScope.writeMark(begin(Xfrm.XFRM_MSG_NEWAE, NetlinkFlags.REPLACE, id), id.mark())
        .nested(Xfrm.XFRMA_REPLAY_ESN_VAL, replay::write)
        .message();
  }

  /** Reads an answer or an announcement; empty if it is something else. */
  public static Optional<XfrmEvent> read(byte[] message) {
    NetlinkReader in = new NetlinkReader(message);
    if (in.type() != Xfrm.XFRM_MSG_NEWAE || in.payloadLength() < FIXED) {
      return Optional.empty();
    }
    InetAddress destination = Xfrm.address(in.bytes(0, 16), in.u16(20));
    Optional<byte[]> replay = in.attribute(FIXED, Xfrm.XFRMA_REPLAY_ESN_VAL);
    Optional<byte[]> used = in.attribute(FIXED, Xfrm.XFRMA_LTIME_VAL).filter(v -> v.length >= 16);
    if (replay.isEmpty() || used.isEmpty()) {
      return Optional.empty();
    }
    ByteBuffer counters = ByteBuffer.wrap(used.get()).order(ByteOrder.nativeOrder());
    return Optional.of(
        new XfrmEvent(
            new XfrmSaId(destination, in.be32(16), XfrmScope.readMark(in, FIXED)),
            XfrmReplay.read(replay.get()),
            counters.getLong(0),
            counters.getLong(8)));
  }

  private static NetlinkWriter begin(int type, int flags, XfrmSaId id) {
    NetlinkWriter writer = new NetlinkWriter(type, flags);
    Xfrm.userId(writer, id);
    return writer.zeros(16 + 4 + 4);
  }
}
