package dev.adit.juniper.oncp;

import dev.adit.api.error.PeerViolationException;
import dev.adit.api.packet.PacketBatch;
import dev.adit.api.tunnel.EngineOutput;
import java.util.Arrays;

/**
 * Reads what the server sends behind the upgrade, cut anywhere: records in TLS, messages in
 * records, packets in messages. Stops wherever the batch is full, and goes on from there. A packet
 * that lies whole in what is given goes straight to the batch; only one that is cut is put together
 * first.
 *
 * <p>Records are a stream of bytes, and messages a stream of bytes in those. One exception is known
 * of real servers: between the parts of another message, a whole data message in a record of its
 * own. It is looked for in no data message, whose bytes are anybody's.
 */
final class OncpReader {
  /** Hears what is no packet. */
  interface Listener {
    /** First byte after the upgrade. */
    void status(int status, EngineOutput out);

    /** A whole message; the bytes are wiped when the call returns. */
    void message(int type, byte[] bytes, int length, EngineOutput out)
        throws PeerViolationException;

    /** The server ends the session. */
    void reason(int reason, EngineOutput out);
  }

  /** What the next byte inside a record is part of. */
  private enum Phase {
    STATUS,
    HEADER,
    MESSAGE,
    PACKETS
  }

  private static final int LEAST_IPV4 = 20;
  private static final int PEEK_BYTES = Kmp.HEADER_BYTES + 1;

  private final Listener listener;
  private Phase phase = Phase.STATUS;
  private final byte[] lengthBytes = new byte[OncpRecord.HEADER_BYTES];
  private int lengthLength;
  private int recordLength;
  private int recordLeft;
  private boolean reasonDue;
  private boolean over;

  /** The head of a record that may, or may not, go on with the message before it. */
  private final byte[] peeked = new byte[PEEK_BYTES];

  private int peekedLength;
  private boolean peeking;
  private boolean interleaved;

  private final byte[] header = new byte[Kmp.HEADER_BYTES];
  private int headerLength;

  /** A message other than data, until it is whole. */
  private byte[] message = new byte[2048];

  private int messageLength;

  /** Bytes of the data message still to come. */
  private int dataLeft;

  /** A packet that is cut, until it is whole. */
  private byte[] packet = new byte[2048];

  private int packetLength;
  private boolean packetsWanted;
  private long longPackets;

  OncpReader(Listener listener) {
    this.listener = listener;
  }

  /** From now on packets are delivered; before, they are passed over. */
  void wantPackets() {
    packetsWanted = true;
  }

  /** Packets that did not fit into a slot of the batch. */
  long longPackets() {
    return longPackets;
  }

  /** Nothing more is read. */
  void stop() {
    over = true;
  }

  /** Wipes what may be left of keys. */
  void wipe() {
    Arrays.fill(message, (byte) 0);
    Arrays.fill(peeked, (byte) 0);
  }

  /**
   * Reads on.
   *
   * @return where it stopped: {@code end}, or before it because the batch is full or it was stopped
   */
  int read(byte[] bytes, int from, int end, PacketBatch packets, EngineOutput out)
      throws PeerViolationException {
    int at = from;
    while (at < end && !over && !packets.isFull()) {
      if (reasonDue) {
        over = true;
        listener.reason(bytes[at++] & 0xff, out);
      } else if (recordLeft == 0) {
        length(bytes[at++]);
      } else {
        int limit = Math.min(end, at + recordLeft);
        int next =
            peeking ? peek(bytes, at, limit, packets, out) : step(bytes, at, limit, packets, out);
        recordLeft -= next - at;
        at = next;
      }
    }
    return at;
  }

  private void length(byte next) {
    lengthBytes[lengthLength++] = next;
    if (lengthLength == OncpRecord.HEADER_BYTES) {
      lengthLength = 0;
      recordLength = OncpRecord.length(lengthBytes, 0);
      recordLeft = recordLength;
      reasonDue = recordLength == 0;
      peeking = phase == Phase.MESSAGE;
    }
  }

  private int peek(byte[] bytes, int from, int limit, PacketBatch packets, EngineOutput out)
      throws PeerViolationException {
    int wanted = Math.min(PEEK_BYTES, recordLength);
    int next = from + Math.min(wanted - peekedLength, limit - from);
    System.arraycopy(bytes, from, peeked, peekedLength, next - from);
    peekedLength += next - from;
    if (peekedLength < wanted) {
      return next;
    }
    peekedLength = 0;
    peeking = false;
    if (wanted == PEEK_BYTES
        && Kmp.isInterleavedData(peeked, 0, recordLength)
        && (peeked[Kmp.HEADER_BYTES] & 0xf0) == 0x40) {
      interleaved = true;
      phase = Phase.PACKETS;
      dataLeft = recordLength - Kmp.HEADER_BYTES;
      step(peeked, Kmp.HEADER_BYTES, PEEK_BYTES, packets, out);
    } else {
      // Too few bytes to hold a packet behind the end of the message: the batch does not fill up.
      for (int at = 0; at < wanted; ) {
        at = step(peeked, at, wanted, packets, out);
      }
    }
    return next;
  }

  /** Takes at least one byte. */
  private int step(byte[] bytes, int from, int limit, PacketBatch packets, EngineOutput out)
      throws PeerViolationException {
    return switch (phase) {
      case STATUS -> {
        phase = Phase.HEADER;
        listener.status(bytes[from] & 0xff, out);
        yield from + 1;
      }
      case HEADER -> header(bytes, from, limit, out);
      case MESSAGE -> message(bytes, from, limit, out);
      case PACKETS -> packets(bytes, from, limit, packets);
    };
  }

  private int header(byte[] bytes, int from, int limit, EngineOutput out)
      throws PeerViolationException {
    int taken = Math.min(Kmp.HEADER_BYTES - headerLength, limit - from);
    System.arraycopy(bytes, from, header, headerLength, taken);
    headerLength += taken;
    if (headerLength == Kmp.HEADER_BYTES) {
      headerLength = 0;
      int length = Kmp.length(header, 0);
      int type = Kmp.type(header, 0);
      if ((type == Kmp.KEYS || type == Kmp.CONTROL) && length > Kmp.LONGEST_CONTROL) {
        throw new PeerViolationException(
            "length of KMP " + type,
            "at most " + Kmp.LONGEST_CONTROL + " bytes",
            length + " bytes");
      }
      if (type == Kmp.DATA) {
        dataLeft = length;
        phase = length == 0 ? Phase.HEADER : Phase.PACKETS;
      } else if (length == 0) {
        listener.message(type, message, 0, out);
      } else {
        message = atLeast(length, message, 0);
        phase = Phase.MESSAGE;
      }
    }
    return from + taken;
  }

  private int message(byte[] bytes, int from, int limit, EngineOutput out)
      throws PeerViolationException {
    int length = Kmp.length(header, 0);
    int taken = Math.min(length - messageLength, limit - from);
    System.arraycopy(bytes, from, message, messageLength, taken);
    messageLength += taken;
    if (messageLength == length) {
      messageLength = 0;
      phase = Phase.HEADER;
      listener.message(Kmp.type(header, 0), message, length, out);
      Arrays.fill(message, 0, length, (byte) 0);
    }
    return from + taken;
  }

  /** Packets back to back, each as long as its own header says. */
  private int packets(byte[] bytes, int from, int limit, PacketBatch packets)
      throws PeerViolationException {
    int there = Math.min(limit - from, dataLeft);
    int taken;
    if (packetLength == 0 && there >= LEAST_IPV4 && length(bytes, from, dataLeft) <= there) {
      taken = length(bytes, from, dataLeft);
      deliver(bytes, from, taken, packets);
    } else {
      int whole = packetLength + dataLeft;
      if (whole < LEAST_IPV4) {
        throw new PeerViolationException(
            "packet in KMP 300", "IPv4 of " + LEAST_IPV4 + " bytes or more", whole + " bytes");
      }
      int wanted = packetLength < LEAST_IPV4 ? LEAST_IPV4 : length(packet, 0, whole);
      taken = Math.min(wanted - packetLength, there);
      packet = atLeast(wanted, packet, packetLength);
      System.arraycopy(bytes, from, packet, packetLength, taken);
      packetLength += taken;
      if (packetLength >= LEAST_IPV4 && packetLength == length(packet, 0, whole)) {
        deliver(packet, 0, packetLength, packets);
        packetLength = 0;
      }
    }
    dataLeft -= taken;
    if (dataLeft == 0) {
      phase = interleaved ? Phase.MESSAGE : Phase.HEADER;
      interleaved = false;
    }
    return from + taken;
  }

  private void deliver(byte[] bytes, int at, int length, PacketBatch packets) {
    if (packetsWanted && !packets.append(bytes, at, length)) {
      longPackets++;
    }
  }

  private static int length(byte[] bytes, int at, int most) throws PeerViolationException {
    int version = bytes[at] >> 4 & 15;
    int length = (bytes[at + 2] & 0xff) << 8 | bytes[at + 3] & 0xff;
    if (version != 4 || length < LEAST_IPV4 || length > most) {
      throw new PeerViolationException(
          "packet in KMP 300",
          "IPv4 of " + LEAST_IPV4 + " to " + most + " bytes",
          "version " + version + ", " + length + " bytes");
    }
    return length;
  }

  private static byte[] atLeast(int length, byte[] array, int used) {
    if (length <= array.length) {
      return array;
    }
    byte[] larger = Arrays.copyOf(array, Math.max(length, 2 * array.length));
    Arrays.fill(array, 0, used, (byte) 0);
    return larger;
  }
}
