package dev.adit.bench;

import dev.adit.bench.Setup.Carrier;
import dev.adit.bench.Setup.Server;
import dev.adit.bench.Transmission.Direction;
import java.util.ArrayList;
import java.util.List;

/** One TCP stream each way, one after the other: how fast, and for how much CPU of the client. */
final class Throughput {
  static final String SPEED = "throughput";
  static final String CPU = "cpu";

  private Throughput() {}

  static List<Figure> measure(Setup setup, Settings settings, Progress progress) throws VoidRun {
    Samples speed = new Samples();
    Samples cpu = new Samples();
    try (Site site = new Site(setup)) {
      for (int pair = 1; pair <= settings.pairs(); pair++) {
        for (Client client : Client.inTurn(pair)) {
          progress.step(setup + ", pair " + pair + ", " + client);
          try (Session session = Session.connect(site, client)) {
            Transmission.warmUp(session, settings.warmUpMegabytes());
            for (Direction direction : Direction.values()) {
              Transmission moved = Transmission.of(session, direction, settings.seconds(), 1);
              speed.add(client, name(setup, direction), moved.gigabitsPerSecond());
              cpu.add(client, name(setup, direction), moved.cpuSecondsPerGigabyte());
              progress.result(
                  "%s: %.2f Gbit/s, %.2f CPU s/GB, MTU %d"
                      .formatted(
                          direction,
                          moved.gigabitsPerSecond(),
                          moved.cpuSecondsPerGigabyte(),
                          session.mtu()));
            }
          }
        }
      }
    }
    List<Figure> figures = new ArrayList<>();
    for (Direction direction : Direction.values()) {
      String name = name(setup, direction);
      figures.add(
          speed.figure(
              SPEED,
              name,
              "Gbit/s",
              Goal.ratioAtLeast(setup.server() == Server.OCSERV ? 1.0 : 1.5)));
      figures.add(
          cpu.figure(CPU, name, "s/GB", Goal.ratioAtMost(cpuGoal(setup.carrier(), direction))));
    }
    return figures;
  }

  private static String name(Setup setup, Direction direction) {
    return setup + ", " + direction;
  }

  private static double cpuGoal(Carrier carrier, Direction direction) {
    return switch (carrier) {
      case DTLS -> direction == Direction.UP ? 0.33 : 0.40;
      case TLS -> 0.40;
      case ESP -> 0.50;
    };
  }
}
