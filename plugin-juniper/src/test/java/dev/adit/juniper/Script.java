package dev.adit.juniper;

import dev.adit.api.auth.SessionTicket;
import dev.adit.api.error.VpnException;
import dev.adit.api.fixture.ScriptedServer;
import dev.adit.api.fixture.ScriptedUser;
import dev.adit.juniper.auth.Login;
import java.util.List;

/** Both ends of a log-in: a user, and a server that answers from a list. */
public final class Script extends ScriptedUser {
  public final ScriptedServer peer;

  public Script() {
    this(new ScriptedServer());
  }

  private Script(ScriptedServer peer) {
    super(peer);
    this.peer = peer;
  }

  /** The next answer: status, header lines, body. */
  public Script then(int status, List<String> headers, String body) {
    peer.then(String.valueOf(status), headers, body);
    return this;
  }

  /** The next answer: 200 and a page. */
  public Script thenPage(String html) {
    return then(200, List.of("Content-Type: text/html"), html);
  }

  /** The next answer: a redirect. */
  public Script thenRedirect(String location) {
    return then(302, List.of("Location: " + location), "");
  }

  /** The next answer: the session, and the landing page. */
  public Script thenSession() {
    return then(
        200,
        List.of(
            "Set-Cookie: DSFirstAccess=1700000000; path=/",
            "Set-Cookie: DSLastAccess=1700000001; path=/",
            "Set-Cookie: DSID=0123456789abcdef0123456789abcdef; path=/; secure"),
        "");
  }

  public SessionTicket logIn() throws VpnException, InterruptedException {
    return new Login(this).run();
  }
}
