package dev.adit.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * What nft tells of the filters of this host; nothing where it is not installed, or not allowed.
 */
final class PacketFilters {
  private static final Set<String> OUTBOUND = Set.of("output", "postrouting");

  private PacketFilters() {}

  /** Chains that see a packet of this host that leaves, as {@code inet fw out (policy drop)}. */
  static List<String> outbound(boolean ipv4) {
    try {
      Process nft =
          new ProcessBuilder("nft", "-j", "list", "chains")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      nft.getOutputStream().close();
      JsonNode answer = new ObjectMapper().readTree(nft.getInputStream());
      return nft.waitFor(5, TimeUnit.SECONDS) && nft.exitValue() == 0
          ? outbound(answer, ipv4)
          : List.of();
    } catch (IOException e) {
      return List.of();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    }
  }

  static List<String> outbound(JsonNode answer, boolean ipv4) {
    Set<String> families = Set.of("inet", ipv4 ? "ip" : "ip6");
    List<String> names = new ArrayList<>();
    for (JsonNode each : answer.path("nftables")) {
      JsonNode chain = each.path("chain");
      if (chain.path("type").asText().equals("filter")
          && OUTBOUND.contains(chain.path("hook").asText())
          && families.contains(chain.path("family").asText())) {
        names.add(
            "%s %s %s (policy %s)"
                .formatted(
                    chain.path("family").asText(),
                    chain.path("table").asText(),
                    chain.path("name").asText(),
                    chain.path("policy").asText("accept")));
      }
    }
    return names;
  }
}
