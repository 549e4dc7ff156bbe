package dev.adit.juniper.gateway;

import dev.adit.api.OptionValues;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** How records are cut; option {@code records}. */
enum Cuts {
  /** A message is a record is a TLS record. */
  PLAIN,
  /**
   * The status shares its record with the configuration, several packets share a message, and long
   * messages are cut into two records. As far as openconnect 9.01 can follow.
   */
  JOINED,
  /**
   * All that the protocol allows: a configuration in pieces with data in between, borders of
   * records anywhere in messages, borders of TLS records anywhere in records.
   */
  AWKWARD;

  static Cuts of(OptionValues options) {
    String name = options.text("records").orElse("plain");
    List<String> names =
        Arrays.stream(values()).map(c -> c.name().toLowerCase(Locale.ROOT)).toList();
    if (!names.contains(name)) {
      throw new IllegalArgumentException(
          "--option records=" + name + ": one of " + String.join(", ", names));
    }
    return values()[names.indexOf(name)];
  }
}
