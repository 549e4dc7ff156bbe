package dev.adit.core.offload;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Packets, their checksums and what a kernel does with them, word by word. */
final class NaiveSegments {
  /** One flow's next packet; each field as it goes onto the wire. */
  static final class Flow {
    final boolean four;
    final int protocol;
    final int port;
    byte[] options = {};
    int sequence = 1_000;
    int id = 65_530;
    int acknowledged = 77;
    int window = 500;
    int flags = Ip.ACK;
    int ttl = 64;

    Flow(boolean four, int protocol, int port) {
      this.four = four;
      this.protocol = protocol;
      this.port = port;
    }

    /** The next packet with that payload, complete. */
    byte[] packet(byte[] payload) {
      int network = four ? 20 : 40;
      int transport = protocol == Ip.TCP ? 20 + options.length : 8;
      ByteBuffer b = ByteBuffer.allocate(network + transport + payload.length);
      if (four) {
        b.put((byte) 0x45).put((byte) 0).putShort((short) b.capacity());
        b.putShort((short) id++).putShort((short) Ip.DONT_FRAGMENT);
        b.put((byte) ttl).put((byte) protocol).putShort((short) 0);
        b.putInt(0x0a000001).putInt(0x0a000002);
      } else {
        b.putInt(0x60012345).putShort((short) (transport + payload.length));
        b.put((byte) protocol).put((byte) ttl);
        b.putLong(0xfd00_0000_0000_0001L).putLong(1).putLong(0xfd00_0000_0000_0001L).putLong(2);
      }
      b.putShort((short) port).putShort((short) 443);
      if (protocol == Ip.TCP) {
        b.putInt(sequence).putInt(acknowledged);
        b.put((byte) (transport << 2)).put((byte) flags).putShort((short) window);
        b.putShort((short) 0).putShort((short) 0).put(options);
        sequence += payload.length;
      } else {
        b.putShort((short) (8 + payload.length)).putShort((short) 0);
      }
      b.put(payload);
      byte[] packet = b.array();
      finish(packet);
      return packet;
    }
  }

  private NaiveSegments() {}

  /** Two that differ in the port alone, one of the other family, and one that is not of TCP. */
  static Flow[] flows() {
    return new Flow[] {
      new Flow(true, Ip.TCP, 1),
      new Flow(true, Ip.TCP, 2),
      new Flow(false, Ip.TCP, 1),
      new Flow(true, Ip.UDP, 1)
    };
  }

  /** RFC 1071, as its first page says it. */
  static int sum(byte[] bytes, int from, int end) {
    long sum = 0;
    for (int i = from; i < end; i += 2) {
      sum += (bytes[i] & 0xff) << 8 | (i + 1 < end ? bytes[i + 1] & 0xff : 0);
    }
    while (sum > 0xffff) {
      sum = (sum & 0xffff) + (sum >> 16);
    }
    return (int) sum;
  }

  static int networkBytes(byte[] packet) {
    return packet[0] >> 4 == 4 ? 20 : 40;
  }

  static int protocol(byte[] packet) {
    return packet[networkBytes(packet) == 20 ? 9 : 6];
  }

  static int checksumAt(byte[] packet) {
    return networkBytes(packet) + (protocol(packet) == Ip.TCP ? 16 : 6);
  }

  /** The folded sum of the pseudo-header. */
  static int pseudo(byte[] packet) {
    int network = networkBytes(packet);
    byte[] header = Arrays.copyOf(packet, network);
    byte[] addresses = Arrays.copyOfRange(header, network == 20 ? 12 : 8, network);
    byte[] all = Arrays.copyOf(addresses, addresses.length + 4);
    int length = packet.length - network;
    all[all.length - 4] = (byte) (length >> 8);
    all[all.length - 3] = (byte) length;
    all[all.length - 1] = (byte) protocol(packet);
    return sum(all, 0, all.length);
  }

  /** Writes all checksums. */
  static void finish(byte[] packet) {
    int network = networkBytes(packet);
    if (network == 20) {
      put16(packet, 10, 0);
      put16(packet, 10, ~sum(packet, 0, 20));
    }
    int at = checksumAt(packet);
    put16(packet, at, 0);
    int sum = sum(packet, network, packet.length) + pseudo(packet);
    int folded = ~((sum & 0xffff) + (sum >> 16)) & 0xffff;
    put16(packet, at, folded == 0 ? 0xffff : folded);
  }

  static void put16(byte[] to, int at, int value) {
    to[at] = (byte) (value >> 8);
    to[at + 1] = (byte) value;
  }

  /** What a kernel hands over: one packet with checksums begun, to be cut into such pieces. */
  static byte[] large(byte[] packet, int segment) {
    int network = networkBytes(packet);
    int at = checksumAt(packet);
    byte[] begun = packet.clone();
    put16(begun, at, pseudo(packet));
    ByteBuffer b = ByteBuffer.allocate(10 + packet.length).order(ByteOrder.nativeOrder());
    b.put((byte) 1);
    b.put((byte) (segment == 0 ? 0 : protocol(packet) == Ip.UDP ? 5 : network == 20 ? 1 : 4));
    b.putShort((short) 0).putShort((short) segment);
    b.putShort((short) network).putShort((short) (at - network));
    b.put(begun);
    return b.array();
  }

  /** Cuts what is written to a TUN as the kernel would, packet by packet. */
  static List<byte[]> cut(byte[] written) {
    ByteBuffer b = ByteBuffer.wrap(written).order(ByteOrder.nativeOrder());
    byte[] packet = Arrays.copyOfRange(written, 10, written.length);
    if (b.get(1) == 0) {
      return List.of(packet);
    }
    int network = networkBytes(packet);
    int header = network + (protocol(packet) == Ip.UDP ? 8 : (packet[network + 12] & 0xf0) >> 2);
    int segment = b.getShort(4) & 0xffff;
    List<byte[]> all = new ArrayList<>();
    for (int from = header; from < packet.length; from += segment) {
      int end = Math.min(packet.length, from + segment);
      byte[] one = Arrays.copyOf(packet, header + end - from);
      System.arraycopy(packet, from, one, header, end - from);
      int length = one.length;
      if (network == 20) {
        put16(one, 2, length);
        put16(one, 4, ((packet[4] & 0xff) << 8 | packet[5] & 0xff) + all.size());
      } else {
        put16(one, 4, length - 40);
      }
      if (protocol(packet) == Ip.UDP) {
        put16(one, network + 4, length - network);
      } else {
        ByteBuffer tcp = ByteBuffer.wrap(one);
        tcp.putInt(network + 4, tcp.getInt(network + 4) + from - header);
        int flags = packet[network + 13] & 0xff;
        if (end < packet.length) {
          flags &= ~(Ip.FIN | Ip.PSH);
        }
        if (from > header) {
          flags &= ~Ip.CWR;
        }
        one[network + 13] = (byte) flags;
      }
      finish(one);
      all.add(one);
    }
    return all;
  }
}
