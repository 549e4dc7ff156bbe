package dev.adit.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.adit.core.host.Programs;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The chains of this host's packet filters.
 *
 * @param answer of {@code nft -j list chains}
 */
record PacketFilters(JsonNode answer) {
  private static final Set<String> OUTBOUND = Set.of("output", "postrouting");

  /** Asks nft; none where it is not installed, or not allowed. */
  static PacketFilters ofHost() {
    Programs programs = Programs.ofEnvironment();
    if (programs.exists("nft")) {
      try {
        return new PacketFilters(
            new ObjectMapper().readTree(programs.run(List.of("nft", "-j", "list", "chains"), "")));
      } catch (IOException e) {
        // Not for this user to see.
      }
    }
    return new PacketFilters(MissingNode.getInstance());
  }

  /** Chains that see a packet of this host that leaves, as {@code inet fw out (policy drop)}. */
  List<String> outbound(boolean ipv4) {
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
