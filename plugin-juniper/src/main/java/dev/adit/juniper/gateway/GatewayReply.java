package dev.adit.juniper.gateway;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * An answer of the gateway.
 *
 * @param status with its reason: {@code 302 Found}
 * @param headers whole lines, without those of the body
 * @param event for the gateway's log: {@code login}, {@code refused}, {@code logout}; or empty
 * @param detail of the event
 */
record GatewayReply(String status, List<String> headers, String body, String event, String detail) {
  GatewayReply {
    headers = List.copyOf(headers);
  }

  static GatewayReply page(String html) {
    return new GatewayReply(
        "200 OK", List.of("Content-Type: text/html; charset=utf-8"), html, "", "");
  }

  static GatewayReply redirect(String location) {
    return new GatewayReply("302 Found", List.of("Location: " + location), "", "", "");
  }

  static GatewayReply empty(String status) {
    return new GatewayReply(status, List.of(), "", "", "");
  }

  /** The same with one more header line. */
  GatewayReply with(String header) {
    List<String> more = new ArrayList<>(headers);
    more.add(header);
    return new GatewayReply(status, more, body, event, detail);
  }

  /** The same with another cookie; an empty value takes it away. */
  GatewayReply cookie(String name, String value, String path) {
    return with("Set-Cookie: " + name + "=" + value + "; path=" + path + "; secure");
  }

  GatewayReply logging(String name, String what) {
    return new GatewayReply(status, headers, body, name, what);
  }

  /** As it goes over the wire; the connection stays open. */
  byte[] toBytes() {
    byte[] content = body.getBytes(StandardCharsets.UTF_8);
    StringBuilder head = new StringBuilder("HTTP/1.1 ").append(status).append("\r\n");
    headers.forEach(h -> head.append(h).append("\r\n"));
    head.append("Content-Length: ").append(content.length).append("\r\n\r\n");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(head.toString().getBytes(StandardCharsets.UTF_8));
    bytes.writeBytes(content);
    return bytes.toByteArray();
  }

  @Override
  public String toString() {
    return status + " (" + body.length() + " characters)";
  }
}
