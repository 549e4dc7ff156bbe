package dev.adit.anyconnect.dtls;

import dev.adit.anyconnect.dtls.ServerHello.Bytes32;
import dev.adit.api.datagram.DatagramEvent.Retry;
import dev.adit.api.error.PeerViolationException;
import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The server's side of the three handshakes: see {@link ClientHandshake} for the flights. */
final class ServerHandshake implements Handshake {
  /** Whether clients must show that they receive what is sent to them, RFC 6347 §4.2.1. */
  enum Cookie {
    NONE,
    REQUIRED
  }

  private enum State {
    CLIENT_HELLO,
    CLIENT_KEY_EXCHANGE,
    FINISHED,
    DONE
  }

  private static final long LIMIT_NANOS = 60_000_000_000L;

  private final DtlsParameters parameters;
  private final RecordLayer records;
  private final SecureRandom random;
  private final KeySchedule schedule;
  private final HandshakeInbox inbox = new HandshakeInbox();
  private final byte[] serverRandom = new byte[32];
  private final byte[] cookie;
  private State state = State.CLIENT_HELLO;
  private byte[] clientRandom = new byte[0];
  private List<Part> lastFlight = List.of();
  private long flightSent;
  private long started;
  private long interval = ClientHandshake.FIRST_INTERVAL_NANOS;
  private int nextSequence;
  private boolean changeCipherSpecSeen;
  private @Nullable Suite suite;

  ServerHandshake(
      DtlsParameters parameters, RecordLayer records, SecureRandom random, Cookie cookie) {
    this.parameters = parameters;
    this.records = records;
    this.random = random;
    this.schedule = new KeySchedule(parameters);
    this.cookie = new byte[cookie == Cookie.REQUIRED ? 20 : 0];
    random.nextBytes(this.cookie);
    random.nextBytes(serverRandom);
  }

  @Override
  public void start(long nowNanos, Wire wire) {
    started = nowNanos;
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
      if (length > 0 && bytes[at] == HandshakeMessage.FINISHED) {
        wire.flight(lastFlight);
      }
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
    return state == State.DONE || lastFlight.isEmpty()
        ? Long.MAX_VALUE
        : Math.max(0, flightSent + interval - nowNanos);
  }

  @Override
  public void onDeadline(long nowNanos, Wire wire) throws HandshakeException {
    if (nanosUntilDeadline(nowNanos) > 0) {
      return;
    }
    if (nowNanos - started >= LIMIT_NANOS) {
      throw new HandshakeException("the client fell silent in the handshake", Retry.LATER);
    }
    interval *= 2;
    flightSent = nowNanos;
    wire.flight(lastFlight);
  }

  @Override
  public void close() {
    schedule.close();
  }

  private void handle(HandshakeMessage message, long nowNanos, Wire wire)
      throws HandshakeException, PeerViolationException {
    int expected =
        switch (state) {
          case CLIENT_HELLO -> HandshakeMessage.CLIENT_HELLO;
          case CLIENT_KEY_EXCHANGE -> HandshakeMessage.CLIENT_KEY_EXCHANGE;
          case FINISHED, DONE -> HandshakeMessage.FINISHED;
        };
    if (message.type() != expected) {
      throw new HandshakeException(
          "handshake: expected message type " + expected + ", got " + message.type(), Retry.LATER);
    }
    switch (state) {
      case CLIENT_HELLO -> clientHello(message, nowNanos, wire);
      case CLIENT_KEY_EXCHANGE -> {
        schedule.hash(message);
        protect();
        state = State.FINISHED;
      }
      case FINISHED -> finished(message, nowNanos, wire);
      case DONE -> throw new IllegalStateException("a handshake message after the handshake");
    }
  }

  private void clientHello(HandshakeMessage message, long nowNanos, Wire wire)
      throws HandshakeException, PeerViolationException {
    ClientHello hello = ClientHello.parse(message.body());
    if (cookie.length > 0 && !hello.cookieHex().equals(HexFormat.of().formatHex(cookie))) {
      verify(nowNanos, wire);
      return;
    }
    byte[] id = parameters.sessionId();
    if (hello.version() != parameters.dialect().version()
        || !hello.sessionId().equals(Bytes32.of(id, 0, id.length))) {
      throw new HandshakeException("a ClientHello of another version or session", Retry.NEVER);
    }
    suite =
        parameters.suites().stream()
            .filter(s -> hello.suites().contains(s.id()))
            .findFirst()
            .orElseThrow(() -> new HandshakeException("no common cipher suite", Retry.NEVER));
    clientRandom = hello.random().bytes();
    schedule.hash(message);
    List<Part> flight = new ArrayList<>();
    flight.add(clear(HandshakeMessage.SERVER_HELLO, serverHello(suite)));
    if (parameters.form() == DtlsParameters.Form.PSK_NEGOTIATE) {
      flight.add(clear(HandshakeMessage.SERVER_HELLO_DONE, new byte[0]));
      state = State.CLIENT_KEY_EXCHANGE;
    } else {
      protect();
      addFinished(flight);
      state = State.FINISHED;
    }
    send(flight, nowNanos, wire);
  }

  private void verify(long nowNanos, Wire wire) {
    byte[] body = new byte[3 + cookie.length];
    Bytes.put16(
        body, 0, parameters.dialect() == Dialect.PRE_RFC ? parameters.dialect().version() : 0xfeff);
    body[2] = (byte) cookie.length;
    System.arraycopy(cookie, 0, body, 3, cookie.length);
    HandshakeMessage request =
        HandshakeMessage.of(HandshakeMessage.HELLO_VERIFY_REQUEST, nextSequence++, body);
    wire.flight(List.of(new Part(RecordHeader.HANDSHAKE, false, request.bytes())));
    flightSent = nowNanos;
  }

  private void finished(HandshakeMessage message, long nowNanos, Wire wire)
      throws HandshakeException {
    if (!MessageDigest.isEqual(schedule.clientVerify(agreed()), message.body())) {
      throw new HandshakeException("the client's Finished does not verify", Retry.NEVER);
    }
    if (parameters.form() == DtlsParameters.Form.PSK_NEGOTIATE) {
      schedule.hash(message);
      List<Part> flight = new ArrayList<>();
      addFinished(flight);
      send(flight, nowNanos, wire);
    }
    state = State.DONE;
    schedule.close();
  }

  private void addFinished(List<Part> flight) {
    byte[] change = {1};
    if (parameters.dialect().numbersChangeCipherSpec()) {
      change = new byte[] {1, 0, (byte) nextSequence++};
    }
    flight.add(new Part(RecordHeader.CHANGE_CIPHER_SPEC, false, change));
    HandshakeMessage finished =
        HandshakeMessage.of(
            HandshakeMessage.FINISHED, nextSequence++, schedule.serverVerify(agreed()));
    schedule.hash(finished);
    flight.add(new Part(RecordHeader.HANDSHAKE, true, finished.bytes()));
  }

  private Part clear(int type, byte[] body) {
    HandshakeMessage message = HandshakeMessage.of(type, nextSequence++, body);
    schedule.hash(message);
    return new Part(RecordHeader.HANDSHAKE, false, message.bytes());
  }

  private byte[] serverHello(Suite chosen) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    byte[] version = new byte[2];
    Bytes.put16(version, 0, parameters.dialect().version());
    body.writeBytes(version);
    body.writeBytes(serverRandom);
    byte[] id = parameters.sessionId();
    if (parameters.form() == DtlsParameters.Form.PSK_NEGOTIATE) {
      // A full handshake: another id than the client's says that nothing is resumed.
      random.nextBytes(id);
    }
    body.write(id.length);
    body.writeBytes(id);
    byte[] suiteId = new byte[2];
    Bytes.put16(suiteId, 0, chosen.id());
    body.writeBytes(suiteId);
    body.write(0);
    if (parameters.form() == DtlsParameters.Form.PSK_NEGOTIATE) {
      body.writeBytes(new byte[] {0, 5, (byte) 0xff, 1, 0, 1, 0});
    }
    return body.toByteArray();
  }

  private void protect() {
    Suite chosen = agreed();
    schedule.deriveMaster(chosen, clientRandom, serverRandom);
    KeyBlock keys = schedule.keys(chosen, clientRandom, serverRandom, random);
    records.protect(chosen, keys.serverToClient(), keys.clientToServer());
  }

  private void send(List<Part> flight, long nowNanos, Wire wire) {
    lastFlight = flight;
    flightSent = nowNanos;
    wire.flight(flight);
  }

  private Suite agreed() {
    if (suite == null) {
      throw new IllegalStateException("no suite before ClientHello");
    }
    return suite;
  }
}
