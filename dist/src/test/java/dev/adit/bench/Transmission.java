package dev.adit.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.adit.interop.Command;
import dev.adit.interop.Lab;
import dev.adit.interop.Transfer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What TCP moved through a session in some seconds, and what that cost the client.
 *
 * @param bytes of payload, as the receiver counted them
 */
record Transmission(long bytes, double seconds, double cpuSeconds) {
  enum Direction {
    UP,
    DOWN;

    @Override
    public String toString() {
      return this == UP ? "up" : "down";
    }
  }

  /** What a sender may have handed to its kernel when the time was up, and nobody received. */
  private static final long IN_FLIGHT = 32L << 20;

  double gigabitsPerSecond() {
    return bytes * 8 / seconds / 1e9;
  }

  double cpuSecondsPerGigabyte() {
    return cpuSeconds / (bytes / 1e9);
  }

  /** Both ways with equal hashes; also what the client warms up by. */
  static void warmUp(Session session, int megabytes) throws VoidRun {
    Lab lab = session.site().lab();
    equal(session, Transfer.toClient(lab, session.site().inner(), megabytes));
    equal(session, Transfer.toServer(lab, session.site().inner(), megabytes));
  }

  private static void equal(Session session, Transfer transfer) throws VoidRun {
    if (!transfer.sent().equals(transfer.received())) {
      throw new VoidRun(session.client() + ": hashes differ at the two ends of a transfer");
    }
  }

  /** As fast as it goes. */
  static Transmission of(Session session, Direction direction, int seconds, int streams)
      throws VoidRun {
    Site site = session.site();
    List<String> argv = iperf3(site.lab(), site.inner(), direction, seconds, streams);
    long wire = site.onTheWire();
    long device = session.throughDevice();
    double cpu = session.cpuSeconds();
    Command ended = Command.run(Duration.ofSeconds(seconds + 20L), "", argv);
    cpu = session.cpuSeconds() - cpu;
    device = session.throughDevice() - device;
    wire = site.onTheWire() - wire;

    JsonNode end = end(ended);
    long sent = end.path("sum_sent").path("bytes").asLong();
    long received = end.path("sum_received").path("bytes").asLong();
    String who = session.client() + " by " + site.setup() + ", " + direction + ": ";
    if (ended.exitCode() != 0 || received == 0) {
      throw new VoidRun(who + "nothing arrived: " + json(ended).path("error").asText());
    }
    if (received > sent || sent - received > streams * IN_FLIGHT) {
      throw new VoidRun(who + sent + " bytes were sent, " + received + " received");
    }
    if (device < received || wire < received) {
      throw new VoidRun(
          who
              + received
              + " bytes arrived, "
              + device
              + " passed the client's device, "
              + wire
              + " the server's port by this carrier");
    }
    if (!session.carried()) {
      throw new VoidRun(who + "the carrier was left meanwhile");
    }
    return new Transmission(received, end.path("sum_received").path("seconds").asDouble(), cpu);
  }

  /** The command that moves as much as it can to a server, or from it. */
  static List<String> iperf3(
      Lab lab, String server, Direction direction, int seconds, int streams) {
    List<String> argv =
        new ArrayList<>(
            lab.inClient(
                "iperf3",
                "-J",
                "--connect-timeout=5000",
                "-c" + server,
                "-t" + seconds,
                "-P" + streams));
    if (direction == Direction.DOWN) {
      argv.add("-R");
    }
    return argv;
  }

  /** What it found out in all. */
  static JsonNode end(Command iperf3) {
    return json(iperf3).path("end");
  }

  private static JsonNode json(Command command) {
    try {
      return new ObjectMapper().readTree(command.out());
    } catch (IOException e) {
      throw new UncheckedIOException(command.toString(), e);
    }
  }
}
