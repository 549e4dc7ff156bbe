package dev.adit.juniper.gateway;

import dev.adit.api.PluginContext;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** All sessions of a gateway, by DSID. One thread. */
final class Sessions {
  private static final int DSID_BYTES = 16;

  private final PluginContext plugin;
  private final Consumer<Session> dropped;
  private final Map<String, Session> byDsid = new LinkedHashMap<>();

  /**
   * Makes an empty store.
   *
   * @param dropped is told of each session that ends, to give back what belongs to it
   */
  Sessions(PluginContext plugin, Consumer<Session> dropped) {
    this.plugin = plugin;
    this.dropped = dropped;
  }

  /** A new session for a user who has proved to be one. */
  Session open(String user, String realm, String role) {
    Session session =
        new Session(user, realm, role, random(), plugin.clock().instant().getEpochSecond());
    byDsid.put(session.dsid, session);
    return session;
  }

  Optional<Session> find(String dsid) {
    return Optional.ofNullable(byDsid.get(dsid));
  }

  List<Session> of(String user) {
    return byDsid.values().stream().filter(s -> s.user.equals(user)).toList();
  }

  /** Ends a session, if there is such a one. */
  Optional<Session> drop(String dsid) {
    Optional<Session> session = Optional.ofNullable(byDsid.remove(dsid));
    session.ifPresent(dropped);
    return session;
  }

  /** Ends all. */
  void clear() {
    List.copyOf(byDsid.keySet()).forEach(this::drop);
  }

  /** 32 hexadecimal digits. */
  String random() {
    byte[] random = new byte[DSID_BYTES];
    plugin.random().nextBytes(random);
    return HexFormat.of().formatHex(random);
  }
}
