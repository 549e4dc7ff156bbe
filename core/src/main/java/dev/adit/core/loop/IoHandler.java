package dev.adit.core.loop;

/** Hears that a descriptor is ready. Called on the loop. */
public interface IoHandler {
  void onReady(boolean readable, boolean writable);
}
