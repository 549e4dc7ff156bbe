package dev.adit.anyconnect.gateway;

import dev.adit.api.OptionValues;
import dev.adit.api.gateway.GatewayOutput;
import java.util.List;
import java.util.Optional;

/**
 * Turns away clients by what they say they are, as some servers do.
 *
 * <pre>
 *   agents=PREFIX[|PREFIX...]     beginnings of User-Agent that are let in
 *   agents-refused=404|403|close  what others get (404)
 * </pre>
 */
final class AgentFilter {
  private final Optional<List<String>> letIn;
  private final String refusal;

  AgentFilter(OptionValues options) {
    letIn = options.text("agents").map(text -> List.of(text.split("\\|", -1)));
    refusal = options.text("agents-refused").orElse("404");
  }

  /** Whether the request was turned away. */
  boolean turnsAway(GatewayRequest request, GatewayOutput out) {
    String agent = request.header("user-agent").orElse("");
    if (letIn.isEmpty() || letIn.get().stream().anyMatch(agent::startsWith)) {
      return false;
    }
    out.event("agent-refused", agent);
    if (refusal.equals("close")) {
      out.finish();
    } else {
      GatewayClient.text(out, "HTTP/1.1 " + refusal + " No\r\nContent-Length: 0\r\n\r\n");
    }
    return true;
  }
}
