package dev.adit.juniper.gateway;

import dev.adit.api.OptionValues;
import dev.adit.api.datagram.SaParameters.EspCipher;
import dev.adit.api.datagram.SaParameters.EspMac;
import dev.adit.api.gateway.GatewaySettings;
import dev.adit.juniper.esp.EspSuite;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * How this gateway does ESP; each part is named as its option is ({@code --option
 * esp=aes256-sha1}).
 *
 * @param suites option {@code esp}: {@code aes128-sha1}, which is also the default, and so on;
 *     {@code none} for TLS alone. Of several, with commas, each tunnel takes the next
 * @param lzo whether packets to clients are compressed; option {@code lzo}
 * @param rekeySeconds after which the gateway sends new keys, again and again; option {@code
 *     rekey-seconds}
 * @param fallbackSeconds silence after which clients are to leave ESP; option {@code
 *     fallback-seconds}
 */
record EspOptions(
    List<EspSuite> suites, boolean lzo, OptionalInt rekeySeconds, int fallbackSeconds) {
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
    List<EspSuite> suites = new ArrayList<>();
    for (String name : options.text("esp").orElse("aes128-sha1").split(",", -1)) {
      EspSuite suite = SUITES.get(name);
      if (suite != null) {
        suites.add(suite);
      } else if (!name.equals("none")) {
        throw new IllegalArgumentException(
            "--option esp=" + name + ": one of none, " + String.join(", ", SUITES.keySet()));
      }
    }
    return new EspOptions(
        settings.udpPort() > 0 ? List.copyOf(suites) : List.of(),
        options.flag("lzo"),
        options.integer("rekey-seconds"),
        options.integer("fallback-seconds").orElse(USUAL_FALLBACK));
  }

  /** That of the n-th tunnel, from 0. */
  Optional<EspSuite> suite(int tunnel) {
    return suites.isEmpty() ? Optional.empty() : Optional.of(suites.get(tunnel % suites.size()));
  }
}
