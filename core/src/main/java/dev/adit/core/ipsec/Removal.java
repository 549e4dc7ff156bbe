package dev.adit.core.ipsec;

import dev.adit.core.sys.Errno;
import dev.adit.core.sys.SystemCallException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Of what would swallow packets if it stayed: a refusal is not the last word. */
final class Removal {
  private static final Logger LOG = LoggerFactory.getLogger(Removal.class);
  private static final int MOST_TRIES = 8;

  interface Request {
    void send() throws SystemCallException;
  }

  private Removal() {}

  /**
   * Asks until it is gone, or it is clear that this does not help.
   *
   * @param gone answers that say that it is not there, nor what it was a part of
   */
  static void insist(Request request, Errno... gone) {
    for (int tries = 1; ; tries++) {
      try {
        request.send();
        return;
      } catch (SystemCallException e) {
        if (List.of(gone).contains(e.errno())) {
          return;
        }
        if (tries == MOST_TRIES) {
          LOG.warn("{}", e.getMessage());
          return;
        }
      }
    }
  }
}
