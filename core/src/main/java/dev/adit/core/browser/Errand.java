package dev.adit.core.browser;

/** A browser under way. Closing it ends what was started for it alone. */
interface Errand extends AutoCloseable {
  /** Whether a log line now and then disturbs nobody. */
  boolean tellsProgress();

  @Override
  void close();
}
