package dev.adit.anyconnect.dtls;

import dev.adit.api.secret.SecretBytes;
import java.util.List;
import java.util.function.Supplier;

/** What a handshake begins with. */
public final class DtlsParameters {
  /** The three handshakes. */
  enum Form {
    PSK_NEGOTIATE(Dialect.DTLS_1_2, "DTLS 1.2, PSK-NEGOTIATE"),
    RESUMPTION(Dialect.DTLS_1_2, "DTLS 1.2, resumption"),
    PRE_RFC(Dialect.PRE_RFC, "pre-RFC DTLS");

    private final Dialect dialect;
    private final String words;

    Form(Dialect dialect, String words) {
      this.dialect = dialect;
      this.words = words;
    }

    Dialect dialect() {
      return dialect;
    }

    /** For the user. */
    String words() {
      return words;
    }
  }

  private final Form form;
  private final List<Suite> suites;
  private final byte[] sessionId;
  private final Supplier<SecretBytes> secret;

  /**
   * @param suites offered, best first; exactly one unless the form is PSK
   * @param sessionId App-ID or Session-ID of the answer to CONNECT, at most 32 bytes
   * @param secret gives a fresh copy of the PSK or of the 48-byte master secret, which the
   *     handshake wipes
   */
  DtlsParameters(Form form, List<Suite> suites, byte[] sessionId, Supplier<SecretBytes> secret) {
    if (sessionId.length > 32
        || suites.isEmpty()
        || form != Form.PSK_NEGOTIATE && suites.size() > 1) {
      throw new IllegalArgumentException(
          form + " with a session id of " + sessionId.length + " bytes and suites " + suites);
    }
    this.form = form;
    this.suites = List.copyOf(suites);
    this.sessionId = sessionId.clone();
    this.secret = secret;
  }

  Form form() {
    return form;
  }

  Dialect dialect() {
    return form.dialect();
  }

  List<Suite> suites() {
    return suites;
  }

  /** A copy. */
  public byte[] sessionId() {
    return sessionId.clone();
  }

  SecretBytes secret() {
    return secret.get();
  }
}
