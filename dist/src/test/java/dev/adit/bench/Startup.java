package dev.adit.bench;

import dev.adit.interop.Lab;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * From the command to the first ping that is answered through the tunnel, over whatever carrier
 * comes first. A ping goes out every ten milliseconds from before the command on.
 */
final class Startup {
  static final String TABLE = "startup";
  private static final int LIMIT_SECONDS = 60;

  private Startup() {}

  static List<Figure> measure(Setup setup, Settings settings, Progress progress) throws VoidRun {
    Samples samples = new Samples();
    String name = setup.toString();
    try (Site site = new Site(setup)) {
      for (int pair = 1; pair <= settings.pairs(); pair++) {
        for (Client client : Client.inTurn(pair)) {
          progress.step("startup: " + setup + ", pair " + pair + ", " + client);
          double seconds = once(site, client);
          samples.add(client, name, seconds);
          progress.result("%.2f s".formatted(seconds));
        }
      }
    }
    return List.of(samples.figure(TABLE, name, "s", Goal.ratioAtMost(1.5), Goal.excessAtMost(1.0)));
  }

  private static double once(Site site, Client client) throws VoidRun {
    Lab lab = site.lab();
    String pings = "ping -n -i0.01 " + site.inner() + " | grep -q -m1 'bytes from'";
    Path log = lab.directory().resolve("first.log");
    Process first = lab.start(log, lab.inClient("bash", "-c", pings));
    long began = System.nanoTime();
    try (Session session = Session.start(site, client)) {
      if (!first.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        throw new VoidRun(client + ": no answer through the tunnel in a minute\n" + session.log());
      }
      return (System.nanoTime() - began) / 1e9;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new VoidRun("interrupted");
    } finally {
      first.descendants().forEach(ProcessHandle::destroy);
      first.destroy();
    }
  }
}
