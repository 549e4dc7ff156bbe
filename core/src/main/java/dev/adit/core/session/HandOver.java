package dev.adit.core.session;

import dev.adit.api.error.VpnException;
import dev.adit.core.ipsec.KernelOffload;
import dev.adit.core.ipsec.TunnelDevice;
import dev.adit.core.loop.Scheduler;
import dev.adit.core.transport.TransportTimings;
import dev.adit.core.transport.Trigger;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Gives what UDP carries to the kernel and takes it back: asks once the kernel is ready and it is
 * known how long the peer takes to answer, again later where it was refused, and never again where
 * it may not.
 */
final class HandOver {
  private static final Logger LOG = LoggerFactory.getLogger(HandOver.class);

  private final Scheduler loop;
  private final TransportTimings timings;
  private final Supplier<Optional<KernelOffload>> kernel;
  private final Owner owner;
  private final Scheduler.Timer due;

  private boolean measuring;
  private boolean givenUp;
  private String whyNot = "";

  /** What it tells the carrier. */
  interface Owner {
    /** For the machine. */
    void kernelTrigger(Trigger trigger, String reason);

    /** The kernel hears the peer no more. */
    void kernelSilent(String reason);

    /** Packets that the kernel moved of late. */
    void kernelMoved(KernelOffload.Moved since);
  }

  /**
   * Nothing is asked yet.
   *
   * @param kernel that of the present association, if both are there
   */
  HandOver(
      Scheduler loop,
      TransportTimings timings,
      Supplier<Optional<KernelOffload>> kernel,
      Owner owner) {
    this.loop = loop;
    this.timings = timings;
    this.kernel = kernel;
    this.owner = owner;
    this.due = loop.timer(() -> owner.kernelTrigger(Trigger.KERNEL_DUE, "time to ask the kernel"));
  }

  /** There is another association: what was refused to the former one may be granted. */
  void beginAnew() {
    givenUp = false;
  }

  /** Why the kernel does not carry packets; empty if nothing speaks against it. */
  String whyNot() {
    return whyNot;
  }

  String description() {
    return kernel.get().map(KernelOffload::description).orElse("kernel");
  }

  /** Where there is no kernel to ask, nothing happens. */
  void begin(TunnelDevice device, DatagramPath path) {
    KernelOffload present = kernel.get().orElse(null);
    if (present == null || givenUp) {
      return;
    }
    boolean ready = present.prepare(device);
    measuring = !path.isMeasured();
    if (measuring) {
      path.probe();
    }
    if (measuring || !ready) {
      due.start(timings.quietStep().toNanos());
      return;
    }
    try {
      LOG.debug("the peer answers within {} ms", path.roundTripNanos() / 1_000_000);
      present.handOver(device, path.roundTripNanos(), new KernelListener());
      path.rest();
      whyNot = "";
      owner.kernelTrigger(Trigger.KERNEL_UP, "the kernel took over");
    } catch (VpnException e) {
      refused(present, e);
    }
  }

  private void refused(KernelOffload by, VpnException e) {
    if (!e.getMessage().equals(whyNot)) {
      LOG.atLevel(by.isAskedFor() ? Level.INFO : Level.DEBUG).log("{}", e.getMessage());
    }
    whyNot = e.getMessage();
    givenUp = e.kind() == VpnException.Kind.PRIVILEGE;
    owner.kernelTrigger(Trigger.KERNEL_LOST, e.getMessage());
  }

  /** The peer has answered: what waited for that waits no longer. */
  void answered() {
    if (measuring) {
      measuring = false;
      due.start(0);
    }
  }

  void tryLater() {
    if (!givenUp) {
      due.start(timings.handOver().toNanos());
    }
  }

  /** Nothing is tried until it is said again. */
  void unschedule() {
    due.stop();
    measuring = false;
  }

  /** Packets and numbers come back to this process. */
  void takeBack() {
    kernel.get().ifPresent(present -> present.takeBack(loop.now()));
  }

  private final class KernelListener implements KernelOffload.Listener {
    @Override
    public void lost(String reason) {
      whyNot = reason;
      owner.kernelTrigger(Trigger.KERNEL_LOST, reason);
    }

    @Override
    public void silent(String reason) {
      owner.kernelSilent(reason);
    }

    @Override
    public void moved(KernelOffload.Moved since) {
      owner.kernelMoved(since);
    }
  }
}
