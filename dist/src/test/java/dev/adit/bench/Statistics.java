package dev.adit.bench;

import java.util.List;

/** Of unordered samples. */
final class Statistics {
  private Statistics() {}

  /** The middle one, or the mean of the two in the middle. */
  static double median(List<Double> samples) {
    List<Double> sorted = sorted(samples);
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  /** The smallest sample that at least {@code percent} of all do not exceed (nearest rank). */
  static double percentile(List<Double> samples, double percent) {
    List<Double> sorted = sorted(samples);
    int rank = (int) Math.ceil(percent / 100 * sorted.size());
    return sorted.get(Math.max(rank, 1) - 1);
  }

  static double least(List<Double> samples) {
    return sorted(samples).get(0);
  }

  static double greatest(List<Double> samples) {
    return sorted(samples).get(samples.size() - 1);
  }

  private static List<Double> sorted(List<Double> samples) {
    if (samples.isEmpty()) {
      throw new IllegalArgumentException("no samples");
    }
    return samples.stream().sorted().toList();
  }
}
