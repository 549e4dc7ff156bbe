package dev.adit.bench;

import dev.adit.interop.AditProcess;
import dev.adit.interop.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Where and with what a run was made. */
final class Machine {
  private Machine() {}

  static Map<String, String> facts() throws IOException {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("processor", after(Path.of("/proc/cpuinfo"), "model name"));
    facts.put("cores", String.valueOf(Runtime.getRuntime().availableProcessors()));
    facts.put("memory", after(Path.of("/proc/meminfo"), "MemTotal"));
    facts.put("load before", Files.readString(Path.of("/proc/loadavg")).replaceFirst(" .*\\n", ""));
    facts.put("kernel", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    facts.put("system", after(Path.of("/etc/os-release"), "PRETTY_NAME").replace("\"", ""));
    facts.put("TCP", "congestion control " + Site.CONGESTION_CONTROL);
    facts.put("java", System.getProperty("java.vm.name") + " " + Runtime.version());
    facts.put("adit", first(AditProcess.launcher(), "--version"));
    facts.put("openconnect", first("openconnect", "--version"));
    facts.put("ocserv", first("ocserv", "--version"));
    facts.put("iperf3", first("iperf3", "--version"));
    return facts;
  }

  private static String first(String... argv) {
    Command ended = Command.run(Duration.ofSeconds(60), "", List.of(argv));
    return (ended.out() + ended.err()).lines().findFirst().orElse("").strip();
  }

  /** What stands behind that name in a file of names and values. */
  private static String after(Path file, String name) throws IOException {
    return Files.readAllLines(file).stream()
        .filter(line -> line.startsWith(name))
        .map(line -> line.substring(name.length()).replaceFirst("^\\s*[:=]\\s*", ""))
        .findFirst()
        .orElse("unknown");
  }
}
