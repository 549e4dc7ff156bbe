package dev.adit.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FigureTest {
  @Test
  void aMedianIsTheMiddleOrTheMeanOfTwo() {
    assertThat(Statistics.median(List.of(7.0))).isEqualTo(7);
    assertThat(Statistics.median(List.of(9.0, 1.0, 5.0))).isEqualTo(5);
    assertThat(Statistics.median(List.of(9.0, 1.0, 5.0, 2.0))).isEqualTo(3.5);
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "1, 1", "50, 50", "99, 99", "99.1, 100", "100, 100"})
  void aPercentileIsASample(double percent, double expected) {
    List<Double> samples = IntStream.rangeClosed(1, 100).mapToObj(i -> 101.0 - i).toList();
    assertThat(Statistics.percentile(samples, percent)).isEqualTo(expected);
  }

  @Test
  void nothingHasNoMedian() {
    assertThatThrownBy(() -> Statistics.median(List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aPairIsComparedWithinItself() {
    // The machine was twice as slow in the second pair, and both clients with it.
    Figure figure = figure(List.of(1.0, 2.0, 1.0), List.of(4.0, 8.0, 5.0));
    assertThat(figure.ratios()).containsExactly(0.25, 0.25, 0.2);
    assertThat(figure.excesses()).containsExactly(-3.0, -6.0, -4.0);
  }

  @ParameterizedTest
  @CsvSource({
    "RATIO_AT_MOST,  0.50, true",
    "RATIO_AT_MOST,  0.49, false",
    "RATIO_AT_LEAST, 0.50, true",
    "RATIO_AT_LEAST, 0.51, false",
    "EXCESS_AT_MOST, -2.0, true",
    "EXCESS_AT_MOST, -2.1, false",
    "AT_MOST,        2.0,  true",
    "AT_MOST,        1.9,  false"
  })
  void aGoalIsJudgedByTheMedian(Goal.Kind kind, double bound, boolean met) {
    // One pair out of five is far off on either side.
    Figure figure =
        figure(
            List.of(2.0, 2.0, 90.0, 2.0, 0.1),
            List.of(4.0, 4.0, 4.0, 4.0, 4.0),
            new Goal(kind, bound));
    assertThat(figure.met()).isEqualTo(met);
  }

  @Test
  void everyGoalHasToBeMet() {
    List<Double> ours = List.of(2.0);
    List<Double> theirs = List.of(1.0);
    assertThat(figure(ours, theirs, Goal.ratioAtMost(2), Goal.excessAtMost(1)).met()).isTrue();
    assertThat(figure(ours, theirs, Goal.ratioAtMost(1), Goal.excessAtMost(1)).met()).isFalse();
    assertThat(figure(ours, theirs, Goal.ratioAtMost(2), Goal.excessAtMost(.5)).met()).isFalse();
    assertThat(figure(ours, theirs).met()).isTrue();
  }

  @Test
  void aVoidFigureMeetsNothing() {
    Figure figure = Figure.ofNothing("cpu", "DTLS", "the server is missing");
    assertThat(figure.isVoid()).isTrue();
    assertThat(figure.met()).isFalse();
  }

  @Test
  void whatIsNoPairIsNoFigure() {
    assertThatThrownBy(() -> figure(List.of(1.0, 2.0), List.of(1.0)))
        .hasMessageContaining("2 samples beside 1");
    assertThatThrownBy(() -> figure(List.of(), List.of())).hasMessageContaining("neither");
  }

  private static Figure figure(List<Double> ours, List<Double> theirs, Goal... goals) {
    return Figure.of("cpu", "DTLS", "s/GB", ours, theirs, goals);
  }
}
