package dev.adit.anyconnect.auth;

import dev.adit.anyconnect.ClientProfile;
import dev.adit.api.auth.AuthField;
import dev.adit.api.auth.FormAnswers;
import dev.adit.api.http.HttpBody;
import dev.adit.api.secret.SecretText;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What we say in each step of the log-in. */
final class ClientDocument {
  private static final String HEAD = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

  private final ClientProfile profile;
  private final List<String> methods;

  /**
   * Documents of one log-in.
   *
   * @param methods ways to log in that are offered besides forms
   */
  ClientDocument(ClientProfile profile, List<String> methods) {
    this.profile = profile;
    this.methods = List.copyOf(methods);
  }

  /**
   * The first document, and the first of each change of group.
   *
   * @param accessUrl what the user asked for
   */
  HttpBody init(URI accessUrl, Optional<String> group, boolean certificateFailed) {
    StringBuilder xml = open("init");
    xml.append("<group-access>").append(Xml.escape(accessUrl.toString())).append("</group-access>");
    if (certificateFailed) {
      xml.append("<client-cert-fail/>");
    }
    group.ifPresent(g -> element(xml, "group-select", g));
    return HttpBody.of(xml.append("</config-auth>").toString());
  }

  /** Answers to a form. */
  HttpBody reply(
      List<AuthField> fields,
      FormAnswers answers,
      Optional<String> group,
      Optional<String> opaque,
      Optional<String> hostScanToken) {
    StringBuilder xml = open("auth-reply");
    opaque.ifPresent(xml::append);
    xml.append("<auth>");
    for (AuthField field : fields) {
      String name = sentAs(field.name());
      if (!name.isEmpty()) {
        element(xml, name, answers.value(field.name()));
      }
    }
    xml.append("</auth>");
    group.ifPresent(g -> element(xml, "group-select", g));
    hostScanToken.ifPresent(t -> element(xml, "host-scan-token", t));
    return HttpBody.of(xml.append("</config-auth>").toString());
  }

  /** Answer to a demand for two certificates. */
  HttpBody certificates(TwoCertificates both, Optional<String> opaque) {
    StringBuilder xml = open("auth-reply").append("<session-token/><session-id/>");
    opaque.ifPresent(xml::append);
    return HttpBody.of(
        xml.append("<auth><client-cert-chain cert-store=\"1M\"><client-cert-sent-via-protocol/>")
            .append("</client-cert-chain><client-cert-chain cert-store=\"1U\">")
            .append("<client-cert cert-format=\"pkcs7\">")
            .append(both.chain())
            .append("</client-cert><client-cert-auth-signature hash-algorithm-chosen=\"")
            .append(both.hash())
            .append("\">")
            .append(both.signature())
            .append("</client-cert-auth-signature></client-cert-chain></auth></config-auth>")
            .toString());
  }

  /** Answers in the older way, {@code application/x-www-form-urlencoded}, nothing renamed. */
  static HttpBody urlEncoded(List<AuthField> fields, FormAnswers answers, Optional<String> group) {
    StringBuilder body = new StringBuilder();
    group.ifPresent(g -> pair(body, "group_list", g));
    for (AuthField field : fields) {
      pair(body, field.name(), answers.value(field.name()).reveal());
    }
    return HttpBody.of(body.toString());
  }

  private static void pair(StringBuilder body, String name, String value) {
    body.append(body.length() == 0 ? "" : "&")
        .append(percentEncoded(name))
        .append('=')
        .append(percentEncoded(value));
  }

  /** All but unreserved ASCII as {@code %xx} with lower-case digits. */
  private static String percentEncoded(String text) {
    StringBuilder out = new StringBuilder();
    String encoded =
        URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20").replace("*", "%2A");
    for (int i = 0; i < encoded.length(); i++) {
      char c = encoded.charAt(i);
      if (c == '%') {
        out.append(encoded.substring(i, i + 3).toLowerCase(Locale.ROOT));
        i += 2;
      } else {
        out.append(c);
      }
    }
    return out.toString().replace("%7e", "~");
  }

  private StringBuilder open(String type) {
    StringBuilder xml = new StringBuilder(HEAD);
    xml.append("<config-auth client=\"vpn\" type=\"")
        .append(type)
        .append("\" aggregate-auth-version=\"2\"><version who=\"vpn\">")
        .append(Xml.escape(profile.version()))
        .append("</version><device-id");
    if (profile.isMobile()) {
      xml.append(" platform-version=\"")
          .append(Xml.escape(profile.platformVersion()))
          .append("\" device-type=\"")
          .append(Xml.escape(profile.deviceId()))
          .append("\" unique-id=\"")
          .append(Xml.escape(profile.uniqueId()))
          .append('"');
    }
    xml.append('>').append(Xml.escape(profile.deviceId())).append("</device-id>");
    if (!methods.isEmpty()) {
      xml.append("<capabilities>");
      methods.forEach(m -> element(xml, "auth-method", m));
      xml.append("</capabilities>");
    }
    return xml;
  }

  private static String sentAs(String field) {
    return switch (field) {
      case "answer", "whichpin", "new_password" -> "password";
      case "verify_pin", "verify_password" -> "";
      default -> field;
    };
  }

  private static void element(StringBuilder xml, String name, SecretText value) {
    element(xml, name, value.reveal());
  }

  private static void element(StringBuilder xml, String name, String value) {
    String escaped = Xml.escape(value);
    xml.append('<').append(name).append('>').append(escaped).append("</").append(name).append('>');
  }
}
