package dev.adit.api;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/** Values of a protocol's own options, checked by core against their declarations. */
public final class OptionValues {
  /** None given. */
  public static final OptionValues NONE = new OptionValues(Map.of());

  private final Map<String, String> values;

  public OptionValues(Map<String, String> values) {
    this.values = Map.copyOf(values);
  }

  /** Whether a flag was given. */
  public boolean flag(String name) {
    return "true".equals(values.get(name));
  }

  public Optional<String> text(String name) {
    return Optional.ofNullable(values.get(name));
  }

  public OptionalInt integer(String name) {
    String value = values.get(name);
    return value == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(value));
  }

  /** Names only: a value may be a secret. */
  @Override
  public String toString() {
    return "OptionValues" + new TreeMap<>(values).keySet();
  }
}
