package dev.adit.juniper.auth;

import dev.adit.api.error.PeerViolationException;
import dev.adit.api.http.HttpBody;
import dev.adit.api.http.HttpResponse;
import java.net.URI;
import java.util.List;

/** Pages of a log-in: a page, all of which can be asked for, or a violation. */
final class LoginPageFuzz {
  private static final URI URL =
      URI.create("https://vpn.test/dana-na/auth/url_default/welcome.cgi");

  private LoginPageFuzz() {}

  public static void fuzzerTestOneInput(byte[] data) {
    HttpResponse response = new HttpResponse(URL, 200, "OK", List.of(), HttpBody.owning(data));
    try {
      LoginPage page = LoginPage.parse(response);
      page.title();
      page.text();
      page.complaint();
      page.roles();
      page.next();
      page.form();
    } catch (PeerViolationException e) {
      // Refused, with words.
    }
  }
}
