package dev.adit.core.xfrm;

import dev.adit.core.netlink.NetlinkReader;
import dev.adit.core.netlink.NetlinkWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * What ties SAs and policies to an interface of their own, so that they meet no other packets and
 * nobody else's meet theirs.
 *
 * @param interfaceId of the {@code xfrm} interface; 0 for none
 * @param mark the key of a {@code vti} interface, by which the kernel marks what it looks up for
 *     it; 0 for none
 */
public record XfrmScope(int interfaceId, int mark) {
  /** For packets of no interface of the kind. */
  public static final XfrmScope NONE = new XfrmScope(0, 0);

  private static final int WHOLE = -1;

  public static XfrmScope ofInterface(int id) {
    return new XfrmScope(id, 0);
  }

  public static XfrmScope ofMark(int mark) {
    return new XfrmScope(0, mark);
  }

  public boolean isNone() {
    return equals(NONE);
  }

  NetlinkWriter write(NetlinkWriter to) {
    if (interfaceId != 0) {
      to.attribute(Xfrm.XFRMA_IF_ID, interfaceId);
    }
    return writeMark(to, mark);
  }

  /** {@code struct xfrm_mark}: value 4, mask 4. */
  static NetlinkWriter writeMark(NetlinkWriter to, int mark) {
    return mark == 0 ? to : to.nested(Xfrm.XFRMA_MARK, w -> w.u32(mark).u32(WHOLE));
  }

  /** Of a message whose attributes begin there. */
  static XfrmScope read(NetlinkReader from, int at) {
    return new XfrmScope(from.number(at, Xfrm.XFRMA_IF_ID).orElse(0), readMark(from, at));
  }

  static int readMark(NetlinkReader from, int at) {
    Optional<byte[]> mark = from.attribute(at, Xfrm.XFRMA_MARK).filter(m -> m.length >= 8);
    return mark.map(m -> ByteBuffer.wrap(m).order(ByteOrder.nativeOrder()).getInt(0)).orElse(0);
  }
}
