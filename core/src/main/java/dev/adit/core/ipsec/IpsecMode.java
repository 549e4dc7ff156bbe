package dev.adit.core.ipsec;

import java.util.List;

/** Who is to perform ESP, as the user has it. */
public enum IpsecMode {
  /** The kernel where it can, without a word where it cannot. */
  AUTO,
  /** The kernel, behind the TUN; what it lacks is worth a line of the log. */
  REDIRECT,
  /** The kernel, by policies alone. */
  POLICY,
  /** This process. */
  USERSPACE;

  /** Ways into the kernel, in the order in which to try them. */
  List<IpsecMode> ways() {
    return switch (this) {
      // Policies show on the physical device: that is for who asks for it.
      case AUTO, REDIRECT -> List.of(REDIRECT);
      case POLICY -> List.of(POLICY);
      case USERSPACE -> List.of();
    };
  }
}
