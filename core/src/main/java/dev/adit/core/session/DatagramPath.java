package dev.adit.core.session;

import dev.adit.api.datagram.DatagramEvent;
import dev.adit.api.packet.PacketBatch;

/** One UDP association, as a session sees it. On the loop alone. */
interface DatagramPath {
  /** What a path tells its session. */
  interface Owner {
    void datagramEvent(DatagramPath path, DatagramEvent event);

    void datagramPackets(DatagramPath path, PacketBatch packets);

    /** A packet was longer than the path allows, and is lost. */
    void datagramTooLong(DatagramPath path);

    /**
     * Packets that went lost on their way here, by the peer's numbers, or were refused, of late.
     */
    void datagramLosses(DatagramPath path, long lost, long refused);

    /** The socket takes datagrams again, after {@link DatagramPath#isCongested}. */
    void datagramDrained(DatagramPath path);
  }

  /** Makes itself known to the peer; events may come during the call. */
  void start();

  String description();

  /** Seals packets, in place, and sends them; what the socket does not take now waits. */
  void sendPackets(PacketBatch packets);

  /** Whether datagrams wait for the socket: read no more packets for now. */
  boolean isCongested();

  /** Asks for a sign of life. */
  void probe();

  /**
   * Asks for a sign of life with a question as long as a packet of so many bytes.
   *
   * @return false if this host itself refuses that length
   */
  boolean probe(int packetBytes);

  /** Says nothing of its own accord, or does again; what comes is read all the same. */
  void mute(boolean muted);

  /** Smoothed, by probes that were answered; 0 if it is not known. */
  long roundTripNanos();

  /** Whether enough probes were answered for that to be believed. */
  boolean isMeasured();

  /** Somebody else moves the packets, or did: what was heard here meanwhile says nothing. */
  void rest();

  /** The longest packet by what the kernel knows of the path. */
  int longestPacket();

  void close();
}
