package dev.adit.core.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.core.netlink.NetlinkFlags;
import dev.adit.core.netlink.NetlinkReader;
import dev.adit.core.netlink.NetlinkWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import jnr.ffi.Pointer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Answers that are lost, late, cut short or changed in the middle, by a kernel of the test's. */
class NetlinkSocketTest {
  private static final int AF_UNIX = 1;
  private static final int SOCK_SEQPACKET = 5;
  private static final int ERROR = 2;
  private static final int DONE = 3;
  private static final int MULTI = 2;
  private static final int DUMP_INTR = 0x10;
  private static final int ANSWER = 77;
  private static final Duration LIMIT = Duration.ofMillis(100);

  private final Fd kernel;
  private final NetlinkSocket socket;
  private final Pointer slab = LibC.allocate(1 << 16);
  private final Deque<Reply> replies = new ArrayDeque<>();
  private final List<Integer> asked = new ArrayList<>();
  private final Thread thread;

  /** What the kernel says to a datagram with so many requests, the last of that number. */
  private interface Reply {
    void to(int sequence, int requests);
  }

  NetlinkSocketTest() throws SystemCallException {
    Pointer pair = LibC.allocate(8);
    assertThat(LibC.C.socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair)).isZero();
    kernel = new Fd(pair.getInt(4));
    socket = new NetlinkSocket(new Fd(pair.getInt(0)), LIMIT);
    thread = new Thread(this::answer, "kernel");
  }

  @AfterEach
  void close() throws InterruptedException {
    socket.close();
    thread.join();
    kernel.close();
  }

  @Test
  void aLostAnswerIsToldInTimeAndTheNextIsHeard() throws Exception {
    on((sequence, requests) -> {}, (sequence, requests) -> say(ack(sequence, 0)));
    long before = System.nanoTime();
    assertThatThrownBy(() -> socket.transact(request(), "a change"))
        .isInstanceOfSatisfying(
            SystemCallException.class, e -> assertThat(e.isAnswerLost()).isTrue())
        .hasMessageContainingAll("a change", "lost");
    assertThat(System.nanoTime() - before).isBetween(LIMIT.toNanos(), 50 * LIMIT.toNanos());
    assertThat(socket.transact(request(), "another")).isEmpty();
  }

  @Test
  void aLateAnswerIsNotTakenForTheNextOnes() throws Exception {
    on(
        (sequence, requests) -> {},
        (sequence, requests) -> {
          say(ack(sequence - 1, 1));
          say(ack(sequence, 17));
        });
    assertThatThrownBy(() -> socket.transact(request(), "a change"));
    assertThatThrownBy(() -> socket.transact(request(), "another"))
        .isInstanceOfSatisfying(
            SystemCallException.class,
            e -> {
              assertThat(e.errno()).isEqualTo(Errno.EEXIST);
              assertThat(e.isAnswerLost()).isFalse();
            });
  }

  @Test
  void aDumpThatChangedMeanwhileIsAskedForAgain() throws Exception {
    on(
        (sequence, requests) -> {
          say(message(ANSWER, MULTI, sequence, 1));
          say(message(ANSWER, MULTI | DUMP_INTR, sequence, 2));
          say(message(DONE, MULTI | DUMP_INTR, sequence, 0));
        },
        (sequence, requests) ->
            say(
                message(ANSWER, MULTI, sequence, 3),
                message(ANSWER, MULTI, sequence, 4),
                message(DONE, MULTI, sequence, 0)));
    List<byte[]> answer = socket.transact(dump(), "all of them");
    assertThat(answer).extracting(m -> new NetlinkReader(m).u32(0)).containsExactly(3, 4);
    assertThat(asked).hasSize(2);
  }

  @Test
  void aDumpThatChangesForEverHasAnEnd() throws Exception {
    Reply restless =
        (sequence, requests) -> {
          say(message(ANSWER, MULTI | DUMP_INTR, sequence, 1));
          say(message(DONE, MULTI, sequence, 0));
        };
    on(restless, restless, restless, restless, restless);
    assertThat(socket.transact(dump(), "all of them")).hasSize(1);
    assertThat(asked).hasSize(5);
  }

  @Test
  void ofManyRequestsOneLostAnswerIsWaitedForOnce() throws Exception {
    on(
        (last, requests) -> {
          for (int sequence = last - requests + 1; sequence <= last; sequence++) {
            if (sequence != last - 3) {
              say(ack(sequence, 0));
            }
          }
        });
    long before = System.nanoTime();
    assertThatThrownBy(
            () -> socket.transactAll(List.of(request(), request(), request(), request()), "routes"))
        .isInstanceOfSatisfying(
            SystemCallException.class, e -> assertThat(e.isAnswerLost()).isTrue());
    assertThat(System.nanoTime() - before).isLessThan(50 * LIMIT.toNanos());
  }

  @Test
  void theFirstOfManyErrorsIsTold() throws Exception {
    on(
        (last, requests) -> {
          say(ack(last - 2, 0), ack(last - 1, 17));
          say(ack(last, 1));
        });
    assertThatThrownBy(() -> socket.transactAll(List.of(request(), request(), request()), "routes"))
        .isInstanceOfSatisfying(
            SystemCallException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EEXIST));
  }

  @Test
  void anAnswerThatIsCutShortIsALostOne() throws Exception {
    on(
        (sequence, requests) -> {
          byte[] cut = ack(sequence, 0);
          cut[0] = (byte) 200;
          say(cut);
        });
    assertThatThrownBy(() -> socket.transact(request(), "a change"))
        .isInstanceOfSatisfying(
            SystemCallException.class, e -> assertThat(e.isAnswerLost()).isTrue());
  }

  private void on(Reply... each) {
    replies.addAll(List.of(each));
    thread.start();
  }

  private void answer() {
    while (true) {
      int bytes = (int) LibC.C.recv(kernel.number(), slab, 1 << 16, 0);
      if (bytes <= 0) {
        return;
      }
      int sequence = 0;
      int requests = 0;
      for (int at = 0; at < bytes; at += slab.getInt(at)) {
        sequence = slab.getInt(at + 8);
        requests++;
      }
      asked.add(sequence);
      replies.remove().to(sequence, requests);
    }
  }

  /** Messages of one datagram. */
  private void say(byte[]... messages) {
    int at = 0;
    for (byte[] message : messages) {
      slab.put(at, message, 0, message.length);
      at += message.length;
    }
    LibC.C.send(kernel.number(), slab, at, 0);
  }

  private static byte[] request() {
    return new NetlinkWriter(50, 0).u32(0).message();
  }

  private static byte[] dump() {
    return new NetlinkWriter(50, NetlinkFlags.DUMP).u32(0).message();
  }

  private static byte[] ack(int sequence, int error) {
    return message(ERROR, 0, sequence, -error);
  }

  private static byte[] message(int type, int flags, int sequence, int payload) {
    return ByteBuffer.allocate(20)
        .order(ByteOrder.nativeOrder())
        .putInt(20)
        .putShort((short) type)
        .putShort((short) flags)
        .putInt(sequence)
        .putInt(0)
        .putInt(payload)
        .array();
  }
}
