package dev.adit.core.esp;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** An ESP packet's measures, and its numbers, most significant byte first. RFC 4303 §2. */
final class Wire {
  static final int SPI = 0;
  static final int NUMBER = 4;
  static final int IV = 8;
  static final int CIPHERTEXT = 24;
  static final int BLOCK = 16;

  /** Padding length and next header, at the end of the plaintext. */
  static final int TRAILER = 2;

  static final int NEXT_IPV4 = 4;
  static final int NEXT_IPV6 = 41;

  /** A dummy packet, RFC 4303 §2.6. */
  static final int NEXT_NONE = 59;

  private static final VarHandle INT16 =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT32 =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT64 =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private Wire() {}

  static int get16(byte[] from, int at) {
    return (short) INT16.get(from, at) & 0xffff;
  }

  static int get32(byte[] from, int at) {
    return (int) INT32.get(from, at);
  }

  static long get64(byte[] from, int at) {
    return (long) INT64.get(from, at);
  }

  static void put32(byte[] to, int at, int value) {
    INT32.set(to, at, value);
  }

  static void put64(byte[] to, int at, long value) {
    INT64.set(to, at, value);
  }

  /** The padding's length for a payload: the least that fills the last block. */
  static int padding(int payloadLength) {
    return -(payloadLength + TRAILER) & BLOCK - 1;
  }
}
