package dev.adit.anyconnect.auth;

import dev.adit.api.error.PeerViolationException;
import java.nio.charset.StandardCharsets;

/** The XML of a log-in: a document, all of which can be asked for, or a violation. */
final class ServerDocumentFuzz {
  private ServerDocumentFuzz() {}

  public static void fuzzerTestOneInput(byte[] data) {
    if (data.length == 0) {
      return;
    }
    String text = new String(data, 1, data.length - 1, StandardCharsets.UTF_8);
    switch (data[0] & 3) {
      case 0 -> read(text);
      case 1 -> read("<config-auth>" + text + "</config-auth>");
      default -> read("<config-auth><auth id=\"main\">" + text + "</auth></config-auth>");
    }
  }

  private static void read(String text) {
    try {
      ServerDocument document = ServerDocument.parse(text);
      document.form();
      document.error();
      document.text("message");
      document.opaque();
      document.hostScan();
      document.sessionToken();
      document.wantsBrowser();
      document.isLogIn();
      document.hasOddMethod();
    } catch (PeerViolationException e) {
      // Refused, with words.
    }
  }
}
