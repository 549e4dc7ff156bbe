package dev.adit.anyconnect.dtls;

import dev.adit.api.datagram.DatagramEvent.Retry;

/** A handshake that came to nothing, and whether another try makes sense. */
final class HandshakeException extends Exception {
  private static final long serialVersionUID = 1L;

  private final Retry retry;

  HandshakeException(String message, Retry retry) {
    super(message);
    this.retry = retry;
  }

  Retry retry() {
    return retry;
  }

  String reason() {
    return String.valueOf(getMessage());
  }
}
