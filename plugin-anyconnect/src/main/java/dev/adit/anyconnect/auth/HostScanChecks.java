package dev.adit.anyconnect.auth;

import dev.adit.api.error.PeerViolationException;
import dev.adit.api.error.VpnException;
import dev.adit.api.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.w3c.dom.Element;

/**
 * Which checks a server asks for, for the log: {@code /CACHE/sdesktop/data.xml} lists them as
 * {@code <data><hostscan><field value="'File','name','path'"/>}. Nothing depends on it, so that a
 * server that does not tell only makes for a shorter log.
 */
final class HostScanChecks {
  private static final String PATH = "/CACHE/sdesktop/data.xml";
  private static final int MOST = 20;
  private static final Pattern FIELD =
      Pattern.compile("\\s*'([A-Za-z]{1,20})'\\s*,\\s*'[^']*'\\s*,\\s*'([^']{1,200})'.*");

  private HostScanChecks() {}

  /** In words: {@code file /etc/hosts}, {@code process sshd}; at least one. */
  static List<String> ask(LoginExchange exchange) throws InterruptedException {
    try {
      HttpResponse response = exchange.getOnce(exchange.resolved(PATH));
      List<String> all = response.status() == 200 ? read(response.body().text()) : List.of();
      return all.isEmpty() ? List.of("which checks, it does not say") : all;
    } catch (VpnException e) {
      return List.of("which checks, it does not say");
    }
  }

  static List<String> read(String text) throws PeerViolationException {
    Optional<Element> checks = Xml.child(Xml.parse(text), "hostscan");
    List<String> all =
        checks.stream()
            .flatMap(list -> Xml.children(list).stream())
            .filter(e -> e.getTagName().equals("field"))
            .map(e -> FIELD.matcher(e.getAttribute("value")))
            .filter(Matcher::matches)
            .map(m -> m.group(1).toLowerCase(Locale.ROOT) + " " + m.group(2))
            .toList();
    return all.size() <= MOST
        ? all
        : List.of(String.join(", ", all.subList(0, MOST)), (all.size() - MOST) + " more");
  }
}
