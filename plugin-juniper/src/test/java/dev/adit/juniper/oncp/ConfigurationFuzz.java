package dev.adit.juniper.oncp;

import dev.adit.api.error.PeerViolationException;
import java.util.Optional;
import java.util.OptionalInt;

/** Groups of attributes: a checked configuration, or a violation. */
final class ConfigurationFuzz {
  private ConfigurationFuzz() {}

  public static void fuzzerTestOneInput(byte[] data) {
    try {
      new ConfigurationReader(Groups.read(data, 0, data.length))
          .read(Optional.empty(), OptionalInt.empty());
    } catch (PeerViolationException e) {
      // Refused, with words.
    }
  }
}
