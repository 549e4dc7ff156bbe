package dev.adit.interop;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Two rounds of {@link Soak}; {@code dist/bench soak} goes on for half an hour. */
final class SoakIT {
  @Test
  void nothingGrowsAtFullRate() {
    Soak.run(Duration.ZERO, System.out::println);
  }
}
