package dev.adit.api.auth;

/**
 * How the program ended.
 *
 * @param exitCode its own
 * @param output first 64 KiB of what it printed
 */
public record HostCheckResult(int exitCode, String output) {
  @Override
  public String toString() {
    return "HostCheckResult[exitCode=" + exitCode + "]";
  }
}
