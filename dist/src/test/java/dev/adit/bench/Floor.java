package dev.adit.bench;

import dev.adit.api.error.VpnException;
import dev.adit.api.packet.PacketBatch;
import dev.adit.core.loop.EventLoop;
import dev.adit.core.sys.SystemCallException;
import dev.adit.core.sys.TunDevice;
import dev.adit.core.sys.UdpSocket;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.OptionalInt;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The least that a client by UDP has to do: what comes from a TUN is sealed, one datagram for each
 * packet, and sent; what arrives is opened and written to the TUN. The system calls, the cipher and
 * nothing else: no protocol, no liveness, no counters, no state. The same at both ends, with a key
 * that everybody knows.
 *
 * <pre>
 *   datagram:  | number 8 | ciphertext | tag 16 |       nonce: 4 zeros, number
 * </pre>
 */
final class Floor {
  static final String DEVICE = "floor0";
  private static final int PORT = 4433;
  private static final int HEADROOM = 16;
  private static final int NUMBER = 8;
  private static final int TAG = 16;

  private final TunDevice tun;
  private final UdpSocket socket;
  private final boolean sealing;
  private final Direction out = new Direction(Cipher.ENCRYPT_MODE);
  private final Direction in = new Direction(Cipher.DECRYPT_MODE);
  private final PacketBatch outbound = new PacketBatch(64, 2048, HEADROOM);
  private final PacketBatch inbound = new PacketBatch(64, 2048, 0);
  private long number;

  private Floor(TunDevice tun, UdpSocket socket, boolean sealing) throws GeneralSecurityException {
    this.tun = tun;
    this.socket = socket;
    this.sealing = sealing;
  }

  /**
   * Runs until it is killed.
   *
   * @param arguments address of the other end; {@code gcm}, or {@code none} to leave the cipher out
   */
  public static void main(String[] arguments) throws Exception {
    TunDevice tun = TunDevice.open(DEVICE);
    InetSocketAddress peer = new InetSocketAddress(arguments[0], PORT);
    UdpSocket socket = UdpSocket.connect(peer, OptionalInt.of(PORT));
    Floor floor = new Floor(tun, socket, arguments[1].equals("gcm"));
    try (EventLoop loop = EventLoop.start("floor")) {
      loop.execute(() -> floor.watch(loop));
      Thread.currentThread().join();
    }
  }

  private void watch(EventLoop loop) {
    try {
      loop.register(tun.fd(), (r, w) -> send()).interest(true, false);
      loop.register(socket.fd(), (r, w) -> receive()).interest(true, false);
    } catch (SystemCallException e) {
      throw new IllegalStateException(e);
    }
  }

  private void send() {
    try {
      do {
        outbound.clear();
        tun.read(outbound);
        for (int i = 0; i < outbound.count(); i++) {
          int at = outbound.offset(i);
          ByteBuffer.wrap(outbound.array()).putLong(at - NUMBER, number);
          int sealed = out.apply(outbound.array(), at, outbound.length(i), number++);
          outbound.reframe(i, at - NUMBER, NUMBER + sealed);
        }
        // What a full socket does not take is lost.
        socket.send(outbound, 0);
      } while (tun.hasPending());
    } catch (VpnException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private void receive() {
    try {
      inbound.clear();
      socket.receive(inbound);
      for (int i = 0; i < inbound.count(); i++) {
        int at = inbound.offset(i);
        long sent = ByteBuffer.wrap(inbound.array()).getLong(at);
        int length = in.apply(inbound.array(), at + NUMBER, inbound.length(i) - NUMBER, sent);
        inbound.reframe(i, at + NUMBER, length);
      }
      tun.write(inbound);
    } catch (SystemCallException e) {
      // The other end is not there yet.
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A cipher that is kept; or none, which adds and takes away as many bytes. */
  private final class Direction {
    private final int mode;
    private final Cipher cipher;
    private final SecretKeySpec key = new SecretKeySpec(new byte[32], "AES");
    private final byte[] nonce = new byte[12];

    private Direction(int mode) throws GeneralSecurityException {
      this.mode = mode;
      this.cipher = Cipher.getInstance("AES/GCM/NoPadding");
    }

    private int apply(byte[] bytes, int at, int length, long number)
        throws GeneralSecurityException {
      if (!sealing) {
        return mode == Cipher.ENCRYPT_MODE ? length + TAG : length - TAG;
      }
      ByteBuffer.wrap(nonce).putLong(4, number);
      cipher.init(mode, key, new GCMParameterSpec(8 * TAG, nonce));
      return cipher.doFinal(bytes, at, length, bytes, at);
    }
  }
}
