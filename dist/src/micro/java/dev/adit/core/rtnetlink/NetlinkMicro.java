package dev.adit.core.rtnetlink;

import dev.adit.api.error.VpnException;
import dev.adit.api.tunnel.IpPrefix;
import java.util.Optional;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A route as a message of rtnetlink, written and read. */
@State(Scope.Thread)
public class NetlinkMicro {
  private IpPrefix prefix;
  private byte[] message;

  @Setup
  public void make() throws VpnException {
    prefix = IpPrefix.parse("route", "198.18.0.0/16");
    message = write();
  }

  @Benchmark
  public byte[] write() {
    return RouteMessage.add(prefix, 7, Optional.empty());
  }

  @Benchmark
  public Optional<RouteMessage.Route> read() {
    return RouteMessage.read(message);
  }
}
