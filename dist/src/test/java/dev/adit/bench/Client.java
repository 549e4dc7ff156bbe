package dev.adit.bench;

import java.util.List;

/** Who is measured. */
enum Client {
  ADIT,
  OPENCONNECT;

  /** Both, the first of a pair being the second of the next. */
  static List<Client> inTurn(int pair) {
    return pair % 2 == 1 ? List.of(ADIT, OPENCONNECT) : List.of(OPENCONNECT, ADIT);
  }

  @Override
  public String toString() {
    return this == ADIT ? "adit" : "openconnect";
  }
}
