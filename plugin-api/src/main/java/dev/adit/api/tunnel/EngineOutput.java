package dev.adit.api.tunnel;

/** Where a tunnel engine leaves what it has to say. Valid during a call only. */
public interface EngineOutput {
  /** Sends bytes as exactly one TLS record (at most 16384 bytes); they are copied. */
  void send(byte[] bytes, int offset, int length);

  void event(TunnelEvent event);
}
