package dev.adit.bench;

/** What was measured says nothing: the wrong carrier, bytes that differ, no server. */
final class VoidRun extends Exception {
  private static final long serialVersionUID = 1;

  private final String reason;

  VoidRun(String reason) {
    super(reason);
    this.reason = reason;
  }

  String reason() {
    return reason;
  }
}
