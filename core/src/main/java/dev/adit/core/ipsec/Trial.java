package dev.adit.core.ipsec;

import dev.adit.api.datagram.SaParameters;
import dev.adit.api.datagram.SaParameters.EspCipher;
import dev.adit.api.datagram.SaParameters.EspMac;
import dev.adit.api.error.VpnException;
import dev.adit.api.secret.SecretBytes;
import dev.adit.api.tunnel.IpPrefix;
import dev.adit.core.sys.SystemCallException;
import dev.adit.core.xfrm.XfrmPolicy;
import dev.adit.core.xfrm.XfrmPolicy.Direction;
import dev.adit.core.xfrm.XfrmReplay;
import dev.adit.core.xfrm.XfrmSa;
import dev.adit.core.xfrm.XfrmScope;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;

/** An SA, or a policy, that no packet meets: whether the kernel takes it says what it can. */
final class Trial {
  /** Of what could not be removed, the kernel rids itself after this. */
  static final Duration LIFETIME = Duration.ofSeconds(1);

  static final InetSocketAddress HERE = new InetSocketAddress(InetAddress.getLoopbackAddress(), 9);

  private Trial() {}

  /**
   * Adds one and removes it.
   *
   * @param id SPI, request and mark, all of them nobody else's
   * @throws VpnException the gate that is shut; nothing is left for longer than {@link #LIFETIME}
   */
  static void sa(IpsecKernel kernel, int id, EspCipher cipher, EspMac mac) throws VpnException {
    try (SaParameters parameters =
        new SaParameters(
            id,
            cipher,
            SecretBytes.owning(new byte[cipher.keyBytes()]),
            mac,
            SecretBytes.owning(new byte[mac.keyBytes()]),
            1,
            64)) {
      XfrmSa sa =
          new XfrmSa(
              HERE, HERE, parameters, id, XfrmScope.ofMark(id), XfrmReplay.sending(0), LIFETIME);
      try {
        kernel.xfrmSecret(sa.add(), "adding an SA");
        kernel.xfrm(XfrmSa.delete(sa.id()), "removing it");
      } catch (SystemCallException e) {
        removeAnyway(kernel, XfrmSa.delete(sa.id()));
        throw Gate.explained(Gate.CIPHER, e);
      }
    }
  }

  /** The same with a policy. */
  static void policy(IpsecKernel kernel, int id) throws VpnException {
    InetAddress here = HERE.getAddress();
    IpPrefix inner = new IpPrefix(here, 32);
    XfrmPolicy policy =
        new XfrmPolicy(
            Direction.OUT, inner, inner, here, here, 0, id, XfrmScope.ofMark(id), 1, LIFETIME);
    try {
      kernel.xfrm(policy.add(), "adding a policy");
      kernel.xfrm(policy.delete(), "removing it");
    } catch (SystemCallException e) {
      removeAnyway(kernel, policy.delete());
      throw Gate.explained(Gate.POLICY, e);
    }
  }

  /** The first answer may have been lost, or a later one be better. */
  private static void removeAnyway(IpsecKernel kernel, byte[] request) {
    try {
      kernel.xfrm(request, "removing it");
    } catch (SystemCallException e) {
      // It never was, or ends by itself.
    }
  }
}
