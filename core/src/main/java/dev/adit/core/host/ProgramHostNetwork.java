package dev.adit.core.host;

import dev.adit.api.error.VpnException;
import dev.adit.core.sys.ChildProgram;
import dev.adit.core.sys.PacketPipe;
import java.net.InetAddress;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A program has the packets ({@code --script-tun}), so the host's network stays as it is. The
 * program gets the environment of a vpnc-script's {@code connect} and the number of its descriptor
 * in {@code VPNFD}; one packet is one {@code read} or {@code write}. It is told nothing later: a
 * changed configuration is only logged.
 */
public final class ProgramHostNetwork implements HostNetwork {
  private static final Logger LOG = LoggerFactory.getLogger(ProgramHostNetwork.class);

  private final String command;
  private final PacketPipe pipe;
  private @Nullable ChildProgram program;
  private volatile boolean ending;

  public ProgramHostNetwork(String command, PacketPipe pipe) {
    this.command = command;
    this.pipe = pipe;
  }

  @Override
  public void apply(HostWanted wanted) throws VpnException {
    if (program != null) {
      LOG.info("the program of --script-tun keeps the configuration that it began with");
      return;
    }
    Map<String, String> environment = new TreeMap<>(System.getenv());
    environment.keySet().removeIf(ScriptEnvironment::isOurs);
    environment.putAll(ScriptEnvironment.of("connect", wanted));
    environment.put("VPNFD", String.valueOf(ChildProgram.INHERITED));
    program = ChildProgram.start(command, environment, pipe, this::ended);
  }

  @Override
  public void beforeReconnect(InetAddress gateway) {
    // The way to the gateway is nobody's but the host's.
  }

  @Override
  public void close() {
    ending = true;
    if (program != null) {
      program.hangUp();
    }
  }

  private void ended(int status) {
    if (!ending) {
      LOG.warn("the program of --script-tun ended with {}", status);
      pipe.hangUp();
    }
  }
}
