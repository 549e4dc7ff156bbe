package dev.adit.anyconnect.gateway;

import java.util.Locale;

/** What this gateway can do wrong on request. */
enum Fault {
  NO_DPD("does not answer DPD"),
  CHANGED_ADDRESS("gives another address at each connection"),
  CHANGED_NETWORK("pushes another route and name server at each connection, and none of IPv6"),
  DTLS_GARBAGE("answers on UDP with noise"),
  DTLS_OTHER_SUITE("chooses a cipher suite for DTLS that nobody offered"),
  DTLS_OTHER_VERSION("chooses a version of DTLS that nobody offered"),
  DTLS_TWICE("sends each datagram twice"),
  EXPIRED_COOKIE("accepts no session cookie"),
  FORGET_SESSIONS("forgets, once, the sessions that it has"),
  REFUSE("answers CONNECT with 503 and a reason"),
  OVERSIZED_FRAME("sends a frame that claims 65535 bytes"),
  TRUNCATED_FRAME("sends half a frame and closes"),
  UNKNOWN_FRAME_TYPE("sends a frame of type 42"),
  BAD_MAGIC("sends a frame that does not begin as one"),
  WRONG_CONTENT_LENGTH("announces more than it sends"),
  REDIRECT_LOOP("redirects to itself"),
  ENDLESS_HEADER("sends header lines without end"),
  HUGE_BODY("announces a body of 100 MB"),
  HTML_INSTEAD_OF_XML("answers with a web page"),
  XML_ENTITIES("answers XML with a DTD and entities"),
  HTTP_ERROR("answers every request with 500"),
  SSO_REFUSED("lets nobody in by browser"),
  SSO_WRONG_KEY("seals the browser's token for another client"),
  SSO_UNKNOWN_TOKEN("gives the browser a token that it does not take back"),
  NO_ROUTE_SENSE("pushes a route that makes no sense");

  private final String description;

  Fault(String description) {
    this.description = description;
  }

  String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  String description() {
    return description;
  }
}
