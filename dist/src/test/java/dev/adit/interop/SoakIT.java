package dev.adit.interop;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two rounds of {@link Soak}; {@code dist/bench soak} goes on for half an hour. */
final class SoakIT {
  @ParameterizedTest
  @EnumSource
  void nothingGrowsAtFullRate(Soak.Server server) {
    Soak.run(server, Duration.ZERO, System.out::println);
  }
}
