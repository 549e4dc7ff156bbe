package dev.adit.core.ipsec;

import dev.adit.api.datagram.SaParameters;
import dev.adit.api.datagram.SaParameters.EspCipher;
import dev.adit.api.datagram.SaParameters.EspMac;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.core.ipsec.KernelIpsec.Opener;
import dev.adit.core.sys.SystemCallException;
import dev.adit.core.xfrm.XfrmSa;
import dev.adit.core.xfrm.XfrmSaId;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/**
 * All that the kernel needs time for, on a thread of its own, while packets flow: whoever first
 * asks for an SA, an xfrm interface or a filter waits until the modules for it are loaded and have
 * tested themselves. What comes of it is nobody's else until it is done.
 */
final class Preparation implements AutoCloseable {
  private record Made(IpsecKernel kernel, PacketWay way) {}

  private final Opener opener;
  private final IpsecMode mode;
  private final TunnelDevice device;
  private final EspSocket socket;
  private final Path journals;
  private final RandomGenerator random;
  private final CompletableFuture<Made> made = new CompletableFuture<>();

  /**
   * Does nothing yet.
   *
   * @param socket whose ends the SAs have
   */
  Preparation(
      Opener opener,
      IpsecMode mode,
      TunnelDevice device,
      EspSocket socket,
      Path journals,
      RandomGenerator random) {
    this.opener = opener;
    this.mode = mode;
    this.device = device;
    this.socket = socket;
    this.journals = journals;
    this.random = random;
  }

  /**
   * Begins.
   *
   * @param like an SA's cipher and MAC are meant; its keys are not looked at
   */
  Preparation begin(Executor thread, SaParameters like) {
    EspCipher cipher = like.cipher();
    EspMac mac = like.mac();
    thread.execute(
        () -> {
          try {
            made.complete(make(cipher, mac));
          } catch (VpnException | RuntimeException e) {
            made.completeExceptionally(e);
          }
        });
    return this;
  }

  private Made make(EspCipher cipher, EspMac mac) throws VpnException {
    IpsecKernel kernel = open();
    try {
      // Before the trial, whose keys are wiped where those of the answers were.
      List<XfrmSaId> others = othersFromPeer(kernel);
      Trial.sa(kernel, random.nextInt(1, Integer.MAX_VALUE), cipher, mac);
      return new Made(kernel, firstWay(kernel, others));
    } catch (VpnException | RuntimeException e) {
      kernel.close();
      throw e;
    }
  }

  private IpsecKernel open() throws VpnException {
    try {
      return opener.open();
    } catch (SystemCallException e) {
      throw Gate.explained(Gate.IPSEC, e);
    }
  }

  /** The first that can be made; else why none can. What may be better soon is waited for. */
  private PacketWay firstWay(IpsecKernel kernel, List<XfrmSaId> others) throws VpnException {
    List<Refusal> refusals = new ArrayList<>();
    for (IpsecMode each : mode.ways()) {
      try {
        keepApart(each, socket.remote().getAddress(), others);
        return way(each, kernel);
      } catch (VpnException e) {
        Refusal refusal = Gate.explained(Gate.REDIRECTION, e);
        refusals.add(refusal);
        if (refusal.kind() != Kind.PRIVILEGE) {
          break;
        }
      }
    }
    throw Refusal.of(refusals);
  }

  private PacketWay way(IpsecMode by, IpsecKernel kernel) throws VpnException {
    InetAddress local = socket.local().getAddress();
    InetAddress remote = socket.remote().getAddress();
    return switch (by) {
      case REDIRECT ->
          Redirect.prepare(kernel, device.name(), IpsecInterface.Xfrm::new, journals, random);
      case VTI ->
          Redirect.prepare(
              kernel,
              device.name(),
              key -> new IpsecInterface.Vti(key, local, remote),
              journals,
              random);
      case POLICY -> PolicyWay.prepare(kernel, device, random.nextInt(1, Integer.MAX_VALUE));
      case AUTO, USERSPACE -> throw new IllegalStateException(by + " is no way");
    };
  }

  /** SAs of this host that receive from the same peer, whosever they are. */
  private List<XfrmSaId> othersFromPeer(IpsecKernel kernel) throws VpnException {
    InetAddress local = socket.local().getAddress();
    InetAddress remote = socket.remote().getAddress();
    List<XfrmSaId> others = new ArrayList<>();
    try {
      for (byte[] answer : kernel.xfrm(XfrmSa.dump(), "SAs of this host")) {
        XfrmSa.read(answer, remote)
            .filter(sa -> sa.destination().equals(local))
            .ifPresent(others::add);
        Arrays.fill(answer, (byte) 0); // For it holds keys.
      }
      return others;
    } catch (SystemCallException e) {
      throw Gate.explained(Gate.IPSEC, e);
    }
  }

  /**
   * A VTI takes all ESP that comes from its peer, and drops what is of other SAs (seen with Linux
   * 6.1): there may be no others beside it, nor it beside others.
   */
  private static void keepApart(IpsecMode by, InetAddress remote, List<XfrmSaId> others)
      throws VpnException {
    for (XfrmSaId other : others) {
      if (by == IpsecMode.VTI || other.mark() != 0) {
        throw new VpnException(
            Kind.OTHER,
            "a VTI takes all ESP from "
                + remote.getHostAddress()
                + ", and there is another tunnel to it: "
                + other);
      }
    }
  }

  /** Whether what it made, or could not make, is for this device and SAs between such ends. */
  boolean isFor(TunnelDevice other, EspSocket socket) {
    try {
      return device.equals(other)
          && made().way().isBetween(socket.local().getAddress(), socket.remote().getAddress());
    } catch (VpnException e) {
      return device.equals(other);
    }
  }

  boolean isDone() {
    return made.isDone();
  }

  /** Of one that is done. */
  IpsecKernel kernel() throws VpnException {
    return made().kernel();
  }

  /** Of one that is done. */
  PacketWay way() throws VpnException {
    return made().way();
  }

  private Made made() throws VpnException {
    if (!made.isDone()) {
      throw new IllegalStateException("not done");
    }
    try {
      return made.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof VpnException refused) {
        throw refused;
      }
      throw e;
    }
  }

  /** Removes what was made; waits for it if need be, as briefly as a kernel loads a module. */
  @Override
  public void close() {
    made.handle(
            (all, failure) -> {
              if (all != null) {
                all.way().close();
                all.kernel().close();
              }
              return true;
            })
        .join();
  }
}
