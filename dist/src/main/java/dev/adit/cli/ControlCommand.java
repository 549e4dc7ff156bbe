package dev.adit.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code adit status|reconnect|disconnect [--json] [IFACE]}. */
final class ControlCommand {
  private ControlCommand() {}

  static ExitCode run(String order, List<String> arguments) throws VpnException {
    List<String> options =
        order.equals("status") ? List.of("--watch", "--json") : List.of("--json");
    for (String argument : arguments) {
      if (argument.startsWith("-") && !options.contains(argument)) {
        throw new VpnException(
            Kind.CONFIGURATION,
            "adit "
                + order
                + options.stream().map(o -> " [" + o + "]").collect(Collectors.joining())
                + " [INTERFACE]: unknown option "
                + argument);
      }
    }
    boolean json = arguments.contains("--json");
    List<String> devices = arguments.stream().filter(a -> !a.startsWith("-")).toList();
    if (arguments.contains("--watch")) {
      return new StatusWatch(json).run(devices);
    }
    int reached = 0;
    for (Path socket : sockets()) {
      String status = ask(socket, "status");
      if (status.isEmpty() || !devices.isEmpty() && !devices.contains(device(status))) {
        continue;
      }
      reached++;
      String answer = order.equals("status") ? status : ask(socket, order);
      if (json) {
        System.out.println(answer);
      } else if (order.equals("status")) {
        System.out.print(text(answer));
      } else {
        System.out.println(device(status) + ": " + order + " is under way");
      }
    }
    if (reached == 0) {
      System.err.println(
          devices.isEmpty()
              ? "adit: no session is running"
              : "adit: no session on " + String.join(", ", devices));
      return ExitCode.FAILURE;
    }
    return ExitCode.OK;
  }

  static String device(String status) throws VpnException {
    try {
      return new ObjectMapper().readTree(status).path("device").asText();
    } catch (JsonProcessingException e) {
      throw new VpnException(Kind.OTHER, "the session answers nonsense", e);
    }
  }

  private static String text(String status) throws VpnException {
    try {
      return StatusText.text(status);
    } catch (JsonProcessingException e) {
      throw new VpnException(Kind.OTHER, "the session answers nonsense", e);
    }
  }

  static List<Path> sockets() throws VpnException {
    Path directory = Installation.runDirectory();
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return new ArrayList<>(
          files.filter(f -> f.toString().endsWith(ControlServer.SUFFIX)).sorted().toList());
    } catch (IOException e) {
      throw new VpnException(Kind.PRIVILEGE, directory + ": cannot be read; run as root", e);
    }
  }

  /** The answer, or nothing if the process is gone. */
  static String ask(Path socket, String order) {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(socket));
      channel.write(StandardCharsets.US_ASCII.encode(order + "\n"));
      byte[] answer = Channels.newInputStream(channel).readAllBytes();
      return new String(answer, StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      return "";
    }
  }
}
