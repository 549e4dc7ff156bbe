package dev.adit.anyconnect;

import dev.adit.api.auth.ClientIdentity;
import dev.adit.api.http.HttpHeader;
import java.util.List;

/**
 * What we say we are in each request. Servers act on it: some ASA refuse agents that they do not
 * know, and ocserv gives IPv6 routes and DNS only to those whose name begins as ours does.
 */
public final class ClientProfile {
  private static final String VERSION = "v9.01";
  private static final String AGENT = "Open AnyConnect VPN Agent ";

  private final ClientIdentity identity;

  public ClientProfile(ClientIdentity identity) {
    this.identity = identity;
  }

  public String userAgent() {
    return identity.userAgent().orElse(AGENT + VERSION);
  }

  /** Version text of the {@code version} element. */
  public String version() {
    return identity.versionString().orElse(VERSION);
  }

  /** {@code device-id} of the documents. */
  public String deviceId() {
    return identity.os();
  }

  public String hostname() {
    return identity.localHostname();
  }

  /** Whether we pose as a telephone, which takes more headers. */
  public boolean isMobile() {
    return identity.os().equals("android") || identity.os().equals("apple-ios");
  }

  /** Version of the system that a telephone would name. */
  public String platformVersion() {
    return "1.0";
  }

  /** Name of this one device among all; a made-up one. */
  public String uniqueId() {
    return "A".repeat(40);
  }

  /** Headers of mobile clients, empty for all others. */
  public List<HttpHeader> mobileHeaders() {
    return isMobile()
        ? List.of(
            new HttpHeader("X-AnyConnect-Identifier-ClientVersion", version()),
            new HttpHeader("X-AnyConnect-Identifier-Platform", identity.os()),
            new HttpHeader("X-AnyConnect-Identifier-PlatformVersion", platformVersion()),
            new HttpHeader("X-AnyConnect-Identifier-DeviceType", identity.os()),
            new HttpHeader("X-AnyConnect-Identifier-Device-UniqueID", uniqueId()))
        : List.of();
  }
}
