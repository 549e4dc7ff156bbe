package dev.adit.anyconnect.cstp;

import dev.adit.api.error.PeerViolationException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The head of the answer to CONNECT: a checked configuration, a refusal, or a violation. */
final class CstpHeadFuzz {
  private static final byte[] GOOD =
      "HTTP/1.1 200 CONNECTED\r\nX-CSTP-Address: 192.0.2.5\r\nX-CSTP-MTU: 1400\r\n"
          .getBytes(StandardCharsets.US_ASCII);

  private CstpHeadFuzz() {}

  public static void fuzzerTestOneInput(byte[] data) {
    read(data);
    byte[] headers = Arrays.copyOf(GOOD, GOOD.length + data.length);
    System.arraycopy(data, 0, headers, GOOD.length, data.length);
    read(headers);
  }

  private static void read(byte[] head) {
    try {
      ConnectResponse response = ConnectResponse.parse(head, head.length);
      response.refusal(true);
      TunnelConfigReader reader = new TunnelConfigReader(response);
      reader.read(reader.negotiatedMtu(), true);
    } catch (PeerViolationException e) {
      // Refused, with words.
    }
  }
}
