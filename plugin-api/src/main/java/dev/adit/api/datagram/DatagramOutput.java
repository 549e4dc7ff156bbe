package dev.adit.api.datagram;

/** Where a datagram engine leaves what it has to say. Valid during a call only. */
public interface DatagramOutput {
  /** Sends one datagram of handshake or control; it is copied. */
  void send(byte[] bytes, int offset, int length);

  void event(DatagramEvent event);
}
