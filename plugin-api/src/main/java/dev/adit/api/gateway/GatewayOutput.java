package dev.adit.api.gateway;

/** Where a gateway connection leaves what it has to say. Kept by the connection for its life. */
public interface GatewayOutput extends GatewayEngine.DatagramReply {
  /** Sends bytes as exactly one TLS record (at most 16384 bytes); they are copied. */
  void record(byte[] bytes, int offset, int length);

  /** Closes the connection once everything is written. */
  void finish();

  /** Cuts the connection at once, without a TLS alert. */
  void cut();

  /** From now on packets to these addresses belong to this connection, and to no other. */
  void attach(AddressPool.Lease lease);

  /** For the log of the gateway: {@code login}, {@code tunnel}, {@code logout}, … */
  void event(String name, String detail);
}
