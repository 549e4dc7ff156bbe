package dev.adit.anyconnect.dtls;

/**
 * One direction of record protection under one key. Works in place:
 *
 * <pre>
 *   | header 13 | explicit nonce or IV | plaintext ... | tag, or MAC and padding |
 *               ^ body                  ^ body + explicitBytes
 * </pre>
 *
 * Used by one thread. Makes no object per record of its own; what the JDK's ciphers allocate is
 * measured by the benchmark.
 */
interface RecordCipher extends AutoCloseable {
  /**
   * Encrypts.
   *
   * @param body index of the first byte behind the header
   * @param plaintextLength bytes at {@code body + explicitBytes}
   * @param epochAndSequence as in the header
   * @return length of the body
   */
  int seal(byte[] bytes, int body, int plaintextLength, int type, long epochAndSequence);

  /**
   * Authenticates and decrypts.
   *
   * @return length of the plaintext at {@code body + explicitBytes}, or {@link #REJECTED}
   */
  int open(byte[] bytes, int body, int bodyLength, int type, long epochAndSequence);

  /** The answer to a record that is not authentic, whatever is wrong with it. */
  int REJECTED = -1;

  @Override
  void close();
}
