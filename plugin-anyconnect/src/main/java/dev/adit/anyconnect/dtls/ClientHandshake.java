package dev.adit.anyconnect.dtls;

import dev.adit.anyconnect.dtls.ServerHello.Bytes32;
import dev.adit.api.datagram.DatagramEvent.Retry;
import dev.adit.api.error.PeerViolationException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The client's side of the three handshakes.
 *
 * <pre>
 *   PSK                                          resumption and pre-RFC
 *   ClientHello           ──→                    ClientHello           ──→
 *                         ←── [HelloVerifyRequest, once; ClientHello again]
 *                         ←── ServerHello                              ←── ServerHello
 *                         ←── ServerHelloDone                          ←── CCS, Finished
 *   ClientKeyExchange                            CCS, Finished         ──→
 *   CCS, Finished         ──→
 *                         ←── CCS, Finished
 * </pre>
 *
 * <p>A flight of ours is sent again, at doubling intervals, until its answer comes; but the last
 * flight of a resumption only when the server's Finished comes again: some ASA releases end the
 * session on an unasked second ChangeCipherSpec. A resumption that the server turns into a full
 * handshake is refused for good, since nothing in it would prove who the server is.
 */
final class ClientHandshake implements Handshake {
  /** First interval of retransmission; RFC 6347 §4.2.4.1 suggests 1 s, a tunnel is in a hurry. */
  static final long FIRST_INTERVAL_NANOS = 400_000_000L;

  /**
   * The interval doubles up to this. For 3 to 4 s after it was handed a socket, a process of ocserv
   * is handed no other: who doubles further comes back late.
   */
  private static final long LONGEST_INTERVAL_NANOS = 4 * FIRST_INTERVAL_NANOS;

  /** After which the attempt is given up. */
  static final long LIMIT_NANOS = 12_000_000_000L;

  private static final int MOST_REPEATS_OF_LAST_FLIGHT = 8;
  private static final byte[] PSK_IDENTITY = "psk".getBytes(StandardCharsets.US_ASCII);

  private enum State {
    SERVER_HELLO,
    SERVER_HELLO_DONE,
    FINISHED,
    DONE
  }

  private final DtlsParameters parameters;
  private final RecordLayer records;
  private final SecureRandom random;
  private final byte[] clientRandom = new byte[32];
  private final HandshakeInbox inbox = new HandshakeInbox();
  private final KeySchedule schedule;
  private State state = State.SERVER_HELLO;
  private int nextSequence;
  private List<Part> lastFlight = List.of();
  private long flightSent;
  private long started;
  private long interval = FIRST_INTERVAL_NANOS;
  private int repeats;
  private boolean verified;
  private boolean changeCipherSpecSeen;
  private @Nullable Suite suite;
  private byte[] serverRandom = new byte[0];

  ClientHandshake(DtlsParameters parameters, RecordLayer records, SecureRandom random) {
    this.parameters = parameters;
    this.records = records;
    this.random = random;
    this.schedule = new KeySchedule(parameters);
    random.nextBytes(clientRandom);
    if (isAllZero(clientRandom)) {
      // ocserv 1.1.6 drops a hello with such a random as coming from a broken client.
      clientRandom[0] = 1;
    }
  }

  @Override
  public boolean isDone() {
    return state == State.DONE;
  }

  @Override
  public Optional<Suite> suite() {
    return Optional.ofNullable(suite);
  }

  @Override
  public void start(long nowNanos, Wire wire) {
    started = nowNanos;
    sendHello(new byte[0], nowNanos, wire);
  }

  @Override
  public void changeCipherSpec() {
    if (parameters.dialect().numbersChangeCipherSpec()
        && state == State.FINISHED
        && !changeCipherSpecSeen) {
      changeCipherSpecSeen = true;
      inbox.skip();
    }
  }

  @Override
  public void receive(byte[] bytes, int at, int length, long nowNanos, Wire wire)
      throws HandshakeException {
    if (state == State.DONE) {
      repeatLastFlight(bytes[at] & 0xff, wire);
      return;
    }
    inbox.add(bytes, at, length);
    try {
      for (Optional<HandshakeMessage> m = inbox.poll();
          m.isPresent() && state != State.DONE;
          m = inbox.poll()) {
        handle(m.get(), nowNanos, wire);
      }
    } catch (PeerViolationException e) {
      throw new HandshakeException(e.getMessage(), Retry.LATER);
    }
  }

  @Override
  public long nanosUntilDeadline(long nowNanos) {
    return state == State.DONE ? Long.MAX_VALUE : Math.max(0, flightSent + interval - nowNanos);
  }

  @Override
  public void onDeadline(long nowNanos, Wire wire) throws HandshakeException {
    if (nanosUntilDeadline(nowNanos) > 0) {
      return;
    }
    if (nowNanos - started >= LIMIT_NANOS) {
      throw new HandshakeException(
          "no answer on UDP within " + LIMIT_NANOS / 1_000_000_000L + " s", Retry.LATER);
    }
    interval = Math.min(2 * interval, LONGEST_INTERVAL_NANOS);
    flightSent = nowNanos;
    wire.flight(lastFlight);
  }

  @Override
  public void close() {
    schedule.close();
  }

  private void handle(HandshakeMessage message, long nowNanos, Wire wire)
      throws HandshakeException, PeerViolationException {
    switch (state) {
      case SERVER_HELLO -> {
        switch (message.type()) {
          case HandshakeMessage.HELLO_VERIFY_REQUEST -> verifyRequested(message, nowNanos, wire);
          case HandshakeMessage.SERVER_HELLO -> serverHello(message);
          default -> throw unexpected("ServerHello", message);
        }
      }
      case SERVER_HELLO_DONE -> {
        switch (message.type()) {
          // RFC 4279 §2: an identity hint, of no use here.
          case HandshakeMessage.SERVER_KEY_EXCHANGE -> schedule.hash(message);
          case HandshakeMessage.SERVER_HELLO_DONE -> serverHelloDone(message, nowNanos, wire);
          default -> throw unexpected("ServerHelloDone", message);
        }
      }
      case FINISHED -> {
        switch (message.type()) {
          case HandshakeMessage.NEW_SESSION_TICKET -> schedule.hash(message);
          case HandshakeMessage.FINISHED -> finished(message, nowNanos, wire);
          case HandshakeMessage.CERTIFICATE, HandshakeMessage.SERVER_HELLO_DONE ->
              throw new HandshakeException(
                  "the server wants a full DTLS handshake instead of resuming; refused, because"
                      + " nothing in it would prove who it is",
                  Retry.NEVER);
          default -> throw unexpected("Finished", message);
        }
      }
      case DONE -> throw new IllegalStateException("a handshake message after the handshake");
    }
  }

  private void verifyRequested(HandshakeMessage message, long nowNanos, Wire wire)
      throws PeerViolationException, HandshakeException {
    if (verified) {
      throw unexpected("ServerHello", message);
    }
    verified = true;
    schedule.forget();
    interval = FIRST_INTERVAL_NANOS;
    sendHello(ServerHello.cookie(message.body()), nowNanos, wire);
  }

  private void serverHello(HandshakeMessage message)
      throws PeerViolationException, HandshakeException {
    ServerHello hello = ServerHello.parse(message.body());
    if (hello.version() != parameters.dialect().version()) {
      throw new PeerViolationException(
          "ServerHello version",
          "%04x".formatted(parameters.dialect().version()),
          "%04x".formatted(hello.version()));
    }
    Suite chosen =
        Suite.byId(hello.suite())
            .filter(parameters.suites()::contains)
            .orElseThrow(
                () ->
                    new HandshakeException(
                        "the server chose cipher suite %04x, which was not offered"
                            .formatted(hello.suite()),
                        Retry.NEVER));
    boolean resumes = parameters.form() != DtlsParameters.Form.PSK_NEGOTIATE;
    byte[] id = parameters.sessionId();
    if (resumes && !hello.sessionId().equals(Bytes32.of(id, 0, id.length))) {
      throw new HandshakeException(
          "the server does not resume the session it announced", Retry.NEVER);
    }
    schedule.hash(message);
    suite = chosen;
    serverRandom = hello.random().bytes();
    if (resumes) {
      protect(chosen);
      state = State.FINISHED;
    } else {
      state = State.SERVER_HELLO_DONE;
    }
  }

  private void serverHelloDone(HandshakeMessage message, long nowNanos, Wire wire) {
    schedule.hash(message);
    Suite chosen = agreed();
    byte[] identity =
        Arrays.copyOf(new byte[] {0, (byte) PSK_IDENTITY.length}, 2 + PSK_IDENTITY.length);
    System.arraycopy(PSK_IDENTITY, 0, identity, 2, PSK_IDENTITY.length);
    HandshakeMessage keyExchange =
        HandshakeMessage.of(HandshakeMessage.CLIENT_KEY_EXCHANGE, nextSequence++, identity);
    schedule.hash(keyExchange);
    protect(chosen);
    HandshakeMessage finished = clientFinished(nextSequence++);
    schedule.hash(finished);
    state = State.FINISHED;
    interval = FIRST_INTERVAL_NANOS;
    sendFlight(
        List.of(
            new Part(RecordHeader.HANDSHAKE, false, keyExchange.bytes()),
            new Part(RecordHeader.CHANGE_CIPHER_SPEC, false, new byte[] {1}),
            new Part(RecordHeader.HANDSHAKE, true, finished.bytes())),
        nowNanos,
        wire);
  }

  private void finished(HandshakeMessage message, long nowNanos, Wire wire)
      throws HandshakeException {
    byte[] expected = schedule.serverVerify(agreed());
    if (!MessageDigest.isEqual(expected, message.body())) {
      throw new HandshakeException("the server's Finished does not verify", Retry.NEVER);
    }
    schedule.hash(message);
    if (parameters.form() != DtlsParameters.Form.PSK_NEGOTIATE) {
      List<Part> flight = new ArrayList<>();
      byte[] change = {1};
      if (parameters.dialect().numbersChangeCipherSpec()) {
        change = new byte[] {1, 0, (byte) nextSequence++};
      }
      flight.add(new Part(RecordHeader.CHANGE_CIPHER_SPEC, false, change));
      flight.add(new Part(RecordHeader.HANDSHAKE, true, clientFinished(nextSequence++).bytes()));
      sendFlight(flight, nowNanos, wire);
    }
    state = State.DONE;
    schedule.close();
  }

  /** The server's Finished again means that our last flight was lost. */
  private void repeatLastFlight(int type, Wire wire) {
    if (type == HandshakeMessage.FINISHED
        && parameters.form() != DtlsParameters.Form.PSK_NEGOTIATE
        && repeats < MOST_REPEATS_OF_LAST_FLIGHT) {
      repeats++;
      wire.flight(lastFlight);
    }
  }

  private void sendHello(byte[] cookie, long nowNanos, Wire wire) {
    HandshakeMessage hello =
        HandshakeMessage.of(HandshakeMessage.CLIENT_HELLO, nextSequence++, helloBody(cookie));
    schedule.hash(hello);
    sendFlight(List.of(new Part(RecordHeader.HANDSHAKE, false, hello.bytes())), nowNanos, wire);
  }

  /** RFC 6347 §4.2.1. The extended master secret is not offered: it would forbid to resume. */
  private byte[] helloBody(byte[] cookie) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    put16(body, parameters.dialect().version());
    body.writeBytes(clientRandom);
    byte[] id = parameters.sessionId();
    body.write(id.length);
    body.writeBytes(id);
    body.write(cookie.length);
    body.writeBytes(cookie);
    put16(body, 2 * parameters.suites().size());
    for (Suite offered : parameters.suites()) {
      put16(body, offered.id());
    }
    body.write(1);
    body.write(0);
    if (parameters.form() == DtlsParameters.Form.PSK_NEGOTIATE) {
      // RFC 5746 §3.4: an empty renegotiation_info, which some servers insist on.
      put16(body, 5);
      put16(body, 0xff01);
      put16(body, 1);
      body.write(0);
    }
    return body.toByteArray();
  }

  private void protect(Suite chosen) {
    schedule.deriveMaster(chosen, clientRandom, serverRandom);
    KeyBlock keys = schedule.keys(chosen, clientRandom, serverRandom, random);
    records.protect(chosen, keys.clientToServer(), keys.serverToClient());
  }

  private HandshakeMessage clientFinished(int sequence) {
    return HandshakeMessage.of(
        HandshakeMessage.FINISHED, sequence, schedule.clientVerify(agreed()));
  }

  private Suite agreed() {
    if (suite == null) {
      throw new IllegalStateException("no suite before ServerHello");
    }
    return suite;
  }

  private void sendFlight(List<Part> flight, long nowNanos, Wire wire) {
    lastFlight = flight;
    flightSent = nowNanos;
    wire.flight(flight);
  }

  private static HandshakeException unexpected(String expected, HandshakeMessage got) {
    return new HandshakeException(
        "handshake: expected " + expected + ", got message type " + got.type(), Retry.LATER);
  }

  private static boolean isAllZero(byte[] bytes) {
    for (byte b : bytes) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  private static void put16(ByteArrayOutputStream to, int value) {
    to.write(value >> 8);
    to.write(value);
  }
}
