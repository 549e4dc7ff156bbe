package dev.adit.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.adit.bench.Transmission.Direction;
import dev.adit.interop.Command;
import dev.adit.interop.Lab;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Packets that are lost at 80 % of what the client carries: first as many as the sender can send,
 * of which those that arrive are the most; then four fifths of that. What iperf3's own socket had
 * no room for came through the tunnel, and is not lost. Lines below each figure say which queues
 * dropped, by the kernel's counters.
 */
final class Loss {
  static final String TABLE = "loss";
  private static final double PART = 0.8;
  private static final int PACKET_BYTES = 1400;
  private static final int HEADERS_BYTES = 28;

  private static final int MOST_WARM_UP = 200;

  private Loss() {}

  static List<Figure> measure(Setup setup, Settings settings, Progress progress) throws VoidRun {
    Samples samples = new Samples();
    try (Site site = new Site(setup)) {
      for (int pair = 1; pair <= settings.runs(); pair++) {
        for (Client client : Client.inTurn(pair)) {
          progress.step("loss: " + setup + ", pair " + pair + ", " + client);
          try (Session session = Session.connect(site, client)) {
            Transmission.warmUp(session, Math.min(settings.warmUpMegabytes(), MOST_WARM_UP));
            for (Direction direction : Direction.values()) {
              double most = Datagrams.of(session, direction, settings.seconds(), 0).megabits();
              Drops before = Drops.of(session);
              Datagrams sent = Datagrams.of(session, direction, settings.seconds(), most * PART);
              Drops dropped = Drops.of(session).since(before);
              long inTunnel = Math.max(0, sent.lost() - dropped.count(Drops.Queue.IPERF));
              samples.add(client, setup + ", " + direction, sent.percent(inTunnel));
              for (Drops.Queue queue : Drops.Queue.values()) {
                double percent = sent.percent(dropped.count(queue));
                samples.add(client, name(setup, direction, queue), percent);
              }
              progress.result(
                  "%s: most %.0f Mbit/s; at %.0f Mbit/s %d of %d packets are lost: %s"
                      .formatted(
                          direction,
                          most,
                          most * PART,
                          sent.lost(),
                          sent.lost() + sent.arrived(),
                          dropped));
            }
          }
        }
      }
    }
    List<Figure> figures = new ArrayList<>();
    for (Direction direction : Direction.values()) {
      figures.add(samples.figure(TABLE, setup + ", " + direction, "%", Goal.atMost(0)));
      for (Drops.Queue queue : Drops.Queue.values()) {
        Figure figure = samples.figure(TABLE, name(setup, direction, queue), "%");
        if (Stream.concat(figure.adit().stream(), figure.others().stream()).anyMatch(n -> n > 0)) {
          figures.add(figure);
        }
      }
    }
    return figures;
  }

  private static String name(Setup setup, Direction direction, Drops.Queue queue) {
    String server = setup.server().name().toLowerCase(Locale.ROOT);
    return "%s %s %s: %s".formatted(server, setup.carrier(), direction, queue);
  }

  /** What became of datagrams of one size, so many a second. */
  record Datagrams(long arrived, long lost, double seconds, int packetBytes) {
    /**
     * Sends them.
     *
     * @param megabits a second of IP packets inside the tunnel; 0 is as many as there can be
     */
    static Datagrams of(Session session, Direction direction, int seconds, double megabits)
        throws VoidRun {
      return of(session, direction, seconds, megabits, Math.min(PACKET_BYTES, session.mtu()));
    }

    static Datagrams of(
        Session session, Direction direction, int seconds, double megabits, int packetBytes)
        throws VoidRun {
      Lab lab = session.site().lab();
      int payload = packetBytes - HEADERS_BYTES;
      long rate = (long) (megabits * 1e6 * payload / packetBytes);
      List<String> argv = Transmission.iperf3(lab, session.site().inner(), direction, seconds, 1);
      argv.addAll(List.of("-u", "-l" + payload, "-b" + rate));
      Command ended = Command.run(Duration.ofSeconds(seconds + 20L), "", argv);
      JsonNode sum = Transmission.end(ended).path("sum_received");
      long lost = sum.path("lost_packets").asLong();
      long arrived = sum.path("packets").asLong() - lost;
      if (ended.exitCode() != 0 || arrived <= 0 || !session.carried()) {
        throw new VoidRun(
            String.format(
                Locale.ROOT,
                "%s by %s, %s: %d packets of %d bytes arrived, exit code %d",
                session.client(),
                session.site().setup(),
                direction,
                arrived,
                packetBytes,
                ended.exitCode()));
      }
      return new Datagrams(arrived, lost, sum.path("seconds").asDouble(), packetBytes);
    }

    /** A second, of IP packets that arrived. */
    double megabits() {
      return arrived * 8.0 * packetBytes / seconds / 1e6;
    }

    /** Of all that were sent. */
    double percent(long packets) {
      return 100.0 * packets / (arrived + lost);
    }
  }
}
