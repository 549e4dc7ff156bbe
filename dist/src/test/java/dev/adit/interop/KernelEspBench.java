package dev.adit.interop;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * ESP by the kernel and by our own code in turn, on one machine: what {@code dist/bench esp-kernel}
 * has in its guest. Two clients stay connected, each in a lab of its own with a gateway of ours;
 * one moves data over a single TCP connection while the other is idle. Both gateways perform ESP by
 * our own code, on threads of this process.
 *
 * <p>The CPU is that of the whole machine, by {@code /proc/stat}: what the kernel does for ESP it
 * does in nobody's name. So iperf3 and the gateway are in it, whoever performs the client's ESP.
 */
public final class KernelEspBench {
  /** Who performs the client's ESP. */
  public enum Esp {
    KERNEL("redirect", KernelLab.IN_KERNEL),
    USERSPACE("userspace", "ESP (AES-128, SHA1)");

    private final String option;
    private final String carrier;

    Esp(String option, String carrier) {
      this.option = option;
      this.carrier = carrier;
    }
  }

  /** {@code USER_HZ}. */
  private static final double TICKS_PER_SECOND = 100;

  /** Of each way and each ESP: an emulated machine compiles slowly what is to be measured. */
  private static final int WARM_UPS = 6;

  /** A line of what it says: {@link #toString} and {@link #parse} are each other's inverse. */
  public record Found(Esp esp, boolean down, double bytes, double seconds, double busySeconds) {
    private static final String MARK = "found ";

    public static List<Found> parse(String told) {
      return told.lines().filter(l -> l.startsWith(MARK)).map(Found::of).toList();
    }

    private static Found of(String line) {
      String[] fields = line.substring(MARK.length()).split(" ", -1);
      return new Found(
          Esp.valueOf(fields[0]),
          Boolean.parseBoolean(fields[1]),
          Double.parseDouble(fields[2]),
          Double.parseDouble(fields[3]),
          Double.parseDouble(fields[4]));
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT, MARK + "%s %s %.0f %.3f %.2f", esp, down, bytes, seconds, busySeconds);
    }
  }

  private final Esp esp;
  private final Lab lab = new Lab();
  private final AditProcess client;

  private KernelEspBench(Esp esp) {
    this.esp = esp;
    HostedGateway gateway =
        HostedGateway.start(lab, Lab.SERVER, "juniper", Map.of("esp", "aes128-sha1"));
    lab.start(lab.directory().resolve("iperf3.log"), lab.inServer("iperf3", "-s"));
    client =
        AditProcess.start(
            lab,
            Gateway.PASSWORD + "\n",
            "--protocol=nc",
            "--user=" + Gateway.USER,
            "--passwd-on-stdin",
            "--servercert=" + gateway.pin(),
            "--ipsec=" + esp.option,
            Lab.SERVER);
    Lab.await(esp + ": " + client, Duration.ofSeconds(40), this::carried);
  }

  private boolean carried() {
    return client.count("connected") > 0 && KernelLab.carrier(client).equals(esp.carrier);
  }

  /** Arguments: pairs, and the seconds of each transfer. */
  public static void main(String[] arguments) throws IOException {
    int pairs = Integer.parseInt(arguments[0]);
    int seconds = Integer.parseInt(arguments[1]);
    List<KernelEspBench> both = Arrays.stream(Esp.values()).map(KernelEspBench::new).toList();
    for (int pair = 1 - WARM_UPS; pair <= pairs; pair++) {
      for (KernelEspBench each : pair % 2 == 0 ? both : List.of(both.get(1), both.get(0))) {
        for (boolean down : new boolean[] {false, true}) {
          Found found = each.move(down, seconds);
          System.out.println(pair > 0 ? found : "warm-up: " + found);
        }
      }
    }
    // The threads of the gateways must not keep the guest from ending.
    Runtime.getRuntime().halt(0);
  }

  private Found move(boolean down, int seconds) throws IOException {
    List<String> argv = lab.inClient("iperf3", "-J", "-c" + Gateway.INNER, "-t" + seconds);
    if (down) {
      argv.add("-R");
    }
    double busy = busySeconds();
    String told = Command.run(Duration.ofSeconds(seconds + 60L), "", argv).ok();
    busy = busySeconds() - busy;
    JsonNode received = new ObjectMapper().readTree(told).path("end").path("sum_received");
    if (!carried()) {
      throw new IllegalStateException("no longer by " + esp.carrier + ": " + client);
    }
    return new Found(
        esp, down, received.path("bytes").asDouble(), received.path("seconds").asDouble(), busy);
  }

  /** Of all processors since the start, but what they were idle or waited: proc(5). */
  private static double busySeconds() throws IOException {
    String[] fields = Files.readAllLines(Path.of("/proc/stat")).get(0).split(" +", -1);
    long ticks = 0;
    // user nice system idle iowait irq softirq steal; what follows is in the first two already
    for (int i : new int[] {1, 2, 3, 6, 7, 8}) {
      ticks += Long.parseLong(fields[i]);
    }
    return ticks / TICKS_PER_SECOND;
  }
}
