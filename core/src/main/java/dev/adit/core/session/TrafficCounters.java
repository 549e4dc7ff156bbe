package dev.adit.core.session;

import dev.adit.api.packet.PacketBatch;
import dev.adit.core.ipsec.KernelOffload;
import java.util.concurrent.atomic.AtomicLongArray;

/** Counts what passes: written by the loop alone, read by anybody. */
final class TrafficCounters {
  private static final int PACKETS_IN = 0;
  private static final int BYTES_IN = 1;
  private static final int PACKETS_OUT = 2;
  private static final int BYTES_OUT = 3;
  private static final int RECONNECTS = 4;
  private static final int REKEYS = 5;
  private static final int LOST = 6;
  private static final int REFUSED = 7;

  private final AtomicLongArray counters = new AtomicLongArray(8);

  void received(PacketBatch packets) {
    add(PACKETS_IN, packets.count());
    add(BYTES_IN, packets.bytes());
  }

  void sent(PacketBatch packets) {
    add(PACKETS_OUT, packets.count());
    add(BYTES_OUT, packets.bytes());
  }

  /** Packets that the kernel moved. */
  void moved(KernelOffload.Moved by) {
    add(PACKETS_IN, by.packetsIn());
    add(BYTES_IN, by.bytesIn());
    add(PACKETS_OUT, by.packetsOut());
    add(BYTES_OUT, by.bytesOut());
    add(LOST, by.lost());
  }

  /** Packets that did not get here by UDP. */
  void lost(long onTheWay, long refused) {
    add(LOST, onTheWay);
    add(REFUSED, refused);
  }

  void reconnected() {
    add(RECONNECTS, 1);
  }

  void rekeyed() {
    add(REKEYS, 1);
  }

  /** In both directions together. */
  long packets() {
    return counters.get(PACKETS_IN) + counters.get(PACKETS_OUT);
  }

  SessionStats snapshot() {
    return new SessionStats(
        counters.get(PACKETS_IN),
        counters.get(BYTES_IN),
        counters.get(PACKETS_OUT),
        counters.get(BYTES_OUT),
        counters.get(RECONNECTS),
        counters.get(REKEYS),
        counters.get(LOST),
        counters.get(REFUSED));
  }

  private void add(int counter, long amount) {
    counters.lazySet(counter, counters.get(counter) + amount);
  }
}
