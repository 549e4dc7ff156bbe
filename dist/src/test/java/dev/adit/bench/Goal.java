package dev.adit.bench;

import java.util.Locale;

/**
 * What a figure has to reach.
 *
 * @param bound in the figure's unit, or a factor of openconnect's figure
 */
record Goal(Kind kind, double bound) {
  enum Kind {
    /** Our figure over openconnect's, of the same pair. */
    RATIO_AT_MOST,
    RATIO_AT_LEAST,
    /** Our figure less openconnect's, of the same pair. */
    EXCESS_AT_MOST,
    /** Our figure alone. */
    AT_MOST
  }

  static Goal ratioAtMost(double bound) {
    return new Goal(Kind.RATIO_AT_MOST, bound);
  }

  static Goal ratioAtLeast(double bound) {
    return new Goal(Kind.RATIO_AT_LEAST, bound);
  }

  static Goal excessAtMost(double bound) {
    return new Goal(Kind.EXCESS_AT_MOST, bound);
  }

  static Goal atMost(double bound) {
    return new Goal(Kind.AT_MOST, bound);
  }

  /** Judged by medians. */
  boolean met(Figure figure) {
    return switch (kind) {
      case RATIO_AT_MOST -> Statistics.median(figure.ratios()) <= bound;
      case RATIO_AT_LEAST -> Statistics.median(figure.ratios()) >= bound;
      case EXCESS_AT_MOST -> Statistics.median(figure.excesses()) <= bound;
      case AT_MOST -> Statistics.median(figure.adit()) <= bound;
    };
  }

  @Override
  public String toString() {
    return switch (kind) {
      case RATIO_AT_MOST -> String.format(Locale.ROOT, "≤ %.2f ×", bound);
      case RATIO_AT_LEAST -> String.format(Locale.ROOT, "≥ %.2f ×", bound);
      case EXCESS_AT_MOST -> "≤ +" + Figure.number(bound);
      case AT_MOST -> "≤ " + Figure.number(bound);
    };
  }
}
