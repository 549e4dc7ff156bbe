package dev.adit.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.adit.interop.AditProcess;
import dev.adit.interop.Command;
import dev.adit.interop.Lab;
import dev.adit.interop.Openconnect;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A client that is connected, by the carrier that was asked for. Closing it logs off. */
final class Session implements AutoCloseable {
  /** Linux counts a process's time in hundredths, whatever its own tick (USER_HZ). */
  private static final double TICKS_PER_SECOND = 100;

  private final Site site;
  private final Client client;
  private final Process process;
  private final Path log;

  private Session(Site site, Client client, Process process, Path log) {
    this.site = site;
    this.client = client;
    this.process = process;
    this.log = log;
  }

  /** Starts the client and does not wait for anything. */
  static Session start(Site site, Client client, String... arguments) {
    Lab lab = site.lab();
    Path log = lab.directory().resolve(client + ".log");
    Path password = lab.file("password", site.password());
    List<String> argv =
        new ArrayList<>(lab.inClient("sh", "-c", "exec \"$@\" < " + password, "sh"));
    if (client == Client.ADIT) {
      argv.add(AditProcess.launcher());
    } else {
      argv.addAll(List.of("openconnect", "-v", "--script=" + Openconnect.script(lab)));
    }
    argv.addAll(List.of(arguments));
    argv.addAll(site.arguments());
    return new Session(site, client, lab.start(log, argv), log);
  }

  static Session connect(Site site, Client client, String... arguments) throws VoidRun {
    Session session = start(site, client, arguments);
    try {
      session.await("an answer through the tunnel", session::answers);
      session.await("the carrier", session::carried);
    } catch (VoidRun e) {
      session.close();
      throw e;
    }
    return session;
  }

  Site site() {
    return site;
  }

  Client client() {
    return client;
  }

  /** That the wanted carrier is in use with the wanted suite, as the client and the server say. */
  boolean carried() {
    boolean told =
        client == Client.ADIT
            ? site.setup().carrier().adit.matcher(status()).find()
            : site.setup().carrier().openconnect.matcher(log()).find();
    return told && site.agrees();
  }

  /** In words, empty before there is any. */
  private String status() {
    List<String> argv = new ArrayList<>(site.lab().inClient("env"));
    argv.add("ADIT_RUN_DIR=" + site.lab().directory().resolve("run"));
    argv.addAll(List.of(AditProcess.launcher(), "status", "--json"));
    Command asked = Command.run(Duration.ofSeconds(20), "", argv);
    try {
      return asked.exitCode() == 0
          ? new ObjectMapper().readTree(asked.out()).path("carrier").asText()
          : "";
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean answers() {
    List<String> ping = site.lab().inClient("ping", "-c1", "-W1", site.inner());
    return Command.run(Duration.ofSeconds(5), "", ping).exitCode() == 0;
  }

  private void await(String what, BooleanSupplier condition) throws VoidRun {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0 || !process.isAlive()) {
        throw new VoidRun(
            "%s by %s: no %s%s\n%s"
                .formatted(
                    client,
                    site.setup(),
                    what,
                    process.isAlive() ? " in 30 s" : ", it ended",
                    log().strip()));
      }
    }
  }

  /** Bytes that went through the client's device so far, both ways. */
  long throughDevice() {
    return number("cat /sys/class/net/vpn0/statistics/rx_bytes")
        + number("cat /sys/class/net/vpn0/statistics/tx_bytes");
  }

  int mtu() {
    return (int) number("cat /sys/class/net/vpn0/mtu");
  }

  private long number(String command) {
    return Long.parseLong(site.lab().client("sh", "-c", command).strip());
  }

  /** Of all threads, user and system. */
  double cpuSeconds() {
    return cpuSeconds(process);
  }

  static double cpuSeconds(Process process) {
    String stat = read(procFile(process, "stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
  }

  /** What of it is in memory now. */
  double residentMebibytes() {
    return mebibytes("VmRSS:");
  }

  /** The most of it that ever was in memory, or was since {@link #forgetPeak}. */
  double peakMebibytes() {
    return mebibytes("VmHWM:");
  }

  void forgetPeak() {
    try {
      // proc(5): 5 resets the peak to what is in memory now.
      Files.writeString(procFile("clear_refs"), "5");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private double mebibytes(String name) {
    return read(procFile("status"))
            .lines()
            .filter(line -> line.startsWith(name))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
            .sum()
        / 1024.0;
  }

  private Path procFile(String name) {
    return procFile(process, name);
  }

  private static Path procFile(Process process, String name) {
    return Path.of("/proc", String.valueOf(process.pid()), name);
  }

  String log() {
    return read(log);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
