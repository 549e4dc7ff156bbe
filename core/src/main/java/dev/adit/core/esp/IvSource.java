package dev.adit.core.esp;

/** Where the IVs of one outbound SA come from. One thread. */
interface IvSource extends AutoCloseable {
  /** Writes 16 bytes that nobody can foretell: RFC 3602 §3. */
  void next(byte[] to, int at);

  @Override
  void close();
}
