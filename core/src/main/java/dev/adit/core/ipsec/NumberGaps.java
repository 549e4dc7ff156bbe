package dev.adit.core.ipsec;

import dev.adit.core.xfrm.XfrmEvent;
import dev.adit.core.xfrm.XfrmSaId;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Packets that did not come to SAs of the kernel, by their numbers: of those between where an SA
 * was first looked at and its highest one, the kernel counted fewer. What comes late was counted as
 * lost meanwhile; it makes up for the next.
 */
final class NumberGaps {
  private final Map<XfrmSaId, XfrmEvent> first = new LinkedHashMap<>();
  private final Map<XfrmSaId, Long> told = new LinkedHashMap<>();

  /** How many more are missing than were told before; the first look at an SA tells none. */
  long more(XfrmEvent now) {
    XfrmEvent from = first.get(now.id());
    if (from == null) {
      first.put(now.id(), now);
      return 0;
    }
    long missing =
        now.replay().highest() - from.replay().highest() - (now.packets() - from.packets());
    long before = told.getOrDefault(now.id(), 0L);
    long most = Math.max(before, missing);
    told.put(now.id(), most);
    return most - before;
  }

  /** An SA that is gone. */
  void forget(XfrmSaId id) {
    first.remove(id);
    told.remove(id);
  }
}
