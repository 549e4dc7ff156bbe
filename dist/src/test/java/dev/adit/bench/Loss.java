package dev.adit.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.adit.bench.Transmission.Direction;
import dev.adit.interop.Command;
import dev.adit.interop.Lab;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Packets that are lost at 80 % of what the client carries: first as many as the sender can send,
 * of which those that arrive are the most; then four fifths of that.
 */
final class Loss {
  static final String TABLE = "loss";
  private static final double PART = 0.8;
  private static final int PACKET_BYTES = 1400;
  private static final int HEADERS_BYTES = 28;

  /** Nothing is compared here: fewer tell as much, and each takes a minute. */
  private static final int MOST_PAIRS = 3;

  private static final int MOST_WARM_UP = 200;

  private Loss() {}

  static List<Figure> measure(Setup setup, Settings settings, Progress progress) throws VoidRun {
    Samples samples = new Samples();
    try (Site site = new Site(setup)) {
      for (int pair = 1; pair <= Math.min(settings.pairs(), MOST_PAIRS); pair++) {
        for (Client client : Client.inTurn(pair)) {
          progress.step("loss: " + setup + ", pair " + pair + ", " + client);
          try (Session session = Session.connect(site, client)) {
            Transmission.warmUp(session, Math.min(settings.warmUpMegabytes(), MOST_WARM_UP));
            for (Direction direction : Direction.values()) {
              double most = Datagrams.of(session, direction, settings.seconds(), 0).megabits();
              Datagrams sent = Datagrams.of(session, direction, settings.seconds(), most * PART);
              samples.add(client, setup + ", " + direction, sent.lostPercent());
              progress.result(
                  "%s: most %.0f Mbit/s; at %.0f Mbit/s %d of %d packets are lost"
                      .formatted(
                          direction, most, most * PART, sent.lost(), sent.lost() + sent.arrived()));
            }
          }
        }
      }
    }
    List<Figure> figures = new ArrayList<>();
    for (Direction direction : Direction.values()) {
      figures.add(samples.figure(TABLE, setup + ", " + direction, "%", Goal.atMost(0)));
    }
    return figures;
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

    double lostPercent() {
      return 100.0 * lost / (arrived + lost);
    }
  }
}
