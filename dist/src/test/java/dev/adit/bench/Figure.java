package dev.adit.bench;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * One thing, measured of our client and of somebody else in turn: the n-th samples are a pair.
 *
 * @param table what the lines of one table have in common
 * @param name what tells it from the other lines
 * @param beside who the other one is
 * @param others as many as {@code adit}; empty if there is nothing to compare with
 * @param goals all have to be met; empty if it is for information
 * @param trouble why it is void; empty if it is not
 */
record Figure(
    String table,
    String name,
    String unit,
    List<Double> adit,
    String beside,
    List<Double> others,
    List<Goal> goals,
    String trouble) {
  Figure {
    adit = List.copyOf(adit);
    others = List.copyOf(others);
    goals = List.copyOf(goals);
    if (trouble.isEmpty() && adit.isEmpty()) {
      throw new IllegalArgumentException(name + ": neither samples nor trouble");
    }
    if (!others.isEmpty() && others.size() != adit.size()) {
      throw new IllegalArgumentException(
          name + ": " + adit.size() + " samples beside " + others.size());
    }
  }

  static Figure of(
      String table,
      String name,
      String unit,
      List<Double> adit,
      List<Double> openconnect,
      Goal... goals) {
    return new Figure(
        table, name, unit, adit, Client.OPENCONNECT.toString(), openconnect, List.of(goals), "");
  }

  /** The same beside somebody else. */
  Figure beside(String other) {
    return new Figure(table, name, unit, adit, other, others, goals, trouble);
  }

  /** The same for information. */
  Figure withoutGoal() {
    return new Figure(table, name, unit, adit, beside, others, List.of(), trouble);
  }

  static Figure ofNothing(String table, String name, String trouble) {
    return new Figure(table, name, "", List.of(), "", List.of(), List.of(), trouble);
  }

  boolean isVoid() {
    return !trouble.isEmpty();
  }

  /** A void figure meets nothing. */
  boolean met() {
    return !isVoid() && goals.stream().allMatch(goal -> goal.met(this));
  }

  boolean compared() {
    return !others.isEmpty();
  }

  List<Double> ratios() {
    return IntStream.range(0, others.size()).mapToObj(i -> adit.get(i) / others.get(i)).toList();
  }

  List<Double> excesses() {
    return IntStream.range(0, others.size()).mapToObj(i -> adit.get(i) - others.get(i)).toList();
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
