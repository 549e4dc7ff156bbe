package dev.adit.core.ipsec;

import dev.adit.api.datagram.DatagramEngine;
import dev.adit.api.datagram.EspOffer;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.core.esp.EspAssociation;
import dev.adit.core.esp.EspEngine;
import dev.adit.core.esp.EspTimers;
import dev.adit.core.sys.UdpSocket;
import java.security.GeneralSecurityException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An association that is in this process or in the kernel: {@link KernelSas} while it is there. */
final class KernelAssociation implements IpsecAssociation, KernelOffload {
  /** So often in a row the kernel may take over and hear nothing at all. */
  private static final int MOST_DEAF = 2;

  private final EspAssociation sas;
  private final KernelIpsec owner;
  private @Nullable EspSocket socket;
  private @Nullable IpsecKernel kernel;
  private @Nullable Redirect redirect;
  private @Nullable KernelSas inKernel;
  private int deaf;

  KernelAssociation(EspAssociation sas, KernelIpsec owner) {
    this.sas = sas;
    this.owner = owner;
  }

  @Override
  public DatagramEngine open(UdpSocket opened) {
    return open(EspSocket.of(opened));
  }

  DatagramEngine open(EspSocket opened) {
    socket = opened;
    return new HandedOverEngine(
        new EspEngine(sas, EspTimers.DEFAULT),
        () -> Optional.ofNullable(inKernel),
        () -> takeBack(owner.loop().now()));
  }

  @Override
  public Optional<KernelOffload> kernel() {
    return Optional.of(this);
  }

  @Override
  public void handOver(String device, long roundTripNanos, Listener listener) throws VpnException {
    EspSocket through = socket;
    if (inKernel != null || through == null) {
      throw new IllegalStateException("handed over already, or no socket");
    }
    if (sas.offer().compression().isPresent()) {
      throw new VpnException(
          Kind.PRIVILEGE,
          "ESP stays in userspace: the server compresses packets, and the kernel cannot undo it;"
              + " --compression=none");
    }
    if (deaf >= MOST_DEAF) {
      throw new VpnException(
          Kind.PRIVILEGE,
          "ESP stays in userspace: the kernel took over "
              + deaf
              + " times and received nothing, though this process does;"
              + " is there a packet filter or another IPsec policy on this host?");
    }
    IpsecKernel opened = kernel;
    if (opened == null) {
      opened = owner.openKernel();
      kernel = opened;
    }
    if (redirect != null && !redirect.isOf(device)) {
      redirect.close();
      redirect = null;
    }
    Redirect way = redirect;
    if (way == null) {
      try {
        way = Redirect.prepare(opened, device, owner.journalDirectory(), owner.random());
      } catch (VpnException e) {
        throw Gate.explained(Gate.REDIRECTION, e);
      }
      redirect = way;
    }
    inKernel =
        KernelSas.install(
            opened,
            way,
            sas,
            through,
            owner.loop(),
            owner.random(),
            KernelTimings.DEFAULT.stretched(roundTripNanos),
            watched(listener));
  }

  @Override
  public void takeBack(long nowNanos) {
    KernelSas taken = inKernel;
    if (taken != null) {
      inKernel = null;
      deaf = taken.heard() ? 0 : deaf;
      taken.remove(nowNanos);
    }
  }

  @Override
  public String description() {
    return "ESP in the kernel (redirect)";
  }

  @Override
  public void replace(EspOffer fresh, long nowNanos) throws VpnException {
    try {
      sas.replace(fresh, nowNanos);
    } catch (GeneralSecurityException e) {
      throw new VpnException(Kind.OTHER, "ESP cannot be done by this JDK: " + e.getMessage(), e);
    }
    if (inKernel != null) {
      inKernel.rekey(nowNanos);
    }
  }

  @Override
  public void close() {
    takeBack(owner.loop().now());
    if (redirect != null) {
      redirect.close();
      redirect = null;
    }
    if (kernel != null) {
      kernel.close();
      kernel = null;
    }
    sas.close();
  }

  private Listener watched(Listener listener) {
    return new Listener() {
      @Override
      public void lost(String reason) {
        listener.lost(reason);
      }

      @Override
      public void silent(String reason) {
        if (inKernel != null && !inKernel.heard()) {
          deaf++;
        }
        listener.silent(reason);
      }

      @Override
      public void moved(Moved since) {
        listener.moved(since);
      }
    };
  }
}
