package dev.adit.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.adit.bench.Setup.Carrier;
import dev.adit.bench.Setup.Server;
import dev.adit.bench.Transmission.Direction;
import dev.adit.interop.Command;
import dev.adit.interop.Lab;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Our client by DTLS beside {@link Floor} with the cipher and without: what a client of UDP in Java
 * cannot do without, with the same load. Its other end is another of it, which takes and gives in
 * bulk: what a server that handles one datagram at a time costs its clients in wake-ups and in
 * system calls is no part of the floor.
 */
final class FloorCost {
  static final String TABLE = "floor";
  private static final String OURS = "10.98.0.1";
  private static final String INNER = "10.98.0.2";
  private static final int MTU = 1400;

  private FloorCost() {}

  static List<Figure> measure(Settings settings, Progress progress) throws VoidRun {
    Samples samples = new Samples();
    for (int pair = 1; pair <= settings.runs(); pair++) {
      try (Site site = new Site(new Setup(Carrier.DTLS, Server.OCSERV));
          Session session = Session.connect(site, Client.ADIT)) {
        progress.step("floor: pair " + pair + ", adit");
        Transmission.warmUp(session, settings.warmUpMegabytes());
        for (Direction direction : Direction.values()) {
          double cost =
              Transmission.of(session, direction, settings.seconds(), 1).cpuSecondsPerGigabyte();
          for (String cipher : List.of("gcm", "none")) {
            samples.add(Client.ADIT, name(cipher, direction), cost);
          }
          progress.result("%s: %.2f CPU s/GB".formatted(direction, cost));
        }
      }
      for (String cipher : List.of("gcm", "none")) {
        progress.step("floor: pair " + pair + ", " + name(cipher));
        floor(cipher, settings, samples, progress);
      }
    }
    List<Figure> figures = new ArrayList<>();
    for (String cipher : List.of("gcm", "none")) {
      for (Direction direction : Direction.values()) {
        figures.add(samples.figure(TABLE, name(cipher, direction), "CPU s/GB").beside(TABLE));
      }
    }
    return figures;
  }

  private static void floor(String cipher, Settings settings, Samples samples, Progress progress)
      throws VoidRun {
    try (Lab lab = new Lab()) {
      Site.useCongestionControl(lab);
      final Process client = start(lab, lab.inClient(), Lab.SERVER, cipher);
      start(lab, lab.inServer(), Lab.CLIENT, cipher);
      for (List<String> side : List.of(lab.inClient(), lab.inServer())) {
        boolean ours = side.contains(lab.clientName());
        List<String> argv = new ArrayList<>(side);
        String device = Floor.DEVICE;
        argv.addAll(
            List.of(
                "sh",
                "-c",
                "until ip link set "
                    + device
                    + " up mtu "
                    + MTU
                    + " 2>&-; do sleep 0.1; done; "
                    + ("ip addr add %s peer %s dev " + device)
                        .formatted(ours ? OURS : INNER, ours ? INNER : OURS)));
        Command.run(Duration.ofSeconds(30), "", argv).ok();
      }
      lab.start(lab.directory().resolve("iperf3.log"), lab.inServer("iperf3", "-s"));
      Lab.await(
          "iperf3 listens",
          Duration.ofSeconds(10),
          () -> lab.server("ss", "-Hltn", "sport", "=", ":5201").contains("LISTEN"));
      for (Direction direction : Direction.values()) {
        transmit(lab, direction, settings.seconds()); // for the compiler
        double before = Session.cpuSeconds(client);
        long bytes = transmit(lab, direction, settings.seconds());
        double cost = (Session.cpuSeconds(client) - before) / (bytes / 1e9);
        samples.add(Client.OPENCONNECT, name(cipher, direction), cost);
        progress.result("%s: %.2f CPU s/GB".formatted(direction, cost));
      }
    }
  }

  private static Process start(Lab lab, List<String> side, String peer, String cipher) {
    List<String> argv = new ArrayList<>(side);
    argv.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-Xmx192m",
            "-cp",
            System.getProperty("java.class.path"),
            Floor.class.getName(),
            peer,
            cipher));
    return lab.start(lab.directory().resolve("floor-" + peer + ".log"), argv);
  }

  private static long transmit(Lab lab, Direction direction, int seconds) throws VoidRun {
    Command ended =
        Command.run(
            Duration.ofSeconds(seconds + 20L),
            "",
            Transmission.iperf3(lab, INNER, direction, seconds, 1));
    JsonNode end = Transmission.end(ended);
    long bytes = end.path("sum_received").path("bytes").asLong();
    if (ended.exitCode() != 0 || bytes == 0) {
      throw new VoidRun("floor, " + direction + ": nothing arrived");
    }
    return bytes;
  }

  private static String name(String cipher) {
    return cipher.equals("gcm") ? "AES-256-GCM in UDP" : "UDP without cipher";
  }

  private static String name(String cipher, Direction direction) {
    return name(cipher) + ", " + direction;
  }
}
