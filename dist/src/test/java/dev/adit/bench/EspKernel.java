package dev.adit.bench;

import dev.adit.interop.AditProcess;
import dev.adit.interop.Command;
import dev.adit.interop.Guest;
import dev.adit.interop.KernelEspBench;
import dev.adit.interop.KernelEspBench.Esp;
import dev.adit.interop.KernelEspBench.Found;
import dev.adit.interop.Lab;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * ESP by the kernel beside ESP by our own code, both in one guest whose kernel has it: {@link
 * KernelEspBench} is what runs there. The processor is emulated: only ratios say anything, and not
 * what they are where both AES and the system calls are made by silicon. The CPU is the whole
 * guest's.
 */
final class EspKernel {
  static final String TABLE = "esp-kernel";
  private static final Duration LIMIT = Duration.ofMinutes(25);

  /** Either will do. */
  private static final Goal FASTER = Goal.ratioAtLeast(3);

  private static final Goal CHEAPER = Goal.ratioAtMost(0.33);

  private EspKernel() {}

  static List<Figure> measure(Settings settings, Progress progress) throws VoidRun, IOException {
    progress.step("esp-kernel: some minutes in a guest");
    Path directory = Files.createTempDirectory(AditProcess.tree().resolveSibling(""), "guest");
    try {
      List<String> program = new ArrayList<>();
      program.add(KernelEspBench.class.getName());
      program.add(String.valueOf(settings.pairs()));
      program.add(String.valueOf(settings.seconds()));
      Command guest = Guest.run(directory, LIMIT, Map.of(), program);
      List<Found> found = Found.parse(guest.out());
      if (guest.exitCode() != 0 || found.size() != 4 * settings.pairs()) {
        throw new VoidRun("the guest: " + (guest.err() + guest.out()).strip());
      }
      List<Figure> figures = new ArrayList<>();
      for (boolean down : new boolean[] {false, true}) {
        String name = "ESP in the kernel, " + (down ? "down" : "up");
        Figure speed =
            figure(
                name,
                "emulated Mbit/s",
                down,
                found,
                f -> f.bytes() * 8 / f.seconds() / 1e6,
                FASTER);
        Figure cpu =
            figure(
                name,
                "emulated s/GB",
                down,
                found,
                f -> f.busySeconds() / f.bytes() * 1e9,
                CHEAPER);
        // The goal stands with the one that meets it.
        figures.add(speed.met() ? speed : speed.withoutGoal());
        figures.add(speed.met() ? cpu.withoutGoal() : cpu);
      }
      return figures;
    } finally {
      Lab.delete(directory);
    }
  }

  private static Figure figure(
      String name,
      String unit,
      boolean down,
      List<Found> found,
      ToDoubleFunction<Found> value,
      Goal goal) {
    List<List<Double>> both = new ArrayList<>();
    for (Esp esp : Esp.values()) {
      both.add(
          found.stream()
              .filter(f -> f.esp() == esp && f.down() == down)
              .map(f -> value.applyAsDouble(f))
              .toList());
    }
    return Figure.of(TABLE, name, unit, both.get(0), both.get(1), goal).beside("userspace");
  }
}
