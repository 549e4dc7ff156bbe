package dev.adit.anyconnect.dtls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.anyconnect.dtls.DtlsParameters.Form;
import dev.adit.api.datagram.DatagramEvent;
import dev.adit.api.datagram.DatagramEvent.Retry;
import dev.adit.api.secret.SecretBytes;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Servers whose half of the handshake is wrong in one place; somebody on the way puts it there. */
class DtlsRefusalTest {
  /** Where the fields of a first hello stand: behind the headers of record and message. */
  private static final int VERSION_AT = RecordHeader.BYTES + HandshakeMessage.HEADER_BYTES;

  private static final int SESSION_ID_AT = VERSION_AT + 2 + 32 + 1;
  private static final int SERVER_SUITE_AT = SESSION_ID_AT + 32;
  private static final int CLIENT_COMPRESSION_AT = SESSION_ID_AT + 32 + 1 + 4 + 1;

  private final Wire wire = wire();

  @Test
  void anotherSuiteThanWasOfferedIsRefused() {
    answering(SERVER_SUITE_AT, 0x00, 0x9d);
    failed("the server chose cipher suite 009d, which was not offered", Retry.NEVER);
  }

  @Test
  void anotherVersionIsRefused() {
    answering(VERSION_AT, 0xfe, 0xff);
    failed("ServerHello version: expected fefd, got feff", Retry.LATER);
  }

  @Test
  void anotherSessionIsRefused() {
    answering(SESSION_ID_AT, 0x00, 0x00);
    failed("the server does not resume the session it announced", Retry.NEVER);
  }

  /** What the server read is not what we sent, so that its Finished is over something else. */
  @Test
  void aFinishedOverAnotherHelloIsRefused() {
    wire.client.loses =
        datagram -> {
          if (isHello(datagram, HandshakeMessage.CLIENT_HELLO)) {
            datagram[CLIENT_COMPRESSION_AT] ^= 1;
          }
          return false;
        };
    wire.start();
    failed("the server's Finished does not verify", Retry.NEVER);
  }

  @Test
  void aCookieMayBeAsLongAsItsLengthCanSayAndNoLonger() {
    wire.client.engine.start(wire.now, wire.client);
    wire.client.sent.clear();
    wire.client.deliver(helloVerifyRequest(255, 255));
    assertThat(wire.client.events).isEmpty();
    byte[] hello = wire.client.sent.getLast();
    assertThat(hello[SESSION_ID_AT + 32]).isEqualTo((byte) 255);
    Wire another = wire();
    another.client.engine.start(another.now, another.client);
    another.client.deliver(helloVerifyRequest(255, 20));
    assertThat(another.client.events)
        .singleElement()
        .asString()
        .contains("a cookie of its stated length");
  }

  @Test
  void oneRequestForACookieIsEnough() {
    wire.client.engine.start(wire.now, wire.client);
    wire.client.deliver(helloVerifyRequest(20, 20));
    byte[] again = helloVerifyRequest(20, 20);
    again[RecordHeader.BYTES + 5] = 1;
    wire.client.deliver(again);
    failed("handshake: expected ServerHello, got message type 3", Retry.LATER);
  }

  @Test
  void flightsThatComeTwiceAreOne() {
    wire.server.loses =
        datagram -> {
          wire.client.deliver(datagram.clone());
          return false;
        };
    wire.start();
    assertThat(wire.client.events).filteredOn(DatagramEvent.Ready.class::isInstance).hasSize(1);
    wire.server.sendPacket(new byte[100]);
    wire.settle();
    assertThat(wire.client.received).hasSize(1);
  }

  /** Starts, with two bytes of each ServerHello replaced on its way. */
  private void answering(int at, int first, int second) {
    wire.server.loses =
        datagram -> {
          if (isHello(datagram, HandshakeMessage.SERVER_HELLO)) {
            datagram[at] = (byte) first;
            datagram[at + 1] = (byte) second;
          }
          return false;
        };
    wire.start();
  }

  private void failed(String words, Retry retry) {
    assertThat(wire.client.events)
        .singleElement()
        .isInstanceOfSatisfying(
            DatagramEvent.Failed.class,
            failed -> {
              assertThat(failed.toString()).contains(words);
              assertThat(failed.toString()).contains(retry.name());
            });
  }

  private static boolean isHello(byte[] datagram, int type) {
    return datagram.length > CLIENT_COMPRESSION_AT - 4
        && RecordHeader.type(datagram, 0) == RecordHeader.HANDSHAKE
        && RecordHeader.epoch(datagram, 0) == 0
        && datagram[RecordHeader.BYTES] == type;
  }

  private static byte[] helloVerifyRequest(int stated, int actual) {
    byte[] body = new byte[3 + actual];
    body[0] = (byte) 0xfe;
    body[1] = (byte) 0xff;
    body[2] = (byte) stated;
    byte[] message = HandshakeMessage.of(HandshakeMessage.HELLO_VERIFY_REQUEST, 0, body).bytes();
    byte[] record = new byte[RecordHeader.BYTES + message.length];
    RecordHeader.write(record, 0, RecordHeader.HANDSHAKE, 0xfeff, 0, message.length);
    System.arraycopy(message, 0, record, RecordHeader.BYTES, message.length);
    return record;
  }

  private static Wire wire() {
    byte[] id = new byte[32];
    Arrays.fill(id, (byte) 9);
    DtlsParameters parameters =
        new DtlsParameters(
            Form.RESUMPTION,
            List.of(Suite.RSA_AES_128_GCM),
            id,
            () -> SecretBytes.owning(new byte[48]));
    DtlsTimers quiet = new DtlsTimers(0, 0, 0);
    return new Wire(
        DtlsEngine.client(parameters, quiet, new SecureRandom(), Optional.empty()),
        DtlsEngine.server(
            parameters, quiet, new SecureRandom(), ServerHandshake.Cookie.NONE, Optional.empty()));
  }
}
