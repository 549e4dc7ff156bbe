package dev.adit.bench;

import java.io.PrintStream;
import java.util.Locale;

/** What is being done, for who waits. */
final class Progress {
  private final PrintStream out;
  private final long began = System.nanoTime();

  Progress(PrintStream out) {
    this.out = out;
  }

  void step(String what) {
    long seconds = (System.nanoTime() - began) / 1_000_000_000;
    out.printf(Locale.ROOT, "%3d:%02d  %s%n", seconds / 60, seconds % 60, what);
  }

  void result(String what) {
    out.println("        " + what);
  }
}
