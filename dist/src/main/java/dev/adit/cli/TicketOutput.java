package dev.adit.cli;

import com.fasterxml.jackson.core.io.JsonStringEncoder;

/**
 * What {@code --authenticate} prints: assignments that a shell can evaluate, or one JSON object.
 */
record TicketOutput(
    String cookie, String host, String connectUrl, String fingerprint, String resolve) {

  String shell() {
    return "COOKIE="
        + quoted(cookie)
        + "\nHOST="
        + quoted(host)
        + "\nCONNECT_URL="
        + quoted(connectUrl)
        + "\nFINGERPRINT="
        + quoted(fingerprint)
        + "\nRESOLVE="
        + quoted(resolve)
        + "\n";
  }

  String json() {
    return "{\"v\":1,\"cookie\":"
        + string(cookie)
        + ",\"host\":"
        + string(host)
        + ",\"connect_url\":"
        + string(connectUrl)
        + ",\"fingerprint\":"
        + string(fingerprint)
        + ",\"resolve\":"
        + string(resolve)
        + "}\n";
  }

  @Override
  public String toString() {
    return "TicketOutput[" + connectUrl + "]";
  }

  /** Single quotes hold everything but themselves. */
  static String quoted(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }

  private static String string(String text) {
    return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
  }
}
