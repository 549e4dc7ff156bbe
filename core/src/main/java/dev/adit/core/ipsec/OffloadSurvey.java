package dev.adit.core.ipsec;

import dev.adit.api.datagram.SaParameters.EspCipher;
import dev.adit.api.datagram.SaParameters.EspMac;
import dev.adit.api.error.VpnException;
import dev.adit.core.netlink.NetlinkReader;
import dev.adit.core.rtnetlink.LinkMessage;
import dev.adit.core.sys.SystemCallException;
import dev.adit.core.sys.UdpSocket;
import dev.adit.core.tc.Redirection;
import dev.adit.core.tc.Redirection.Side;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;

/**
 * What ESP in the kernel would take on this machine, found out by trying: each thing is made under
 * a name and an id of its own, which no packet meets, and removed at once.
 */
public final class OffloadSurvey {
  /**
   * One gate.
   *
   * @param lack why it is shut, and the remedy; empty if it is open
   */
  public record Finding(String gate, Optional<String> lack) {}

  private static final int LOOPBACK_INDEX = 1;

  private final IpsecKernel kernel;
  private final int id;
  private final List<Finding> findings = new ArrayList<>();

  private OffloadSurvey(IpsecKernel kernel, int id) {
    this.kernel = kernel;
    this.id = id;
  }

  /**
   * All gates in the order in which a session meets them; up to the first without which none is.
   */
  public static List<Finding> of(KernelIpsec.Opener opener, RandomGenerator random) {
    try (IpsecKernel kernel = opener.open()) {
      OffloadSurvey survey = new OffloadSurvey(kernel, random.nextInt(1, Integer.MAX_VALUE));
      survey.all();
      return List.copyOf(survey.findings);
    } catch (SystemCallException e) {
      return List.of(shut(Gate.IPSEC, e));
    }
  }

  private interface Attempt {
    void run() throws VpnException;
  }

  private void all() {
    findings.add(new Finding(name(Gate.IPSEC), Optional.empty()));
    // The second does what the first does, where that is not there.
    for (IpsecInterface kind :
        List.of(
            new IpsecInterface.Xfrm(id),
            new IpsecInterface.Vti(id, Trial.HERE.getAddress(), Trial.HERE.getAddress()))) {
      if (attempt(kind.gate(), () -> with(kind, index -> {}))) {
        attempt(Gate.REDIRECTION, () -> with(kind, this::redirect));
        break;
      }
    }
    attempt(Gate.ENCAPSULATION, OffloadSurvey::encapsulate);
    ciphers();
    attempt(Gate.POLICY, () -> Trial.policy(kernel, id));
  }

  /** Where it has none at all, that is said once. */
  private void ciphers() {
    int before = findings.size();
    boolean any = false;
    for (EspCipher cipher : EspCipher.values()) {
      for (EspMac mac : EspMac.values()) {
        String suite = name(Gate.CIPHER) + ", " + cipher + ", " + mac;
        any |= attempt(Gate.CIPHER, suite, () -> Trial.sa(kernel, id, cipher, mac));
      }
    }
    if (!any) {
      Finding first = findings.get(before);
      findings.subList(before, findings.size()).clear();
      findings.add(new Finding(name(Gate.CIPHER), first.lack()));
    }
  }

  private boolean attempt(Gate gate, Attempt attempt) {
    return attempt(gate, name(gate), attempt);
  }

  private boolean attempt(Gate gate, String name, Attempt attempt) {
    try {
      attempt.run();
      findings.add(new Finding(name, Optional.empty()));
      return true;
    } catch (VpnException e) {
      findings.add(new Finding(name, shut(gate, e).lack()));
      return false;
    }
  }

  private static Finding shut(Gate gate, VpnException e) {
    return new Finding(name(gate), Optional.of(Gate.explained(gate, e).reason()));
  }

  private static String name(Gate gate) {
    return gate.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private interface OnInterface {
    void run(int index) throws VpnException;
  }

  private void with(IpsecInterface kind, OnInterface use) throws VpnException {
    String name = "adx-" + Integer.toHexString(id);
    kernel.route(kind.add(name), "interface " + name);
    try {
      for (byte[] answer : kernel.route(LinkMessage.get(name), "interface " + name)) {
        NetlinkReader reader = new NetlinkReader(answer);
        if (reader.type() == LinkMessage.RTM_NEWLINK && reader.payloadLength() >= 16) {
          use.run(reader.u32(4));
        }
      }
    } finally {
      kernel.route(LinkMessage.delete(name), "removing " + name);
    }
  }

  /** Goes with the interface. */
  private void redirect(int index) throws VpnException {
    kernel.route(Redirection.addClsact(index), "clsact");
    kernel.route(new Redirection(Side.INGRESS, index, LOOPBACK_INDEX).add(), "redirection");
  }

  private static void encapsulate() throws VpnException {
    try (UdpSocket socket = UdpSocket.connect(Trial.HERE, OptionalInt.empty())) {
      socket.kernelTakesEsp(true);
    }
  }
}
