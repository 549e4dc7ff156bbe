package dev.adit.core.gateway;

/** Hears what happens at a gateway; called on its loop. */
public interface GatewayListener {
  /**
   * Something happened.
   *
   * @param event {@code login}, {@code tunnel}, {@code logout}, ...
   */
  void on(String event, String detail);
}
