package dev.adit.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Collects what pairs of measurements give, by client and name. */
final class Samples {
  private final Map<String, List<Double>> samples = new HashMap<>();

  void add(Client client, String name, double value) {
    samples.computeIfAbsent(client + " " + name, n -> new ArrayList<>()).add(value);
  }

  Figure figure(String table, String name, String unit, Goal... goals) {
    return Figure.of(table, name, unit, of(Client.ADIT, name), of(Client.OPENCONNECT, name), goals);
  }

  private List<Double> of(Client client, String name) {
    return samples.getOrDefault(client + " " + name, List.of());
  }
}
