package dev.adit.core.ipsec;

import dev.adit.api.datagram.DatagramEngine;
import dev.adit.api.datagram.EspOffer;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.core.esp.EspAssociation;
import dev.adit.core.esp.EspEngine;
import dev.adit.core.esp.EspTimers;
import dev.adit.core.sys.UdpSocket;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An association that is in this process or in the kernel: {@link KernelSas} while it is there. */
final class KernelAssociation implements IpsecAssociation, KernelOffload {
  /** So often in a row the kernel may take over and hear nothing at all. */
  private static final int MOST_DEAF = 2;

  /** Then it is left alone for a while, and for twice as long each time it is deaf again. */
  private static final Duration FIRST_REST = Duration.ofMinutes(2);

  private static final Duration LONGEST_REST = Duration.ofHours(1);

  private final EspAssociation sas;
  private final KernelIpsec owner;
  private @Nullable EspSocket socket;
  private @Nullable Preparation preparation;
  private @Nullable KernelSas inKernel;
  private String wayName = "";
  private int deaf;
  private long restUntil;

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
  public boolean isAskedFor() {
    return owner.mode() != IpsecMode.AUTO;
  }

  @Override
  public boolean prepare(TunnelDevice device) {
    EspSocket through = socket;
    return through == null
        || sas.offer().compression().isPresent()
        || preparation(device, through).isDone();
  }

  private Preparation preparation(TunnelDevice device, EspSocket through) {
    Preparation now = preparation;
    if (now != null && now.isDone() && !now.isFor(device, through)) {
      now.close();
      now = null;
    }
    if (now == null) {
      now = owner.prepare(device, through, sas.outboundSa());
      preparation = now;
    }
    return now;
  }

  @Override
  public void handOver(TunnelDevice device, long roundTripNanos, Listener listener)
      throws VpnException {
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
    if (deaf >= MOST_DEAF && owner.loop().now() - restUntil < 0) {
      throw new VpnException(
          Kind.OTHER,
          "ESP stays in userspace for a while: the kernel took over "
              + deaf
              + " times and received nothing, though this process does;"
              + " is there a packet filter or another IPsec policy on this host?");
    }
    Preparation ready = preparation(device, through);
    IpsecKernel kernel;
    PacketWay way;
    try {
      kernel = ready.kernel();
      way = ready.way();
    } catch (VpnException e) {
      // The next time anew.
      preparation = null;
      throw e;
    }
    inKernel =
        KernelSas.install(
            kernel,
            way,
            sas,
            through,
            owner.loop(),
            owner.random(),
            KernelTimings.DEFAULT.stretched(roundTripNanos),
            watched(listener));
    wayName = way.name();
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
    return "ESP in the kernel (" + wayName + ")";
  }

  @Override
  public void replace(EspOffer fresh, long nowNanos) throws VpnException {
    sas.replace(fresh, nowNanos);
    if (inKernel != null) {
      inKernel.rekey(nowNanos);
    }
  }

  @Override
  public void close() {
    takeBack(owner.loop().now());
    if (preparation != null) {
      preparation.close();
      preparation = null;
    }
    sas.close();
  }

  private static Duration rest(int deaf) {
    Duration rest = FIRST_REST.multipliedBy(1L << Math.min(Math.max(0, deaf - MOST_DEAF), 10));
    return rest.compareTo(LONGEST_REST) > 0 ? LONGEST_REST : rest;
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
          restUntil = owner.loop().now() + rest(deaf).toNanos();
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
