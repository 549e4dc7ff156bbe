package dev.adit.api.datagram;

/**
 * A carrier that the plugin's own engine speaks.
 *
 * @param engines makes an engine for each new UDP socket; may be called again and again
 */
public record CustomOffer(String description, int port, Factory engines) implements DatagramOffer {
  /** Makes engines. */
  public interface Factory {
    DatagramEngine open();
  }
}
