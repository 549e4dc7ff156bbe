package dev.adit.core.ipsec;

import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.core.sys.SystemCallException;

/** What a machine may lack for ESP in the kernel, and what would mend it. */
enum Gate {
  IPSEC(
      "this kernel has no IPsec (CONFIG_XFRM_USER)", "modprobe xfrm_user, or a kernel that has it"),
  XFRM_INTERFACE(
      "this kernel has no xfrm interfaces (CONFIG_XFRM_INTERFACE; they need IPv6, too)",
      "modprobe xfrm_interface, without ipv6.disable=1"),
  VTI("this kernel has no VTI (CONFIG_NET_IPVTI, CONFIG_IPV6_VTI)", "modprobe -a ip_vti ip6_vti"),
  REDIRECTION(
      "this kernel cannot redirect packets (CONFIG_NET_SCH_INGRESS, CONFIG_NET_CLS_MATCHALL,"
          + " CONFIG_NET_ACT_MIRRED)",
      "modprobe -a sch_ingress cls_matchall act_mirred"),
  ENCAPSULATION("this kernel does not take ESP out of UDP (UDP_ENCAP)", "modprobe -a esp4 esp6"),
  CIPHER(
      "this kernel has no ESP with this cipher (CONFIG_INET_ESP, CONFIG_CRYPTO_CBC,"
          + " CONFIG_CRYPTO_HMAC)",
      "modprobe -a esp4 esp6 cbc hmac"),
  POLICY("this kernel took no policy", "see the error");

  private final String lack;
  private final String remedy;

  Gate(String lack, String remedy) {
    this.lack = lack;
    this.remedy = remedy;
  }

  /**
   * The kernel's refusal as a user understands it. What will not change by itself has the kind
   * PRIVILEGE; what may pass, OTHER.
   */
  static Refusal explained(Gate gate, SystemCallException e) {
    return switch (e.errno()) {
      case EPERM, EACCES ->
          Refusal.of(
              Kind.PRIVILEGE,
              "CAP_NET_ADMIN is missing in this network namespace; run as root, or give the"
                  + " container the capability NET_ADMIN",
              e);
      case ENOMEM, ENOBUFS, EAGAIN, EBUSY ->
          Refusal.of(Kind.OTHER, "the kernel cannot do it for now", e);
      case EEXIST -> Refusal.of(Kind.OTHER, "the kernel has such a thing of somebody else's", e);
      case ENOENT, EOPNOTSUPP, EAFNOSUPPORT, EPROTONOSUPPORT, ENOPROTOOPT, ENOSYS, EINVAL, ENODEV ->
          Refusal.of(Kind.PRIVILEGE, gate.lack + "; " + gate.remedy, e);
      default -> Refusal.of(e);
    };
  }

  /** The same, if the kernel's word is what it is. */
  static Refusal explained(Gate gate, VpnException e) {
    if (e instanceof Refusal refusal) {
      return refusal;
    }
    return e instanceof SystemCallException call ? explained(gate, call) : Refusal.of(e);
  }
}
