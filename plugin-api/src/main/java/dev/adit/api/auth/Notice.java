package dev.adit.api.auth;

/** Text of the server for the user. May hold anything, terminal escapes too: core cleans it. */
public record Notice(Level level, String text) {
  /** How much it matters. */
  public enum Level {
    BANNER,
    INFO,
    WARNING,
    ERROR
  }
}
