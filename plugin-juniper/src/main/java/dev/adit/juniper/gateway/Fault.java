package dev.adit.juniper.gateway;

import java.util.Locale;

/** What this gateway can do wrong on request. */
enum Fault {
  UNKNOWN_PAGE("shows a form that no client knows"),
  PAGE_LOOP("answers every page with the same one again"),
  REDIRECT_LOOP("redirects to itself"),
  WRONG_DSID("ends the log-in with a session cookie that it does not know"),
  HOST_CHECK("refuses every host by its Host Checker"),
  SSO_REFUSED("lets nobody in at its identity provider"),
  LOCKED_OUT("says that the account is locked"),
  PULSE_ONLY("speaks nothing but Pulse"),
  HUGE_PAGE("sends a page of 3 MB"),
  EMPTY_PAGE("sends a page without anything"),
  HTTP_ERROR("answers every request with 500"),
  EXPIRED_COOKIE("refuses every session cookie at the tunnel"),
  PULSE_STATUS("says after the upgrade that it offers Pulse alone"),
  IDLE_TIMEOUT("ends the session as idle at once"),
  ESP_UNKNOWN_CIPHER("offers ESP with a cipher that nobody knows"),
  ESP_ZERO_SPI("offers ESP with SPI 0, also in a rekey"),
  ESP_NO_ANSWER("answers no ESP probe"),
  ESP_BAD_ICV("sends ESP packets that are not authentic"),
  ESP_BAD_DATA("answers ESP probes, and sends packets that are not authentic"),
  ESP_REPLAY("sends each ESP packet twice");

  private final String description;

  Fault(String description) {
    this.description = description;
  }

  String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  String description() {
    return description;
  }
}
