package dev.adit.api.gateway;

/** Where a gateway connection leaves what it has to say. Kept by the connection for its life. */
public interface GatewayOutput extends GatewayEngine.DatagramReply {
  /** What one TLS record holds at most, in bytes (RFC 8446, section 5.1). */
  int MAX_RECORD_BYTES = 1 << 14;

  /** Sends bytes as exactly one TLS record (at most {@link #MAX_RECORD_BYTES}); they are copied. */
  void record(byte[] bytes, int offset, int length);

  /** Sends all of the bytes, by as few TLS records as hold them; they are copied. */
  default void send(byte[] bytes) {
    for (int at = 0; at < bytes.length; at += MAX_RECORD_BYTES) {
      record(bytes, at, Math.min(MAX_RECORD_BYTES, bytes.length - at));
    }
  }

  /** Closes the connection once everything is written. */
  void finish();

  /** Cuts the connection at once, without a TLS alert. */
  void cut();

  /** From now on packets to these addresses belong to this connection, and to no other. */
  void attach(AddressPool.Lease lease);

  /** For the log of the gateway: {@code login}, {@code tunnel}, {@code logout}, … */
  void event(String name, String detail);
}
