package dev.adit.api.http;

import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * One answer, whole.
 *
 * @param uri of the request it answers
 * @param status three digits
 * @param reason text behind the status, perhaps empty
 * @param headers in order of arrival, {@code Set-Cookie} included
 * @param body bounded by the client's limit
 */
public record HttpResponse(
    URI uri, int status, String reason, List<HttpHeader> headers, HttpBody body) {
  public HttpResponse {
    headers = List.copyOf(headers);
  }

  /** First header of that name, without regard to case. */
  public Optional<String> header(String name) {
    return headers.stream()
        .filter(h -> h.name().equalsIgnoreCase(name))
        .map(HttpHeader::value)
        .findFirst();
  }

  /** All headers of that name, without regard to case, in order. */
  public List<String> headers(String name) {
    return headers.stream()
        .filter(h -> h.name().equalsIgnoreCase(name))
        .map(HttpHeader::value)
        .toList();
  }
}
