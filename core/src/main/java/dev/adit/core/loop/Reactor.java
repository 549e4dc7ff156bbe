package dev.adit.core.loop;

import dev.adit.core.sys.Fd;
import dev.adit.core.sys.SystemCallException;

/** Time, turn and readiness of descriptors: all that a session needs of an event loop. */
public interface Reactor extends Scheduler {
  /** Watches a descriptor, at first for nothing; from the loop alone. */
  Watch register(Fd fd, IoHandler handler) throws SystemCallException;

  /** Tells of bytes of packets that go out, so that the loop knows when it is under load. */
  void sent(long bytes);

  /** The same of packets that came in: of them the next may be let gather (see Moderation). */
  void received(long bytes);

  /** A descriptor under watch. */
  interface Watch extends AutoCloseable {
    /** Says what to be told of; cheap if nothing changes. */
    void interest(boolean readable, boolean writable);

    /** To be called before the descriptor is closed. */
    @Override
    void close();
  }
}
