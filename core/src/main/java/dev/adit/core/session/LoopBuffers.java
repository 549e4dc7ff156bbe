package dev.adit.core.session;

import dev.adit.api.packet.PacketBatch;
import dev.adit.core.tls.TlsEngine;

/** What all sessions of one event loop share, since only one of them is served at a time. */
public final class LoopBuffers {
  /** Room for the header of any carrier. */
  static final int HEADROOM = 64;

  /** Room for the longest packet that any carrier can bring, and for a trailer. */
  private static final int LONG_SLOT = HEADROOM + TlsEngine.MAX_RECORD_BYTES + 64;

  final PacketBatch outbound;
  final PacketBatch inbound = new PacketBatch(64, LONG_SLOT, 0);
  final PacketBatch datagrams = new PacketBatch(64, 2048, 0);
  final byte[] plaintext = new byte[TlsEngine.ROOM_BYTES];

  /**
   * Makes them.
   *
   * @param queueLength packets per batch ({@code --queue-len})
   */
  public LoopBuffers(int queueLength) {
    outbound = new PacketBatch(queueLength, LONG_SLOT, HEADROOM);
  }
}
