package dev.adit.anyconnect.dtls;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Numbers in arrays, most significant byte first. */
final class Bytes {
  private static final VarHandle INT16 =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT64 =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private Bytes() {}

  static int get16(byte[] from, int at) {
    return (short) INT16.get(from, at) & 0xffff;
  }

  static int get24(byte[] from, int at) {
    return (from[at] & 0xff) << 16 | get16(from, at + 1);
  }

  static long get64(byte[] from, int at) {
    return (long) INT64.get(from, at);
  }

  static void put16(byte[] to, int at, int value) {
    INT16.set(to, at, (short) value);
  }

  static void put24(byte[] to, int at, int value) {
    to[at] = (byte) (value >> 16);
    put16(to, at + 1, value);
  }

  static void put64(byte[] to, int at, long value) {
    INT64.set(to, at, value);
  }
}
