package dev.adit.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * Who answers for a name: a file, systemd-resolved with its split, or the name servers of a file.
 */
final class NameLookup {
  /** Where systemd-resolved listens, systemd-resolved.service(8). */
  private static final List<String> RESOLVED = List.of("127.0.0.53", "127.0.0.54");

  private final Path etc;
  private final List<JsonNode> sessions;

  NameLookup(Path etc, List<JsonNode> sessions) {
    this.etc = etc;
    this.sessions = sessions;
  }

  /** Keys {@code source}, {@code servers} and {@code why}. */
  ObjectNode of(String name) {
    ObjectNode node = new ObjectMapper().createObjectNode();
    if (isInHosts(name)) {
      node.put("source", etc.resolve("hosts").toString());
      node.putArray("servers");
      node.put("why", "the file names it");
      return node;
    }
    List<String> servers = new ArrayList<>();
    for (String line : lines("resolv.conf")) {
      String[] words = line.strip().split("\\s+", 2);
      if (words.length == 2 && words[0].equals("nameserver")) {
        servers.add(words[1]);
      }
    }
    boolean resolved = servers.stream().anyMatch(RESOLVED::contains);
    Optional<JsonNode> session = sessions.stream().filter(s -> takes(s, name)).findFirst();
    if (resolved && session.isPresent()) {
      servers = texts(session.get(), "dns");
    }
    node.put("source", resolved ? "systemd-resolved" : etc.resolve("resolv.conf").toString());
    servers.forEach(node.putArray("servers")::add);
    node.put("why", why(name, servers, resolved, session));
    return node;
  }

  private String why(
      String name, List<String> servers, boolean resolved, Optional<JsonNode> taking) {
    if (resolved) {
      return taking
          .map(
              s ->
                  split(s, name)
                      .map(d -> d + " is a domain of " + s.path("device").asText())
                      .orElse("all names are asked through " + s.path("device").asText()))
          .orElse("no tunnel has its domain; \"resolvectl query\" tells the server");
    }
    if (servers.isEmpty()) {
      return "no name server is set";
    }
    return sessions.stream()
        .filter(s -> texts(s, "dns").contains(servers.get(0)))
        .findFirst()
        .map(s -> "the name servers of " + s.path("device").asText() + " are asked for all names")
        .orElse("no tunnel has set name servers there");
  }

  /** Whether systemd-resolved asks that session's servers, as {@code NameServers} tells it to. */
  private static boolean takes(JsonNode session, String name) {
    if (session.path("dns").isEmpty()) {
      return false;
    }
    boolean all = session.path("split_dns").isEmpty() && session.path("include").isEmpty();
    return all || split(session, name).isPresent();
  }

  private static Optional<String> split(JsonNode session, String name) {
    String asked = name.toLowerCase(Locale.ROOT);
    List<String> domains = texts(session, "split_dns");
    domains.addAll(texts(session, "search"));
    return domains.stream()
        .filter(d -> asked.equals(d) || asked.endsWith("." + d.toLowerCase(Locale.ROOT)))
        .findFirst();
  }

  private boolean isInHosts(String name) {
    return lines("hosts").stream()
        .map(l -> l.replaceFirst("#.*", "").strip().split("\\s+"))
        .anyMatch(w -> Arrays.stream(w).skip(1).anyMatch(name::equalsIgnoreCase));
  }

  private List<String> lines(String file) {
    try {
      return Files.readAllLines(etc.resolve(file));
    } catch (IOException e) {
      return List.of();
    }
  }

  private static List<String> texts(JsonNode session, String list) {
    return new ArrayList<>(
        StreamSupport.stream(session.path(list).spliterator(), false)
            .map(JsonNode::asText)
            .toList());
  }
}
