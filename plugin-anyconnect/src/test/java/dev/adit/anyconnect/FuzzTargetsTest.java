package dev.adit.anyconnect;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A short run of each target of {@code dist/fuzz}, without a guide: that it runs at all, and stands
 * what chance brings.
 */
class FuzzTargetsTest {
  private static final int RUNS = 200;
  private static final int MOST_BYTES = 300;

  static List<String> targets() throws Exception {
    Path root = root();
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(f -> f.getFileName().toString().endsWith("Fuzz.class"))
          .map(f -> root.relativize(f).toString().replace('/', '.').replace(".class", ""))
          .filter(name -> name.startsWith("dev.adit.anyconnect."))
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void stand(String target) throws Exception {
    Method method = Class.forName(target).getDeclaredMethod("fuzzerTestOneInput", byte[].class);
    method.setAccessible(true);
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int run = 0; run < RUNS; run++) {
      byte[] data = new byte[random.nextInt(MOST_BYTES)];
      random.nextBytes(data);
      try {
        method.invoke(null, (Object) data);
      } catch (InvocationTargetException e) {
        throw new AssertionError(
            "seed " + seed + ", input " + HexFormat.of().formatHex(data), e.getCause());
      }
    }
    assertThat(targets()).hasSizeGreaterThan(8);
  }

  private static Path root() throws URISyntaxException {
    return Path.of(
        FuzzTargetsTest.class.getProtectionDomain().getCodeSource().getLocation().toURI());
  }
}
