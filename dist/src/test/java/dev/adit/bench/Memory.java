package dev.adit.bench;

import dev.adit.bench.Transmission.Direction;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Resident memory: some seconds after the start, and the most of it under full load. */
final class Memory {
  static final String TABLE = "memory";

  private Memory() {}

  static List<Figure> measure(Setup setup, Settings settings, Progress progress) throws VoidRun {
    Samples samples = new Samples();
    String idle = setup + ", idle";
    String loaded = setup + ", full load";
    try (Site site = new Site(setup)) {
      for (int pair = 1; pair <= settings.runs(); pair++) {
        for (Client client : Client.inTurn(pair)) {
          progress.step("memory: " + setup + ", pair " + pair + ", " + client);
          try (Session session = Session.connect(site, client)) {
            TimeUnit.SECONDS.sleep(settings.seconds());
            samples.add(client, idle, session.residentMebibytes());
            session.forgetPeak();
            Transmission.warmUp(session, settings.warmUpMegabytes());
            for (Direction direction : Direction.values()) {
              Transmission.of(session, direction, settings.seconds(), 1);
            }
            samples.add(client, loaded, session.peakMebibytes());
            progress.result(
                "%.0f MiB at the end of the load".formatted(session.residentMebibytes()));
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new VoidRun("interrupted");
          }
        }
      }
    }
    return List.of(
        samples.figure(TABLE, idle, "MiB", Goal.atMost(96)),
        samples.figure(TABLE, loaded, "MiB", Goal.atMost(160)));
  }
}
