package dev.adit.core.ipsec;

import java.util.List;

/** Who is to perform ESP, as the user has it. */
public enum IpsecMode {
  /** The kernel where it can, without a word where it cannot. */
  AUTO,
  /** The kernel, behind the TUN; what it lacks is worth a line of the log. */
  REDIRECT,
  /** The same by the older kind of interface, for a kernel that has no other. */
  VTI,
  /** The kernel, by policies alone. */
  POLICY,
  /** This process. */
  USERSPACE;

  /** Ways into the kernel, in the order in which to try them. */
  List<IpsecMode> ways() {
    return switch (this) {
      // By policies, what comes shows on the physical device, past all filters for the TUN: that is
      // for who asks for it.
      case AUTO -> List.of(REDIRECT, VTI);
      case REDIRECT -> List.of(REDIRECT);
      case VTI -> List.of(VTI);
      case POLICY -> List.of(POLICY);
      case USERSPACE -> List.of();
    };
  }
}
