package dev.adit.cli;

import dev.adit.core.session.SessionStats;
import dev.adit.core.session.SessionStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code --metrics FILE}: the session for Prometheus, by way of the textfile collector of its node
 * exporter. Written whole beside the file and renamed, so that no half of it is ever read; base
 * units, no timestamps. A thread of its own, since disks may block.
 */
final class MetricsFile implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MetricsFile.class);
  private static final Duration EVERY = Duration.ofSeconds(15);

  private final Path file;
  private final Supplier<SessionStatus> session;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread made = new Thread(work, "metrics");
            made.setDaemon(true);
            return made;
          });
  private final Future<?> repeated;
  private boolean complained;

  MetricsFile(Path file, Supplier<SessionStatus> session) {
    this.file = file;
    this.session = session;
    repeated =
        thread.scheduleWithFixedDelay(this::write, 0, EVERY.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Something changed that need not wait. */
  void refresh() {
    if (!thread.isShutdown()) {
      thread.execute(this::write);
    }
  }

  /** Writes a last time: the session is down. */
  @Override
  public void close() {
    repeated.cancel(false);
    thread.shutdown();
    try {
      if (!thread.awaitTermination(2, TimeUnit.SECONDS)) {
        LOG.warn("--metrics {}: the last state could not be written in time", file);
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    write();
  }

  private void write() {
    String text = text(session.get(), Instant.now());
    Path half = file.resolveSibling(file.getFileName() + "." + ProcessHandle.current().pid());
    try {
      if (Files.exists(file) && !Files.isRegularFile(file)) {
        Files.writeString(file, text); // A device is not replaced.
        return;
      }
      Files.writeString(half, text);
      Files.setPosixFilePermissions(half, PosixFilePermissions.fromString("rw-r--r--"));
      Files.move(half, file, StandardCopyOption.ATOMIC_MOVE);
      complained = false;
    } catch (IOException e) {
      if (!complained) {
        LOG.warn("--metrics {}: {}; is the directory there, and may we write?", file, e.toString());
        complained = true;
      }
    }
  }

  static String text(SessionStatus s, Instant now) {
    String labels = "{device=\"" + escaped(s.device()) + "\",server=\"" + escaped(s.host()) + "\"}";
    SessionStats stats = s.stats();
    StringBuilder text = new StringBuilder();
    metric(text, "up", "gauge", "Whether packets can move.", labels, carries(s) ? "1" : "0");
    metric(
        text,
        "carrier_info",
        "gauge",
        "What moves the packets.",
        labels.replace("}", ",carrier=\"" + escaped(s.carrier()) + "\"}"),
        "1");
    metric(
        text,
        "carrier_age_seconds",
        "gauge",
        "Time since the carrier changed.",
        labels,
        seconds(StatusText.elapsed(s.carrierSince(), now)));
    s.udpMtu()
        .ifPresent(
            m ->
                metric(
                    text,
                    "udp_mtu_bytes",
                    "gauge",
                    "Longest packet that UDP carries on this path.",
                    labels,
                    Integer.toString(m)));
    s.roundTrip()
        .ifPresent(
            t ->
                metric(
                    text,
                    "round_trip_seconds",
                    "gauge",
                    "To the gateway by UDP and back, smoothed.",
                    labels,
                    seconds(t)));
    counter(text, "receive_packets_total", "Packets out of the tunnel.", labels, stats.packetsIn());
    counter(text, "receive_bytes_total", "Bytes out of the tunnel.", labels, stats.bytesIn());
    counter(text, "transmit_packets_total", "Packets into it.", labels, stats.packetsOut());
    counter(text, "transmit_bytes_total", "Bytes into it.", labels, stats.bytesOut());
    counter(text, "udp_lost_packets_total", "Lost on the way here by UDP.", labels, stats.lost());
    counter(
        text,
        "udp_refused_packets_total",
        "Came by UDP and were of no use.",
        labels,
        stats.refused());
    counter(text, "reconnects_total", "Attempts to connect anew.", labels, stats.reconnects());
    counter(text, "rekeys_total", "Times that new keys came.", labels, stats.rekeys());
    return text.toString();
  }

  private static boolean carries(SessionStatus s) {
    return s.state().carriesPackets();
  }

  private static String seconds(Duration time) {
    return String.format(Locale.ROOT, "%.6f", time.toNanos() / 1e9);
  }

  private static void counter(
      StringBuilder text, String name, String help, String labels, long value) {
    metric(text, name, "counter", help, labels, Long.toString(value));
  }

  private static void metric(
      StringBuilder text, String name, String type, String help, String labels, String value) {
    text.append("# HELP adit_").append(name).append(' ').append(help).append('\n');
    text.append("# TYPE adit_").append(name).append(' ').append(type).append('\n');
    text.append("adit_").append(name).append(labels).append(' ').append(value).append('\n');
  }

  private static String escaped(String label) {
    return label.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }
}
