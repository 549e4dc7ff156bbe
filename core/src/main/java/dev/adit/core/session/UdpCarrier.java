package dev.adit.core.session;

import dev.adit.api.datagram.CustomOffer;
import dev.adit.api.datagram.DatagramEvent;
import dev.adit.api.datagram.DatagramEvent.Retry;
import dev.adit.api.datagram.DatagramOffer;
import dev.adit.api.packet.PacketBatch;
import dev.adit.core.loop.EventLoop;
import dev.adit.core.loop.Scheduler;
import dev.adit.core.sys.SystemCallException;
import dev.adit.core.sys.UdpSocket;
import dev.adit.core.transport.TransportTimings;
import dev.adit.core.transport.Trigger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The UDP half of a session: makes associations from what the server offered, and tells the machine
 * what becomes of them. Each attempt has a new socket, since servers forget or swallow the old one.
 */
final class UdpCarrier {
  private final EventLoop loop;
  private final LoopBuffers buffers;
  private final TransportTimings timings;
  private final OptionalInt localPort;
  private final BiConsumer<Trigger, String> machine;
  private final Consumer<PacketBatch> packets;
  private final Consumer<DatagramEvent> events;
  private final PathMtu pathMtu;
  private final Scheduler.Timer due;
  private final Scheduler.Timer quiet;
  private final BackOff backOff;

  private List<DatagramOffer> offers = List.of();
  private String whyNot = "not tried yet";
  private InetAddress gateway = InetAddress.getLoopbackAddress();
  private @Nullable DatagramLink link;
  private @Nullable DatagramLink successor;
  private boolean givenUp;
  private long quietSince;

  UdpCarrier(
      EventLoop loop,
      LoopBuffers buffers,
      TransportTimings timings,
      OptionalInt localPort,
      RandomGenerator random,
      PathMtu pathMtu,
      BiConsumer<Trigger, String> machine,
      Consumer<PacketBatch> packets,
      Consumer<DatagramEvent> events) {
    this.loop = loop;
    this.buffers = buffers;
    this.timings = timings;
    this.localPort = localPort;
    this.pathMtu = pathMtu;
    this.machine = machine;
    this.packets = packets;
    this.events = events;
    this.backOff = new BackOff(timings.firstProbe(), timings.longestProbe(), random);
    this.due = loop.timer(() -> machine.accept(Trigger.PROBE_DUE, "time to try UDP"));
    this.quiet = loop.timer(this::onQuiet);
  }

  /** What the server offers now, or why it offers nothing. */
  void offers(List<DatagramOffer> offered, String none) {
    offers = offered.stream().filter(CustomOffer.class::isInstance).toList();
    givenUp = false;
    if (offers.isEmpty()) {
      whyNot =
          offered.isEmpty()
              ? none
              : offered.get(0).description() + " is not supported by this version";
    }
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
    return link == null ? "UDP" : link.description();
  }

  void tryNow() {
    backOff.reset();
    if (!offers.isEmpty() && !givenUp) {
      due.start(0);
    }
  }

  void tryLater() {
    if (!offers.isEmpty() && !givenUp) {
      due.start(backOff.next().toNanos());
    }
  }

  /** Makes an association. */
  void begin() {
    link = open();
  }

  /** Makes a second one, to move to when it is up. */
  void replace() {
    if (successor == null) {
      successor = open();
    }
  }

  void send(PacketBatch batch) {
    if (link != null) {
      link.sendPackets(batch);
    }
  }

  /** Asks for a sign of life now. */
  void ask() {
    if (link != null) {
      link.probe();
    }
  }

  /** Asks the silent association from time to time, then gives it up. */
  void askQuietly() {
    quietSince = loop.now();
    onQuiet();
  }

  void close() {
    due.stop();
    quiet.stop();
    pathMtu.stop();
    for (DatagramLink each : new DatagramLink[] {link, successor}) {
      if (each != null) {
        each.close();
      }
    }
    link = null;
    successor = null;
  }

  private void onQuiet() {
    if (loop.now() - quietSince > timings.quietLimit().toNanos()) {
      machine.accept(Trigger.PROBE_FAILED, "UDP stays silent");
      return;
    }
    quiet.start(timings.quietStep().toNanos());
    ask();
  }

  private @Nullable DatagramLink open() {
    CustomOffer offer = (CustomOffer) offers.get(0);
    try {
      UdpSocket socket = UdpSocket.connect(new InetSocketAddress(gateway, offer.port()), localPort);
      DatagramLink opened =
          new DatagramLink(
              socket,
              offer.engines().open(),
              offer.description(),
              loop,
              buffers,
              timings,
              new LinkOwner());
      opened.start();
      return opened;
    } catch (SystemCallException e) {
      failed(e.getMessage(), Retry.LATER);
      return null;
    }
  }

  private void onEvent(DatagramLink from, DatagramEvent event) {
    if (event instanceof DatagramEvent.Ready) {
      whyNot = "";
      backOff.reset();
      if (from == successor) {
        if (link != null) {
          link.close();
        }
        link = from;
        successor = null;
      }
      machine.accept(Trigger.PROBE_ANSWERED, "UDP works");
      pathMtu.search(from);
    } else if (event instanceof DatagramEvent.ProbeAnswered answer) {
      pathMtu.answered(from, answer.packetBytes());
      quiet.stop();
      machine.accept(Trigger.PROBE_ANSWERED, "UDP is answered again");
    } else if (event instanceof DatagramEvent.PeerSilent silent) {
      whyNot = silent.detail();
      machine.accept(Trigger.UDP_SILENT, silent.detail());
    } else if (event instanceof DatagramEvent.Failed failed) {
      if (from == successor) {
        from.close();
        successor = null;
        return;
      }
      failed(failed.reason(), failed.retry());
    }
    events.accept(event);
  }

  private void failed(String reason, Retry retry) {
    whyNot = reason;
    givenUp = retry == Retry.NEVER;
    machine.accept(Trigger.UDP_LOST, reason);
  }

  private final class LinkOwner implements DatagramLink.Owner {
    @Override
    public void datagramEvent(DatagramLink from, DatagramEvent event) {
      onEvent(from, event);
    }

    @Override
    public void datagramTooLong(DatagramLink from) {
      pathMtu.refused(from);
    }

    @Override
    public void datagramPackets(DatagramLink from, PacketBatch received) {
      packets.accept(received);
    }
  }
}
