package dev.adit.bench;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * One thing, measured of our client and of openconnect in turn: the n-th samples are a pair.
 *
 * @param table what the lines of one table have in common
 * @param name what tells it from the other lines
 * @param openconnect as many as {@code adit}; empty if there is nothing to compare with
 * @param goals all have to be met; empty if it is for information
 * @param trouble why it is void; empty if it is not
 */
record Figure(
    String table,
    String name,
    String unit,
    List<Double> adit,
    List<Double> openconnect,
    List<Goal> goals,
    String trouble) {
  Figure {
    adit = List.copyOf(adit);
    openconnect = List.copyOf(openconnect);
    goals = List.copyOf(goals);
    if (trouble.isEmpty() && adit.isEmpty()) {
      throw new IllegalArgumentException(name + ": neither samples nor trouble");
    }
    if (!openconnect.isEmpty() && openconnect.size() != adit.size()) {
      throw new IllegalArgumentException(
          name + ": " + adit.size() + " samples beside " + openconnect.size());
    }
  }

  static Figure of(
      String table,
      String name,
      String unit,
      List<Double> adit,
      List<Double> openconnect,
      Goal... goals) {
    return new Figure(table, name, unit, adit, openconnect, List.of(goals), "");
  }

  static Figure ofNothing(String table, String name, String trouble) {
    return new Figure(table, name, "", List.of(), List.of(), List.of(), trouble);
  }

  boolean isVoid() {
    return !trouble.isEmpty();
  }

  /** A void figure meets nothing. */
  boolean met() {
    return !isVoid() && goals.stream().allMatch(goal -> goal.met(this));
  }

  boolean compared() {
    return !openconnect.isEmpty();
  }

  List<Double> ratios() {
    return IntStream.range(0, openconnect.size())
        .mapToObj(i -> adit.get(i) / openconnect.get(i))
        .toList();
  }

  List<Double> excesses() {
    return IntStream.range(0, openconnect.size())
        .mapToObj(i -> adit.get(i) - openconnect.get(i))
        .toList();
  }

  /** Three digits that matter, without an exponent. */
  static String number(double value) {
    double size = Math.abs(value);
    return String.format(
        Locale.ROOT,
        size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : size >= 1 ? "%.2f" : "%.3f",
        value);
  }
}
