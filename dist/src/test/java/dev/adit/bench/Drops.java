package dev.adit.bench;

import java.util.EnumMap;
import java.util.Map;

/**
 * Packets that a queue on the way had no room for, or that a device refused, as the kernel counts
 * them; so far, or in some time by {@link #since}. What two programs drop of their own accord is in
 * none of these.
 */
final class Drops {
  /** Where packets wait, from the client's to the server's side. */
  enum Queue {
    CLIENT_TUN("client TUN"),
    CLIENT_SOCKET("client socket"),
    WIRE("wire"),
    SERVER_SOCKET("server socket"),
    SERVER_TUN("server TUN"),
    /** The sockets of what measures, at both ends: no part of the tunnel. */
    IPERF("iperf3");

    private final String words;

    Queue(String words) {
      this.words = words;
    }

    @Override
    public String toString() {
      return words;
    }
  }

  /** {@code SOCKETS} are those by which the carrier goes; {@code ALL} has them, too. */
  private static final String COUNT =
      "cd /sys/class/net && for d in *; do"
          + " echo $d $(cat $d/statistics/tx_dropped) $(cat $d/statistics/rx_dropped); done;"
          + " awk '/:01BB /{n+=$NF}; END{print \"SOCKETS\",n+0,0}' /proc/net/udp /proc/net/udp6;"
          + " awk '/^Udp: [0-9]/{n=$6}; END{print \"ALL\",n+0,0}' /proc/net/snmp";

  private final Map<Queue, Long> counts = new EnumMap<>(Queue.class);

  private Drops() {}

  /** All that a session and its server's side have dropped since there are. */
  static Drops of(Session session) {
    Drops drops = new Drops();
    Site site = session.site();
    drops.add(site.lab().client("sh", "-c", COUNT), Queue.CLIENT_TUN, Queue.CLIENT_SOCKET);
    drops.add(site.lab().server("sh", "-c", COUNT), Queue.SERVER_TUN, Queue.SERVER_SOCKET);
    return drops;
  }

  private void add(String counted, Queue tun, Queue socket) {
    for (String line : counted.lines().toList()) {
      String[] fields = line.split(" ", -1);
      long dropped = Long.parseLong(fields[1]) + Long.parseLong(fields[2]);
      switch (fields[0]) {
        case "lo" -> {}
        case "ALL" -> add(Queue.IPERF, dropped);
        case "SOCKETS" -> {
          add(socket, dropped);
          add(Queue.IPERF, -dropped);
        }
        default -> add(fields[0].startsWith("adit-") ? Queue.WIRE : tun, dropped);
      }
    }
  }

  private void add(Queue queue, long dropped) {
    counts.merge(queue, dropped, Long::sum);
  }

  /** What was dropped since then. */
  Drops since(Drops before) {
    Drops drops = new Drops();
    counts.forEach((queue, n) -> drops.add(queue, n - before.count(queue)));
    return drops;
  }

  long count(Queue queue) {
    return counts.getOrDefault(queue, 0L);
  }

  /** Those that dropped any, and how many. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    counts.forEach(
        (queue, n) -> text.append(n == 0 ? "" : (text.isEmpty() ? "" : ", ") + n + " in " + queue));
    return text.toString();
  }
}
