package dev.adit.core.token;

import dev.adit.api.error.VpnException;
import dev.adit.api.secret.SecretText;

/**
 * Codes of a HOTP, one after the other. The counter of the next one is kept before a code is given
 * out: after a crash a code may be missing, which servers forgive, but none comes twice, which they
 * do not. Belongs to one thread.
 */
public final class HotpCodes {
  /** Where the counter outlives the process. */
  public interface CounterStore {
    /**
     * Keeps the counter of the code that comes next; what was kept before is forgotten.
     *
     * @throws VpnException it could not be kept; then no code is given out
     */
    void keep(long next) throws VpnException;
  }

  private final OneTimeCode code;
  private final CounterStore store;
  private long counter;

  /**
   * @param counter of the first code
   */
  public HotpCodes(OneTimeCode code, long counter, CounterStore store) {
    this.code = code;
    this.counter = counter;
    this.store = store;
  }

  public SecretText next() throws VpnException {
    store.keep(counter + 1);
    return code.hotp(counter++);
  }
}
