package dev.adit.core.session;

import dev.adit.api.datagram.DatagramEvent;
import dev.adit.api.datagram.DatagramEvent.Retry;
import dev.adit.api.datagram.DatagramOffer;
import dev.adit.api.datagram.EspOffer;
import dev.adit.api.error.VpnException;
import dev.adit.api.packet.PacketBatch;
import dev.adit.core.ipsec.IpsecAssociation;
import dev.adit.core.ipsec.IpsecBackend;
import dev.adit.core.ipsec.KernelOffload;
import dev.adit.core.ipsec.TunnelDevice;
import dev.adit.core.loop.Scheduler;
import dev.adit.core.transport.TransportTimings;
import dev.adit.core.transport.Trigger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The UDP half of a session: makes associations from what the server offered, and tells the machine
 * what becomes of them. Each attempt has a new socket, since servers forget or swallow the old one.
 * ESP's keys and numbers outlive sockets: they are kept from offer to offer.
 */
final class UdpCarrier {
  /** What UDP tells its session. */
  interface Owner {
    /** For the machine. */
    void udpTrigger(Trigger trigger, String reason);

    /** Of the association in use, or of the one that follows it. */
    void udpEvent(DatagramEvent event);

    void udpPackets(PacketBatch packets);

    /** There is room again for what is to be sent. */
    void udpDrained();

    /** Packets that the kernel moved of late. */
    void udpMoved(KernelOffload.Moved since);

    /** Packets that did not get here, of late: lost on their way, or of no use. */
    void udpLosses(long lost, long refused);
  }

  /** Why not, until there is a reason. */
  static final String NOT_TRIED = "not tried yet";

  private final Scheduler loop;
  private final TransportTimings timings;
  private final DatagramOpener opener;
  private final IpsecBackend ipsec;
  private final Owner owner;
  private final PathMtu pathMtu;
  private final Scheduler.Timer due;
  private final Scheduler.Timer quiet;
  private final Scheduler.Timer enabling;
  private final HandOver handOver;
  private final DatagramPaths paths;
  private final Flapping flapping;
  private final BackOff backOff;

  private List<DatagramOffer> offers = List.of();
  private String whyNot = NOT_TRIED;
  private InetAddress gateway = InetAddress.getLoopbackAddress();
  private @Nullable IpsecAssociation sas;
  private boolean givenUp;
  private long restUntil;
  private long quietSince;

  UdpCarrier(
      Scheduler loop,
      TransportTimings timings,
      DatagramOpener opener,
      IpsecBackend ipsec,
      RandomGenerator random,
      PathMtu pathMtu,
      Owner owner) {
    this.loop = loop;
    this.timings = timings;
    this.opener = opener;
    this.pathMtu = pathMtu;
    this.ipsec = ipsec;
    this.owner = owner;
    this.backOff = new BackOff(timings.firstProbe(), timings.longestProbe(), random);
    this.due = loop.timer(() -> owner.udpTrigger(Trigger.PROBE_DUE, "time to try UDP"));
    this.quiet = loop.timer(this::onQuiet);
    this.enabling =
        loop.timer(
            () -> unusable("the server did not confirm that it uses UDP", Trigger.PROBE_FAILED));
    this.handOver = new HandOver(loop, timings, this::kernel, new KernelOwner());
    this.paths = new DatagramPaths(loop, timings, this::open);
    this.flapping = new Flapping(timings);
  }

  /** What the server offers now, or why it offers nothing. Keys of former offers are wiped. */
  void offers(List<DatagramOffer> offered, String none) {
    forgetKeys();
    offers = offered;
    givenUp = false;
    handOver.beginAnew();
    whyNot = offered.isEmpty() ? none : NOT_TRIED;
    if (!offered.isEmpty() && offered.get(0) instanceof EspOffer esp) {
      try {
        sas = ipsec.associate(esp);
      } catch (VpnException e) {
        forgetKeys();
        offers = List.of();
        whyNot = e.getMessage();
      }
    }
  }

  /**
   * Takes new ESP keys over where they are in use: same socket, no packet lost.
   *
   * @return false, and nothing changed, if these offers are of another kind: then they are for
   *     {@link #offers}
   */
  boolean rekey(List<DatagramOffer> offered) {
    IpsecAssociation now = sas;
    if (now == null
        || offered.isEmpty()
        || !(offered.get(0) instanceof EspOffer fresh)
        || fresh.port() != offers.get(0).port()) {
      return false;
    }
    try {
      now.replace(fresh, loop.now());
    } catch (VpnException e) {
      // With keys that the peer is about to forget UDP dies, silence tells, and TLS carries on.
      whyNot = e.getMessage();
      return true;
    }
    offers = offered;
    givenUp = false;
    if (paths.current().isEmpty()) {
      tryNow();
    } else {
      // Shows both sides that the new keys work.
      ask();
    }
    return true;
  }

  void gateway(InetAddress address) {
    gateway = address;
  }

  InetAddress gateway() {
    return gateway;
  }

  /** Why UDP does not carry packets; empty if nothing speaks against it. */
  String whyNot() {
    return whyNot;
  }

  String description() {
    return paths.current().map(DatagramPath::description).orElse("UDP");
  }

  void tryNow() {
    backOff.reset();
    tryAfter(0);
  }

  void tryLater() {
    tryAfter(backOff.next().toNanos());
  }

  private void tryAfter(long nanos) {
    if (!offers.isEmpty() && !givenUp) {
      due.start(Math.max(nanos, restUntil - loop.now()));
    }
  }

  /** Nothing is tried until the machine says so again. */
  void unschedule() {
    due.stop();
    handOver.unschedule();
  }

  /** The server is being told; it must confirm in time. */
  void awaitEnabled() {
    enabling.start(timings.enableLimit().toNanos());
  }

  /** The server has confirmed, or need not. */
  void stopAwaiting() {
    enabling.stop();
  }

  /** Asks the kernel to take over; where there is none to ask, nothing happens. */
  void handOver(TunnelDevice device) {
    paths.current().ifPresent(path -> handOver.begin(device, path));
  }

  void handOverLater() {
    handOver.tryLater();
  }

  /** Packets and numbers come back to this process. */
  void takeBack() {
    handOver.takeBack();
    paths.current().ifPresent(DatagramPath::rest);
  }

  private Optional<KernelOffload> kernel() {
    return Optional.ofNullable(sas).flatMap(IpsecAssociation::kernel);
  }

  String kernelDescription() {
    return handOver.description();
  }

  /** Why the kernel does not carry packets; empty if nothing speaks against it. */
  String whyNotKernel() {
    return handOver.whyNot();
  }

  /** What the kernel knows of the path allows; empty without an association. */
  OptionalInt longestPacket() {
    return paths.current().stream().mapToInt(DatagramPath::longestPacket).findFirst();
  }

  /** Smoothed; 0 if it is not known. */
  long roundTripNanos() {
    return paths.current().map(DatagramPath::roundTripNanos).orElse(0L);
  }

  /** Makes an association. */
  void begin() {
    try {
      paths.begin();
    } catch (VpnException e) {
      failed(e.getMessage(), Retry.LATER);
    }
  }

  /**
   * Makes a second one, to move to when it is up.
   *
   * @return false if new keys can come through the tunnel alone
   */
  boolean replace() {
    if (sas != null) {
      return false;
    }
    paths.beginSuccessor();
    return true;
  }

  void send(PacketBatch batch) {
    paths.send(batch);
  }

  /** The association in use says nothing of its own accord, or does again. */
  void mute(boolean muted) {
    paths.current().ifPresent(path -> path.mute(muted));
  }

  /** Whether there is room for what is to be sent. */
  boolean takesPackets() {
    return !paths.isCongested();
  }

  /** Asks for a sign of life now. */
  void ask() {
    paths.current().ifPresent(DatagramPath::probe);
  }

  /** Asks the silent association from time to time, then gives it up. */
  void askQuietly() {
    quietSince = loop.now();
    onQuiet();
  }

  void close() {
    unschedule();
    quiet.stop();
    enabling.stop();
    pathMtu.stop();
    paths.close();
  }

  /**
   * Uses it no more, but reads what is under way a while longer. An association whose keys went
   * with the offer is closed at once.
   */
  void retire() {
    if (sas == null) {
      paths.retire();
    }
    close();
  }

  /** Closes for good. */
  void end() {
    close();
    paths.end();
    forgetKeys();
    offers = List.of();
  }

  private void forgetKeys() {
    if (sas != null) {
      sas.close();
      sas = null;
    }
    for (DatagramOffer each : offers) {
      if (each instanceof EspOffer esp) {
        esp.outbound().close();
        esp.inbound().close();
      }
    }
  }

  private void onQuiet() {
    if (loop.now() - quietSince > timings.quietLimit().toNanos()) {
      owner.udpTrigger(Trigger.PROBE_FAILED, "UDP stays silent");
      return;
    }
    quiet.start(timings.quietStep().toNanos());
    ask();
  }

  private DatagramPath open() throws VpnException {
    DatagramOffer offer = offers.get(0);
    return opener.open(new InetSocketAddress(gateway, offer.port()), offer, sas, new LinkOwner());
  }

  private void onEvent(DatagramPath from, DatagramEvent event) {
    if (paths.isRetired(from)) {
      return;
    }
    if (event instanceof DatagramEvent.Ready) {
      whyNot = "";
      backOff.reset();
      if (paths.isSuccessor(from)) {
        paths.moveToSuccessor();
      }
      // Its answer tells how long a round trip takes.
      from.probe();
      owner.udpTrigger(Trigger.PROBE_ANSWERED, "UDP works");
      if (sas == null) {
        pathMtu.search(from);
      } else {
        // Peers answer ESP's one probe as it is, so that its length says nothing.
        pathMtu.trustKernel(from);
      }
    } else if (event instanceof DatagramEvent.ProbeAnswered answer) {
      pathMtu.answered(from, answer.packetBytes());
      if (!paths.isCurrent(from)) {
        return;
      }
      quiet.stop();
      handOver.answered();
      owner.udpTrigger(Trigger.PROBE_ANSWERED, "UDP is answered again");
    } else if (event instanceof DatagramEvent.PeerSilent silent) {
      if (paths.isCurrent(from)) {
        silent(silent.detail());
      }
    } else if (event instanceof DatagramEvent.Failed failed) {
      if (paths.isSuccessor(from)) {
        paths.dropSuccessor(failed.reason());
        return;
      }
      failed(failed.reason(), failed.retry());
    }
    owner.udpEvent(event);
  }

  /** A path that falls again and again is left alone for a while. */
  private void silent(String detail) {
    Optional<Duration> rest = flapping.fell(loop.now());
    if (rest.isEmpty()) {
      unusable(detail, Trigger.UDP_SILENT);
      return;
    }
    restUntil = loop.now() + rest.get().toNanos();
    unusable(
        "UDP comes and goes; it is left alone for " + rest.get().toSeconds() + " s",
        Trigger.UDP_LOST);
  }

  private void failed(String reason, Retry retry) {
    givenUp = retry == Retry.NEVER;
    unusable(reason, Trigger.UDP_LOST);
  }

  private void unusable(String reason, Trigger trigger) {
    whyNot = reason;
    owner.udpTrigger(trigger, reason);
  }

  private final class KernelOwner implements HandOver.Owner {
    @Override
    public void kernelTrigger(Trigger trigger, String reason) {
      owner.udpTrigger(trigger, reason);
    }

    @Override
    public void kernelSilent(String reason) {
      silent(reason);
    }

    @Override
    public void kernelMoved(KernelOffload.Moved since) {
      owner.udpMoved(since);
    }
  }

  private final class LinkOwner implements DatagramPath.Owner {
    @Override
    public void datagramEvent(DatagramPath from, DatagramEvent event) {
      onEvent(from, event);
    }

    @Override
    public void datagramTooLong(DatagramPath from) {
      if (sas == null) {
        pathMtu.refused(from);
      } else {
        pathMtu.trustKernel(from);
      }
    }

    @Override
    public void datagramLosses(DatagramPath from, long lost, long refused) {
      owner.udpLosses(lost, refused);
    }

    @Override
    public void datagramDrained(DatagramPath from) {
      owner.udpDrained();
    }

    @Override
    public void datagramPackets(DatagramPath from, PacketBatch received) {
      owner.udpPackets(received);
    }
  }
}
