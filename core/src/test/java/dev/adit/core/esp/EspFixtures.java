package dev.adit.core.esp;

import dev.adit.api.datagram.DatagramEvent;
import dev.adit.api.datagram.DatagramOutput;
import dev.adit.api.datagram.EspOffer;
import dev.adit.api.datagram.EspOffer.Compression;
import dev.adit.api.datagram.EspOffer.ProbeRule;
import dev.adit.api.datagram.SaParameters.EspCipher;
import dev.adit.api.datagram.SaParameters.EspMac;
import dev.adit.api.error.VpnException;
import dev.adit.api.packet.PacketBatch;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** What the tests of this package share. */
final class EspFixtures {
  static final byte[] IV = counting(0xe0, 16);
  static final long SECOND = 1_000_000_000L;

  /** What an engine said. */
  static final class Said implements DatagramOutput {
    final List<byte[]> sent = new ArrayList<>();
    final List<DatagramEvent> events = new ArrayList<>();

    @Override
    public void send(byte[] bytes, int offset, int length) {
      sent.add(Arrays.copyOfRange(bytes, offset, offset + length));
    }

    @Override
    public void event(DatagramEvent event) {
      events.add(event);
    }

    List<Class<?>> kinds() {
      List<Class<?>> kinds = new ArrayList<>();
      events.forEach(e -> kinds.add(e.getClass()));
      events.clear();
      return kinds;
    }
  }

  private EspFixtures() {}

  static byte[] counting(int from, int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (from + i);
    }
    return bytes;
  }

  /** The same IV for each packet. */
  static IvSource fixed(byte[] iv) {
    return new IvSource() {
      @Override
      public void next(byte[] to, int at) {
        System.arraycopy(iv, 0, to, at, iv.length);
      }

      @Override
      public void close() {}
    };
  }

  /** An IPv4 packet of that many bytes, at least 20. */
  static byte[] ipv4(int length, long seed) {
    byte[] packet = new byte[length];
    new Random(seed).nextBytes(packet);
    ByteBuffer.wrap(packet).put(0, (byte) 0x45).putShort(2, (short) length);
    return packet;
  }

  /** An IPv6 packet of that many bytes, at least 40. */
  static byte[] ipv6(int length, long seed) {
    byte[] packet = new byte[length];
    new Random(seed).nextBytes(packet);
    ByteBuffer.wrap(packet).put(0, (byte) 0x60).putShort(4, (short) (length - 40));
    return packet;
  }

  static NaiveEsp naive(long seed) {
    return NaiveEsp.random(EspCipher.AES_128_CBC, EspMac.HMAC_SHA1_96, seed);
  }

  static EspOffer offer(NaiveEsp outbound, NaiveEsp inbound) {
    return offer(outbound, inbound, Optional.empty());
  }

  static EspOffer offer(NaiveEsp outbound, NaiveEsp inbound, Optional<Compression> compression) {
    return new EspOffer(
        "ESP",
        4500,
        outbound.sa(0, 64),
        inbound.sa(0, 64),
        new ProbeRule("00", 4),
        Duration.ofSeconds(16),
        compression);
  }

  static EspAssociation association(EspOffer offer) {
    try {
      return new EspAssociation(offer, Duration.ofSeconds(30), new SecureRandom());
    } catch (VpnException e) {
      throw new AssertionError(e);
    }
  }

  static PacketBatch batch(byte[]... packets) {
    PacketBatch batch = new PacketBatch(Math.max(1, packets.length), 2048, 64);
    for (byte[] packet : packets) {
      if (!batch.append(packet, 0, packet.length)) {
        throw new AssertionError("packet of " + packet.length);
      }
    }
    return batch;
  }

  static PacketBatch room() {
    return new PacketBatch(64, 4096, 0);
  }

  /** Packets of a batch but for the dropped ones. */
  static List<byte[]> contents(PacketBatch batch) {
    List<byte[]> all = new ArrayList<>();
    for (int i = 0; i < batch.count(); i++) {
      if (batch.length(i) > 0) {
        int at = batch.offset(i);
        all.add(Arrays.copyOfRange(batch.array(), at, at + batch.length(i)));
      }
    }
    return all;
  }
}
