package dev.adit.core.session;

/** Hears what happens; called on the event loop, and must not block. */
public interface SessionListener {
  void on(SessionEvent event);
}
