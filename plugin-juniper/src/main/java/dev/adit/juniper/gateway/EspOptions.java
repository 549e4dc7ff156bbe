package dev.adit.juniper.gateway;

import dev.adit.api.OptionValues;
import dev.adit.api.datagram.SaParameters.EspCipher;
import dev.adit.api.datagram.SaParameters.EspMac;
import dev.adit.api.gateway.GatewaySettings;
import dev.adit.juniper.esp.EspSuite;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * How this gateway does ESP; each part is named as its option is ({@code --option
 * esp=aes256-sha1}).
 *
 * @param suite option {@code esp}: {@code aes128-sha1}, which is also the default, and so on;
 *     {@code none} for TLS alone
 * @param lzo whether packets to clients are compressed; option {@code lzo}
 * @param rekeySeconds after which the gateway sends new keys, again and again; option {@code
 *     rekey-seconds}
 * @param fallbackSeconds silence after which clients are to leave ESP; option {@code
 *     fallback-seconds}
 */
record EspOptions(
    Optional<EspSuite> suite, boolean lzo, OptionalInt rekeySeconds, int fallbackSeconds) {
  /** What vendors' documents call the default. */
  private static final int USUAL_FALLBACK = 15;

  private static final Map<String, EspSuite> SUITES =
      new TreeMap<>(
          Map.of(
              "aes128-md5", new EspSuite(EspCipher.AES_128_CBC, EspMac.HMAC_MD5_96),
              "aes128-sha1", new EspSuite(EspCipher.AES_128_CBC, EspMac.HMAC_SHA1_96),
              "aes128-sha256", new EspSuite(EspCipher.AES_128_CBC, EspMac.HMAC_SHA256_128),
              "aes256-md5", new EspSuite(EspCipher.AES_256_CBC, EspMac.HMAC_MD5_96),
              "aes256-sha1", new EspSuite(EspCipher.AES_256_CBC, EspMac.HMAC_SHA1_96),
              "aes256-sha256", new EspSuite(EspCipher.AES_256_CBC, EspMac.HMAC_SHA256_128)));

  static EspOptions of(GatewaySettings settings) {
    OptionValues options = settings.options();
    String name = options.text("esp").orElse("aes128-sha1");
    EspSuite suite = SUITES.get(name);
    if (suite == null && !name.equals("none")) {
      throw new IllegalArgumentException(
          "--option esp=" + name + ": one of none, " + String.join(", ", SUITES.keySet()));
    }
    return new EspOptions(
        Optional.ofNullable(suite).filter(s -> settings.udpPort() > 0),
        options.flag("lzo"),
        options.integer("rekey-seconds"),
        options.integer("fallback-seconds").orElse(USUAL_FALLBACK));
  }
}
