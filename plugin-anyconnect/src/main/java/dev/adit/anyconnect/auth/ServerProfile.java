package dev.adit.anyconnect.auth;

import dev.adit.api.error.PeerViolationException;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.w3c.dom.Element;

/**
 * A profile of AnyConnect: names of servers, and where they are.
 *
 * <pre>
 *   AnyConnectProfile/ServerList/HostEntry
 *     HostName                        what a user calls it
 *     HostAddress                     HOST[:PORT][/PATH] or a URL; the name itself if missing
 *     UserGroup                       path of the log-in, in place of the address's
 *     BackupServerList/HostAddress    tried in order when the first cannot be reached
 * </pre>
 *
 * <p>Everything else in a profile is for the vendor's own client and left alone.
 */
public final class ServerProfile {
  private static final int MOST_ENTRIES = 2_000;
  private static final int MOST_BACKUPS = 32;

  private final List<Element> entries;

  private ServerProfile(List<Element> entries) {
    this.entries = entries;
  }

  /** Reads a profile; no DTD, no entities. */
  public static ServerProfile parse(String text) throws VpnException {
    Element root;
    try {
      root = Xml.parse(text);
    } catch (PeerViolationException e) {
      throw wrong(e.getMessage().replace("log-in answer", "the profile"));
    }
    if (!root.getTagName().equals("AnyConnectProfile")) {
      throw wrong("the root element is not <AnyConnectProfile>");
    }
    List<Element> entries =
        Xml.child(root, "ServerList").stream()
            .flatMap(list -> Xml.children(list).stream())
            .filter(e -> e.getTagName().equals("HostEntry"))
            .toList();
    if (entries.size() > MOST_ENTRIES) {
      throw wrong("it has more than " + MOST_ENTRIES + " servers");
    }
    return new ServerProfile(entries);
  }

  /** Log-in URLs of the first entry of that name, letter for letter; none without such an entry. */
  public List<URI> servers(String name) throws VpnException {
    for (Element entry : entries) {
      if (Xml.text(entry, "HostName").equals(name.strip())) {
        return urls(entry, name.strip());
      }
    }
    return List.of();
  }

  private static List<URI> urls(Element entry, String name) throws VpnException {
    String group = Xml.text(entry, "UserGroup");
    String address = Xml.text(entry, "HostAddress");
    List<URI> all = new ArrayList<>();
    all.add(url(address.isEmpty() ? name : address, group));
    Optional<Element> backups = Xml.child(entry, "BackupServerList");
    for (Element backup : backups.map(Xml::children).orElse(List.of())) {
      if (backup.getTagName().equals("HostAddress") && all.size() <= MOST_BACKUPS) {
        URI url = url(backup.getTextContent().strip(), group);
        if (!all.contains(url)) {
          all.add(url);
        }
      }
    }
    return all;
  }

  private static URI url(String address, String group) throws VpnException {
    try {
      URI uri = new URI(address.contains("://") ? address : "https://" + address);
      if ("https".equalsIgnoreCase(uri.getScheme())
          && uri.getHost() != null
          && uri.getUserInfo() == null) {
        return group.isEmpty()
            ? uri
            : new URI(
                "https",
                null,
                uri.getHost(),
                uri.getPort(),
                "/" + group.replaceFirst("^/", ""),
                null,
                null);
      }
    } catch (URISyntaxException e) {
      // Said below.
    }
    throw wrong(
        "the address \""
            + address.replaceAll("\\p{Cntrl}", "?")
            + "\" is no HOST and no https URL");
  }

  private static VpnException wrong(String how) {
    return new VpnException(Kind.CONFIGURATION, "--xmlconfig: " + how);
  }
}
