package dev.adit.core.tls;

import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.packet.PacketBatch;
import dev.adit.api.tunnel.TlsSession;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.tls.TlsClientProtocol;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsFatalAlertReceived;
import org.bouncycastle.tls.TlsProtocol;
import org.bouncycastle.tls.TlsServerProtocol;

/**
 * One TLS connection, sans-IO: bytes of the wire on one side, records' contents on the other. One
 * thread at a time.
 *
 * <pre>
 *   receive(wire bytes) ─→ ┌───────────┐ ─→ readRecord: one record's content at a time
 *   takeWire(...)       ←─ │ TlsEngine │ ←─ seal: each call one record
 *                          └───────────┘
 * </pre>
 */
public final class TlsEngine implements AutoCloseable {
  /** The longest content of a record, RFC 8446 §5.1. */
  public static final int MAX_RECORD_BYTES = 16384;

  /** What a reader has room for: a content, and what TLS 1.3 has behind it before it is cut off. */
  public static final int ROOM_BYTES = MAX_RECORD_BYTES + 256;

  private static final int HEADER_BYTES = 5;

  private final TlsProtocol protocol;
  private final RecordBuffers buffers;
  private final TlsPeerView peer;
  private final InetSocketAddress address;
  private byte[] wire = new byte[MAX_RECORD_BYTES + 2048];
  private int wireFrom;
  private int wireTo;

  private TlsEngine(
      TlsProtocol protocol, RecordBuffers buffers, TlsPeerView peer, InetSocketAddress address) {
    this.protocol = protocol;
    this.buffers = buffers;
    this.peer = peer;
    this.address = address;
  }

  /**
   * The side that begins: its first flight is ready to be taken.
   *
   * @param host whose name the certificate must bear
   * @param address for {@link TlsSession#peerAddress}
   */
  public static TlsEngine client(TlsSettings settings, String host, InetSocketAddress address)
      throws VpnException {
    TlsClientProtocol protocol = new TlsClientProtocol();
    RecordBuffers buffers = new RecordBuffers(protocol);
    AditTlsClient client = new AditTlsClient(Providers.crypto(buffers), settings, host);
    try {
      protocol.connect(client);
    } catch (IOException e) {
      throw new VpnException(Kind.UNREACHABLE, "TLS with " + host + ": " + e.getMessage(), e);
    }
    return new TlsEngine(protocol, buffers, client.view(), address);
  }

  /**
   * Makes a first flight and forgets it: what all of them need is set up then, which takes longer
   * than the handshake. For a thread that has the time while others read options.
   */
  public static void prepare() {
    try {
      ServerTrust nobody = ServerTrust.of(List.of(), List.of(), false);
      TlsSettings settings =
          new TlsSettings(nobody, Optional.empty(), Optional.empty(), List.of(), false);
      client(settings, "localhost", new InetSocketAddress(InetAddress.getLoopbackAddress(), 443))
          .close();
    } catch (VpnException e) {
      // Whoever makes one in earnest is told.
    }
  }

  /** The side that is asked. */
  public static TlsEngine server(TlsServerSettings settings, InetSocketAddress address)
      throws VpnException {
    TlsServerProtocol protocol = new TlsServerProtocol();
    RecordBuffers buffers = new RecordBuffers(protocol);
    AditTlsServer server = new AditTlsServer(Providers.crypto(buffers), settings);
    try {
      protocol.accept(server);
    } catch (IOException e) {
      throw new VpnException(Kind.OTHER, "TLS server: " + e.getMessage(), e);
    }
    return new TlsEngine(protocol, buffers, server.view(), address);
  }

  /** Whether the handshake is over and contents may flow. */
  public boolean established() {
    return protocol.isConnected();
  }

  /** Whether the other side said that it sends no more, or the connection was given up. */
  public boolean closed() {
    return protocol.isClosed();
  }

  /** Takes bytes of the wire, cut anywhere. */
  public void receive(byte[] bytes, int offset, int length) throws VpnException {
    receive(ByteBuffer.wrap(bytes, offset, length));
  }

  /** The same, of all that is left in a buffer. */
  public void receive(ByteBuffer bytes) throws VpnException {
    int length = bytes.remaining();
    makeRoom(length);
    bytes.get(wire, wireTo, length);
    wireTo += length;
    while (!protocol.isConnected() && !protocol.isClosed() && offerRecord()) {
      // Until the handshake is over; later records wait for readRecord, so that borders are kept.
    }
    buffers.closeTarget();
  }

  /**
   * Gives the content of the next record.
   *
   * @param to with room for {@link #ROOM_BYTES}
   * @return bytes, 0 if there is no whole record
   */
  public int readRecord(byte[] to, int offset) throws VpnException {
    if (to.length - offset < ROOM_BYTES) {
      throw new IllegalArgumentException("room for " + (to.length - offset) + " bytes");
    }
    buffers.openInto(to, offset);
    try {
      while (protocol.getAvailableInputBytes() == 0) {
        if (protocol.isClosed() || !offerRecord()) {
          return 0;
        }
        int opened = buffers.takeOpened();
        if (opened > 0) {
          return opened;
        }
      }
    } finally {
      buffers.closeTarget();
    }
    // By a cipher of the library's.
    return protocol.readInput(to, offset, MAX_RECORD_BYTES);
  }

  /** Seals content as exactly one record. */
  public void seal(byte[] bytes, int offset, int length) throws VpnException {
    if (length > MAX_RECORD_BYTES) {
      throw new IllegalArgumentException("record of " + length + " bytes");
    }
    try {
      protocol.writeApplicationData(bytes, offset, length);
    } catch (IOException e) {
      throw translated(e);
    }
  }

  /** Seals each packet as one record; those of length 0 are passed over. */
  public void seal(PacketBatch batch) throws VpnException {
    for (int i = 0; i < batch.count(); i++) {
      if (batch.length(i) > 0) {
        seal(batch.array(), batch.offset(i), batch.length(i));
      }
    }
  }

  /** Bytes that wait to go to the wire. */
  public int wireAvailable() {
    return buffers.available();
  }

  /** Takes bytes that are to go to the wire. */
  public int takeWire(byte[] to, int offset, int length) {
    int taken = Math.min(length, buffers.available());
    System.arraycopy(buffers.wire(), buffers.take(taken), to, offset, taken);
    return taken;
  }

  /** Puts as many of them into a buffer as it has room for. */
  public void takeWire(ByteBuffer to) {
    int taken = Math.min(to.remaining(), buffers.available());
    to.put(buffers.wire(), buffers.take(taken), taken);
  }

  /** Says that we send no more. */
  public void closeNotify() {
    try {
      protocol.close();
    } catch (IOException e) {
      // It was broken already; there is nothing more to say.
    }
  }

  /** Facts of the connection, once it is established. */
  public TlsSession session() {
    return peer.session(address);
  }

  /** Wipes keys as far as the libraries let us; what waits to go to the wire stays. */
  @Override
  public void close() {
    closeNotify();
    buffers.close();
    peer.close();
  }

  private boolean offerRecord() throws VpnException {
    int available = wireTo - wireFrom;
    if (available < HEADER_BYTES) {
      return false;
    }
    int record = HEADER_BYTES + ((wire[wireFrom + 3] & 0xff) << 8 | (wire[wireFrom + 4] & 0xff));
    if (wire[wireFrom] < 20 || wire[wireFrom] > 24 || wire[wireFrom + 1] != 3) {
      throw new VpnException(
          Kind.UNREACHABLE, "the server does not answer in TLS; is the port right?");
    }
    if (available < record) {
      if (record > wire.length) {
        throw new VpnException(
            Kind.PEER_VIOLATION, "TLS record of " + record + " bytes, at most " + wire.length);
      }
      return false;
    }
    try {
      protocol.offerInput(wire, wireFrom, record);
    } catch (IOException e) {
      throw translated(e);
    } finally {
      wireFrom += record;
    }
    return true;
  }

  private void makeRoom(int length) {
    if (wireFrom == wireTo) {
      wireFrom = 0;
      wireTo = 0;
    }
    if (wire.length - wireTo < length) {
      int held = wireTo - wireFrom;
      byte[] target = held + length > wire.length ? new byte[held + length + 4096] : wire;
      System.arraycopy(wire, wireFrom, target, 0, held);
      wire = target;
      wireFrom = 0;
      wireTo = held;
    }
  }

  private VpnException translated(IOException e) {
    if (peer.failure() != null) {
      return peer.failure();
    }
    if (e.getCause() instanceof VpnException why) {
      return why;
    }
    if (e instanceof TlsFatalAlertReceived alert) {
      return new VpnException(
          Kind.UNREACHABLE,
          "the other side ended TLS: " + TlsAlerts.words(alert.getAlertDescription()),
          e);
    }
    if (e instanceof TlsFatalAlert alert) {
      return new VpnException(
          Kind.UNREACHABLE, "TLS failed: " + TlsAlerts.words(alert.getAlertDescription()), e);
    }
    return new VpnException(Kind.UNREACHABLE, "TLS failed: " + e.getMessage(), e);
  }
}
