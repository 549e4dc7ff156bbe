package dev.adit.core.ipsec;

import dev.adit.api.error.VpnException;
import dev.adit.core.sys.SystemCallException;
import java.util.List;
import java.util.stream.Collectors;

/** Why the kernel does not take ESP over, and what would mend it. */
final class Refusal extends VpnException {
  private static final long serialVersionUID = 1L;

  private final String reason;

  private Refusal(Kind kind, String reason, String detail, Throwable cause) {
    super(kind, "ESP stays in userspace: " + reason + detail, cause);
    this.reason = reason;
  }

  /** With what the kernel said behind the reason. */
  static Refusal of(Kind kind, String reason, SystemCallException cause) {
    return new Refusal(kind, reason, " (" + cause.getMessage() + ")", cause);
  }

  /** The reason is what was said. */
  static Refusal of(VpnException cause) {
    return new Refusal(cause.kind(), cause.getMessage(), "", cause);
  }

  /** What lacks and what would mend it, in a few words. */
  String reason() {
    return reason;
  }

  /**
   * Several ways were refused, one after the other: the last decides of the kind. What is so for
   * all of them is said once.
   */
  static Refusal of(List<Refusal> all) {
    Refusal last = all.get(all.size() - 1);
    List<String> reasons = all.stream().map(r -> r.reason).distinct().toList();
    return reasons.size() == 1
        ? last
        : new Refusal(
            last.kind(), reasons.stream().collect(Collectors.joining("; and ")), "", last);
  }
}
