package dev.adit.juniper.auth;

import dev.adit.api.error.PeerViolationException;
import dev.adit.api.http.HttpResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.select.NodeFilter;
import org.jspecify.annotations.Nullable;

/**
 * One page. Servers send tag soup (upper-case tags, cells that never end, forms inside tables,
 * stray commas between attributes), so that an HTML5 parser reads it as a browser would.
 */
final class LoginPage {
  private static final int MAX_PAGE_BYTES = 1 << 20;
  private static final int MAX_SCRIPT = 4096;
  private static final int MAX_TEXT = 600;
  private static final int MAX_ERROR = 200;
  private static final int MAX_ROLES = 500;
  private static final int MAX_FRAMES = 20;
  private static final Set<String> NOT_READ =
      Set.of("select", "textarea", "script", "style", "noscript", "button", "title");
  private static final Pattern CHARSET =
      Pattern.compile("(?i)charset\\s*=\\s*\"?([A-Za-z0-9._:-]{1,40})");
  private static final Pattern REFRESH =
      Pattern.compile("(?i)\\d{1,3}\\s*[;,]\\s*url\\s*=\\s*[\"']?([^\"']{1,8000})[\"']?.*");
  private static final Pattern ASSIGNMENT =
      Pattern.compile(
          "(?:(?:window|document|self|top|parent)\\s*+\\.\\s*+)?location(?:\\s*+\\.\\s*+href)?"
              + "\\s*+=\\s*+(?:\"([^\"\\\\]{1,2000})\"|'([^'\\\\]{1,2000})')\\s*+;?");
  private static final Pattern COMPLAINT =
      Pattern.compile(
          "(?i)\\b(?:invalid|incorrect|wrong|failed|denied|locked|expired|disabled|not allowed"
              + "|not permitted|try again)\\b");

  private final URI url;
  private final Document document;

  private LoginPage(URI url, Document document) {
    this.url = url;
    this.document = document;
  }

  /** A link of the page for choosing a role. */
  record Role(String name, String href) {}

  static LoginPage parse(HttpResponse response) throws PeerViolationException {
    byte[] bytes = response.body().expose();
    if (bytes.length > MAX_PAGE_BYTES) {
      throw new PeerViolationException(
          "page " + Urls.shown(response.uri()),
          "at most " + MAX_PAGE_BYTES + " bytes",
          String.valueOf(bytes.length));
    }
    try {
      Document document =
          Jsoup.parse(
              new ByteArrayInputStream(bytes), charset(response), response.uri().toString());
      return new LoginPage(response.uri(), document);
    } catch (IOException | UncheckedIOException e) {
      throw new PeerViolationException(
          "page " + Urls.shown(response.uri()), "HTML", "what cannot be decoded");
    }
  }

  URI url() {
    return url;
  }

  /** The first form in the order of the document, and no other. */
  Optional<PageForm> form() throws PeerViolationException {
    Element form = document.selectFirst("form");
    return form == null ? Optional.empty() : Optional.of(PageForm.read(document, form, url));
  }

  String title() {
    return Texts.line(document.title(), MAX_ERROR);
  }

  /** What a person would read on it, without fields and scripts. */
  String text() {
    StringBuilder text = new StringBuilder();
    for (String piece : pieces()) {
      text.append(piece).append(' ');
      if (text.length() > MAX_TEXT) {
        break;
      }
    }
    return Texts.line(text.toString(), MAX_TEXT);
  }

  /**
   * The first piece of text that reads like a refusal, or empty. Servers mark it in no known way.
   */
  String complaint() {
    return pieces().stream()
        .filter(p -> p.length() <= 4 * MAX_ERROR && COMPLAINT.matcher(p).find())
        .findFirst()
        .map(p -> Texts.line(p, MAX_ERROR))
        .orElse("");
  }

  /** Where the page leads by itself: a refresh, or a script that does nothing else. */
  Optional<URI> next() throws PeerViolationException {
    for (Element meta : document.select("meta[http-equiv]")) {
      Matcher refresh = REFRESH.matcher(meta.attr("content").strip());
      if (meta.attr("http-equiv").equalsIgnoreCase("refresh") && refresh.matches()) {
        return Optional.of(Urls.resolve(url, refresh.group(1), "refresh of the page"));
      }
    }
    for (Element script : document.select("script")) {
      String code = script.data().strip();
      Matcher assignment = ASSIGNMENT.matcher(code);
      if (code.length() <= MAX_SCRIPT && assignment.matches()) {
        String target = assignment.group(1) == null ? assignment.group(2) : assignment.group(1);
        return Optional.of(Urls.resolve(url, target, "redirect by script"));
      }
    }
    return Optional.empty();
  }

  /** What a page without a form is made of: its frames that show something. */
  List<URI> frames() throws PeerViolationException {
    List<URI> frames = new ArrayList<>();
    for (Element frame : document.select("frame[src],iframe[src]")) {
      String source = frame.attr("src").strip();
      if (!source.isEmpty() && !source.startsWith("about:") && frames.size() < MAX_FRAMES) {
        frames.add(Urls.resolve(url, source, "frame"));
      }
    }
    return frames;
  }

  /** The links of the table of roles; each name once. */
  List<Role> roles() {
    List<Role> roles = new ArrayList<>();
    Element table = document.getElementById("TABLE_SelectRole_1");
    if (table == null) {
      return roles;
    }
    for (Element link : table.select("a[href]")) {
      String name = Texts.line(link.text(), MAX_ERROR);
      boolean known = roles.stream().anyMatch(r -> r.name().equals(name));
      if (!name.isEmpty() && !known && roles.size() < MAX_ROLES) {
        roles.add(new Role(name, link.attr("href")));
      }
    }
    return roles;
  }

  /** Text by element that directly holds it. */
  private List<String> pieces() {
    List<String> pieces = new ArrayList<>();
    document
        .body()
        .filter(
            new NodeFilter() {
              @Override
              public FilterResult head(Node node, int depth) {
                if (NOT_READ.contains(node.normalName())) {
                  return FilterResult.SKIP_ENTIRELY;
                }
                if (node instanceof TextNode text && !text.isBlank()) {
                  pieces.add(text.text().strip());
                }
                return FilterResult.CONTINUE;
              }
            });
    return pieces;
  }

  private static @Nullable String charset(HttpResponse response) {
    Matcher named = CHARSET.matcher(response.header("Content-Type").orElse(""));
    try {
      // Without one, jsoup looks for a mark or a meta element, then takes UTF-8.
      return named.find() && Charset.isSupported(named.group(1)) ? named.group(1) : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
