package dev.adit.juniper;

import dev.adit.api.OptionValues;
import dev.adit.api.PluginContext;
import dev.adit.api.auth.ClientIdentity;
import dev.adit.api.auth.SessionTicket;
import dev.adit.api.fixture.MemoryTls;
import dev.adit.api.secret.SecretText;
import dev.adit.api.tunnel.TunnelContext;
import dev.adit.api.tunnel.TunnelSettings;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/** What an engine is told of the tunnel that it is to make. */
public final class MadeTunnel {
  private MadeTunnel() {}

  public static TunnelContext context() {
    return context(true, Optional.empty());
  }

  public static TunnelContext context(boolean datagrams, Optional<Duration> forcedDpd) {
    return new TunnelContext(
        new PluginContext(new SecureRandom(), Clock.systemUTC()),
        new SessionTicket(
            SecretText.of("DSID=0123456789abcdef"),
            URI.create("https://vpn.test:8443/"),
            Optional.empty()),
        MemoryTls.exportingNothing(),
        new TunnelSettings(
            OptionalInt.empty(),
            1500,
            true,
            datagrams,
            TunnelSettings.Compression.NONE,
            forcedDpd,
            new ClientIdentity("linux-64", Optional.empty(), Optional.empty(), "vm"),
            OptionValues.NONE),
        Optional.empty());
  }
}
