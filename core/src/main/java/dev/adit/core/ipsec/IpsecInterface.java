package dev.adit.core.ipsec;

import dev.adit.core.rtnetlink.LinkMessage;
import dev.adit.core.xfrm.XfrmPolicy.Direction;
import dev.adit.core.xfrm.XfrmScope;
import java.net.InetAddress;
import java.util.List;

/** An interface whose packets take SAs of its own: what {@link Redirect} leads packets through. */
sealed interface IpsecInterface {
  /** The way that goes by it, as the user names it. */
  String way();

  /** Shut where the kernel has none of the kind. */
  Gate gate();

  XfrmScope scope();

  /** The message that has it made. */
  byte[] add(String name);

  /** For which packets the kernel asks after a policy, in the order in which to set them. */
  List<Direction> policies();

  /** Whether it is for SAs between these. */
  boolean isBetween(InetAddress local, InetAddress remote);

  /** An {@code xfrm} interface: Linux 4.19, and IPv6 not switched off. */
  record Xfrm(int id) implements IpsecInterface {
    @Override
    public String way() {
      return "redirect";
    }

    @Override
    public Gate gate() {
      return Gate.XFRM_INTERFACE;
    }

    @Override
    public XfrmScope scope() {
      return XfrmScope.ofInterface(id);
    }

    @Override
    public byte[] add(String name) {
      return LinkMessage.addXfrm(name, id);
    }

    /** What the peer does not take out of ESP has no policy, and is dropped. */
    @Override
    public List<Direction> policies() {
      return List.of(Direction.OUT);
    }

    @Override
    public boolean isBetween(InetAddress local, InetAddress remote) {
      return true;
    }
  }

  /**
   * A VTI, which is older, and for SAs between two addresses: the kernel makes but one for each
   * pair, so that a second tunnel to the same gateway finds it taken. What it receives has to pass
   * a policy before it is the interface's (seen with Linux 6.1).
   *
   * @param key marks what the kernel looks up for it
   */
  record Vti(int key, InetAddress local, InetAddress remote) implements IpsecInterface {
    @Override
    public String way() {
      return "vti";
    }

    @Override
    public Gate gate() {
      return Gate.VTI;
    }

    @Override
    public XfrmScope scope() {
      return XfrmScope.ofMark(key);
    }

    @Override
    public byte[] add(String name) {
      return LinkMessage.addVti(name, key, local, remote);
    }

    @Override
    public List<Direction> policies() {
      return List.of(Direction.IN, Direction.OUT);
    }

    @Override
    public boolean isBetween(InetAddress here, InetAddress there) {
      return local.equals(here) && remote.equals(there);
    }
  }
}
