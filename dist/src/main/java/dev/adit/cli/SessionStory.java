package dev.adit.cli;

import dev.adit.api.tunnel.IpPrefix;
import dev.adit.api.tunnel.TunnelConfig;
import dev.adit.core.auth.TerminalText;
import dev.adit.core.session.SessionEvent;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells a session in a dozen readable lines. */
final class SessionStory {
  private static final Logger LOG = LoggerFactory.getLogger("dev.adit.session");

  private final String shownBanner;
  private boolean told;

  /**
   * Begins a story.
   *
   * @param shownBanner what the log-in has shown already; many servers send it twice
   */
  SessionStory(String shownBanner) {
    this.shownBanner = shownBanner.strip();
  }

  void tell(SessionEvent event) {
    if (event instanceof SessionEvent.Connecting e) {
      LOG.debug("connecting to {} port {}", e.host(), e.port());
    } else if (event instanceof SessionEvent.Connected e) {
      connected(e);
    } else if (event instanceof SessionEvent.CarrierChanged e) {
      LOG.info("Packets go by {} ({}).", e.carrier(), e.reason());
    } else if (event instanceof SessionEvent.NoUdp e) {
      LOG.info("Packets stay on TLS: {}.", TerminalText.line(e.reason()));
    } else if (event instanceof SessionEvent.Reconnecting e) {
      LOG.info(
          "Connection lost: {}. Trying again{} (attempt {}).",
          e.reason(),
          e.delay().isZero() ? "" : " in %.1f s".formatted(e.delay().toMillis() / 1000.0),
          e.attempt());
    } else if (event instanceof SessionEvent.LoggingInAgain e) {
      LOG.info("The session is gone: {}. Logging in again.", TerminalText.line(e.reason()));
    } else if (event instanceof SessionEvent.Expiring e) {
      LOG.warn(
          e.limit() == SessionEvent.Expiring.Limit.IDLE
              ? "Nothing passes: the server ends this session in {}."
              : "The server ends this session in {}.",
          words(e.left()));
    } else if (event instanceof SessionEvent.Reconfigured e) {
      LOG.info(
          "The server changed the network: {} is now {}.",
          addresses(e.before()),
          addresses(e.after()));
    } else if (event instanceof SessionEvent.MtuChanged e) {
      LOG.info(
          "The MTU is {} from now on, not {}: by UDP, {}.{}",
          e.after().mtu(),
          e.before().mtu(),
          e.after().mtu() < e.before().mtu()
              ? "longer packets do not get through"
              : "longer packets get through again",
          e.losesIpv6() ? " The tunnel is without IPv6, which needs 1280." : "");
    } else if (event instanceof SessionEvent.Rekeyed e) {
      LOG.info("New keys for {}.", e.what());
    } else if (event instanceof SessionEvent.ServerMessage e) {
      LOG.info("The server says: {}", TerminalText.clean(e.text()));
    } else if (event instanceof SessionEvent.Disconnected e) {
      if (e.clean()) {
        LOG.info("Ended: {}.", e.reason());
      } else {
        LOG.error("adit: {}", TerminalText.clean(e.reason()));
      }
    }
  }

  private void connected(SessionEvent.Connected e) {
    TunnelConfig config = e.config();
    LOG.info(
        "{} to {} by {}: {} on {}, MTU {}.",
        told ? "Connected again" : "Connected",
        e.gateway().getAddress().getHostAddress(),
        e.tls(),
        addresses(config),
        e.device(),
        config.mtu());
    if (told) {
      return;
    }
    told = true;
    LOG.info(
        "Through the tunnel: {}.",
        config.isFullTunnel()
            ? "everything"
            : config.splitInclude().stream()
                    .map(IpPrefix::toString)
                    .limit(8)
                    .collect(Collectors.joining(", "))
                + (config.splitInclude().size() > 8 ? ", and more" : ""));
    if (!config.dns().isEmpty()) {
      LOG.info(
          "Name servers: {}.",
          config.dns().stream().map(d -> d.getHostAddress()).collect(Collectors.joining(", ")));
    }
    config
        .banner()
        .filter(b -> !b.strip().equals(shownBanner))
        .ifPresent(b -> LOG.info("{}", TerminalText.clean(b)));
    config
        .sessionTimeout()
        .ifPresent(t -> LOG.info("The server ends this session in {}.", words(t)));
  }

  private static String words(Duration left) {
    return left.toSeconds() < 120 ? left.toSeconds() + " s" : left.toMinutes() + " min";
  }

  private static String addresses(TunnelConfig config) {
    return Stream.of(config.ipv4(), config.ipv6())
        .flatMap(o -> o.stream())
        .map(p -> p.address().getHostAddress())
        .collect(Collectors.joining(" and "));
  }
}
