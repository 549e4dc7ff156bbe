package dev.adit.anyconnect.auth;

import dev.adit.api.error.PeerViolationException;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.transform.OutputKeys;
import javax.xml.transform.Transformer;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/** The little of XML that is needed, hardened. */
final class Xml {
  private static final String DEPTH_LIMIT =
      "http://www.oracle.com/xml/jaxp/properties/maxElementDepth";

  /** No log-in document comes near either. */
  private static final int MAX_CHARACTERS = 1 << 20;

  private static final int MAX_DEPTH = 64;

  /** A part in which an ampersand is one, or an ampersand that begins no reference. */
  private static final Pattern UNESCAPED =
      Pattern.compile(
          "<!\\[CDATA\\[.*?(?:]]>|\\z)|<!--.*?(?:-->|\\z)"
              + "|&(?!(?:amp|lt|gt|quot|apos|#\\d{1,7}|#x[0-9a-fA-F]{1,6});)",
          Pattern.DOTALL);

  /** To make one costs five times as much as to read a log-in document; none is for two threads. */
  private static final ThreadLocal<DocumentBuilder> PARSERS = ThreadLocal.withInitial(Xml::parser);

  private Xml() {}

  /** The root element of a document without DTD. */
  static Element parse(String text) throws PeerViolationException {
    if (text.length() > MAX_CHARACTERS) {
      throw new PeerViolationException(
          "log-in answer",
          "XML of at most " + MAX_CHARACTERS + " characters",
          text.length() + " characters");
    }
    String body = (text.startsWith("\ufeff") ? text.substring(1) : text).strip();
    if (body.regionMatches(true, 0, "<!DOCTYPE html", 0, 14)
        || body.regionMatches(true, 0, "<html", 0, 5)) {
      throw new PeerViolationException("log-in answer", "XML", "a web page (HTML)");
    }
    try {
      DocumentBuilder builder = PARSERS.get();
      builder.reset();
      builder.setErrorHandler(null);
      return builder.parse(new InputSource(new StringReader(mended(body)))).getDocumentElement();
    } catch (SAXException e) {
      String message = String.valueOf(e.getMessage());
      throw new PeerViolationException(
          "log-in answer",
          "XML without DTD",
          message.contains("DOCTYPE")
              ? "XML with a DTD, which may hide entities"
              : message.contains("JAXP") ? "XML nested too deep" : "broken XML");
    } catch (IOException e) {
      throw new IllegalStateException("parsing a string", e);
    }
  }

  private static DocumentBuilder parser() {
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultInstance();
      factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      factory.setAttribute(DEPTH_LIMIT, String.valueOf(MAX_DEPTH));
      factory.setExpandEntityReferences(false);
      factory.setXIncludeAware(false);
      return factory.newDocumentBuilder();
    } catch (ParserConfigurationException e) {
      throw new IllegalStateException("a parser without DTD", e);
    }
  }

  /** Some servers forget to escape ampersands; those that begin no reference are escaped here. */
  private static String mended(String text) {
    return UNESCAPED
        .matcher(text)
        .replaceAll(
            part -> part.group().equals("&") ? "&amp;" : Matcher.quoteReplacement(part.group()));
  }

  static Optional<Element> child(Element parent, String name) {
    return children(parent).stream().filter(e -> e.getTagName().equals(name)).findFirst();
  }

  static List<Element> children(Element parent) {
    List<Element> all = new ArrayList<>();
    for (Node n = parent.getFirstChild(); n != null; n = n.getNextSibling()) {
      if (n instanceof Element element) {
        all.add(element);
      }
    }
    return all;
  }

  /** Text of a child, empty if there is none. */
  static String text(Element parent, String name) {
    return child(parent, name).map(e -> e.getTextContent().strip()).orElse("");
  }

  /** An element as it came, with all in it; attributes perhaps in another order. */
  static String verbatim(Element element) {
    try {
      Transformer transformer = TransformerFactory.newDefaultInstance().newTransformer();
      transformer.setOutputProperty(OutputKeys.OMIT_XML_DECLARATION, "yes");
      StringWriter out = new StringWriter();
      transformer.transform(new DOMSource(element), new StreamResult(out));
      return out.toString();
    } catch (TransformerException e) {
      throw new IllegalStateException("writing an element", e);
    }
  }

  /** For the content of an element or attribute. */
  static String escape(CharSequence text) {
    StringBuilder out = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '"' -> out.append("&quot;");
        default -> out.append(c);
      }
    }
    return out.toString();
  }
}
