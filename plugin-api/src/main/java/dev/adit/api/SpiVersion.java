package dev.adit.api;

/**
 * Version of this interface. A plugin's descriptor names the version it was built for ({@code
 * Adit-Spi-Version: 1.0} in its manifest); core refuses another major version and a greater minor
 * one, naming both.
 */
public record SpiVersion(int major, int minor) {
  /** What this copy of the interface is. */
  public static final SpiVersion CURRENT = new SpiVersion(1, 0);

  /** Reads {@code MAJOR.MINOR}. */
  public static SpiVersion parse(String text) {
    if (!text.matches("\\d{1,4}\\.\\d{1,4}")) {
      throw new IllegalArgumentException("SPI version \"" + text + "\" is not MAJOR.MINOR");
    }
    int dot = text.indexOf('.');
    return new SpiVersion(
        Integer.parseInt(text.substring(0, dot)), Integer.parseInt(text.substring(dot + 1)));
  }

  /** Whether a plugin built for {@code built} runs on this version. */
  public boolean accepts(SpiVersion built) {
    return built.major == major && built.minor <= minor;
  }

  @Override
  public String toString() {
    return major + "." + minor;
  }
}
