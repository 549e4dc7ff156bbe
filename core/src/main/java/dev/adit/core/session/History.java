package dev.adit.core.session;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;

/** The latest changes of a session, oldest first. Belongs to the loop. */
final class History {
  private static final int MOST = 20;

  private final ArrayDeque<SessionStatus.Change> changes = new ArrayDeque<>();

  void add(String what, String reason) {
    if (changes.size() == MOST) {
      changes.remove();
    }
    changes.add(new SessionStatus.Change(Instant.now(), what, reason));
  }

  List<SessionStatus.Change> list() {
    return List.copyOf(changes);
  }
}
