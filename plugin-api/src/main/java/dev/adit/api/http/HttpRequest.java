package dev.adit.api.http;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/**
 * One request. Headers are sent in the order given, names as spelt. Core adds {@code
 * Content-Length} when there is a body, {@code Host} if it is absent and {@code Cookie} from the
 * client's jar, nothing else.
 *
 * @param method as on the wire, {@code GET} or {@code POST}
 * @param uri absolute, {@code https}
 * @param body sent as it is; empty means none. Treated as secret: never logged unless dumped, and
 *     then redacted
 */
public record HttpRequest(String method, URI uri, List<HttpHeader> headers, HttpBody body) {
  public HttpRequest {
    if (!"https".equalsIgnoreCase(uri.getScheme()) || uri.getHost() == null) {
      throw new IllegalArgumentException("not an absolute https URL: " + uri);
    }
    headers = List.copyOf(headers);
  }

  /** A {@code GET} without body. */
  public static HttpRequest get(URI uri, List<HttpHeader> headers) {
    return new HttpRequest("GET", uri, headers, HttpBody.EMPTY);
  }

  /** A {@code POST}. */
  public static HttpRequest post(URI uri, List<HttpHeader> headers, HttpBody body) {
    return new HttpRequest("POST", uri, headers, body);
  }

  /** The same with one more header. */
  public HttpRequest with(String name, String value) {
    List<HttpHeader> more = new ArrayList<>(headers);
    more.add(new HttpHeader(name, value));
    return new HttpRequest(method, uri, more, body);
  }
}
