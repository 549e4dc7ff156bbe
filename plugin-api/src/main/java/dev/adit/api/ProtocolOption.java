package dev.adit.api;

import java.util.List;

/**
 * An option that a protocol adds, under one name on the command line ({@code --name}) and in the
 * JSON configuration ({@code options.name}).
 *
 * @param name without hyphens in front
 * @param type how a value is read and checked
 * @param argument what a help text calls the value: {@code SECONDS}; empty for a flag
 * @param help one sentence
 * @param choices allowed values of a {@link Type#CHOICE}, else empty
 */
public record ProtocolOption(
    String name, Type type, String argument, String help, List<String> choices) {
  /** How a value is read. */
  public enum Type {
    FLAG,
    TEXT,
    INTEGER,
    CHOICE,
    FILE,
    /** A program, resolved by {@code PATH} and run without a shell. */
    COMMAND
  }

  public ProtocolOption {
    if (!name.matches("[a-z][a-z0-9-]*")) {
      throw new IllegalArgumentException("option name \"" + name + "\" is not [a-z][a-z0-9-]*");
    }
    if (choices.isEmpty() == (type == Type.CHOICE)) {
      throw new IllegalArgumentException("option " + name + ": choices belong to CHOICE alone");
    }
    choices = List.copyOf(choices);
  }

  /** An option that is there or not. */
  public static ProtocolOption flag(String name, String help) {
    return new ProtocolOption(name, Type.FLAG, "", help, List.of());
  }

  /** An option with a value. */
  public static ProtocolOption value(String name, Type type, String argument, String help) {
    return new ProtocolOption(name, type, argument, help, List.of());
  }

  /** An option with one of a few values. */
  public static ProtocolOption choice(String name, String help, String... choices) {
    return new ProtocolOption(name, Type.CHOICE, "MODE", help, List.of(choices));
  }
}
