package dev.adit.core.sys;

import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import jnr.ffi.LibraryLoader;
import jnr.ffi.LibraryOption;
import jnr.ffi.Memory;
import jnr.ffi.NativeLong;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/**
 * What a PKCS#11 module can tell without a PIN: its tokens, and the certificates on them. Keys are
 * the JDK's provider's business; it shares the module, which is initialised once for the process
 * and by whoever comes first. For one thread; layouts are those of 64-bit Linux.
 */
public final class Pkcs11Module {
  private static final long CKF_OS_LOCKING_OK = 2;
  private static final long CKF_SERIAL_SESSION = 4;
  private static final long CKR_OK = 0;
  private static final long CKR_CRYPTOKI_ALREADY_INITIALIZED = 0x191;
  private static final long CKA_CLASS = 0;
  private static final long CKA_LABEL = 3;
  private static final long CKA_VALUE = 0x11;
  private static final long CKA_ID = 0x102;
  private static final long CKO_CERTIFICATE = 1;

  /** CK_TOKEN_INFO: label[32] manufacturer[32] model[16] serial[16] flags ... */
  private static final int TOKEN_INFO_BYTES = 256;

  /** CK_ATTRIBUTE: type, pointer, length. */
  private static final int ATTRIBUTE_BYTES = 24;

  private static final int MOST_SLOTS = 256;
  private static final int MOST_OBJECTS = 256;

  /** Longer than any certificate; a length that a module gives is not believed beyond it. */
  private static final int MOST_VALUE_BYTES = 64 << 10;

  /** CK_TOKEN_INFO's flags about tries of the PIN that are left. */
  public enum PinTries {
    ENOUGH,
    /** At least one wrong PIN since the last right one. */
    FEWER,
    LAST,
    LOCKED
  }

  /** A token in its slot; texts without the padding. */
  public record TokenInfo(
      long slot, String label, String manufacturer, String model, String serial, PinTries tries) {}

  /** A certificate on a token: CKA_ID in hexadecimal digits, CKA_LABEL, and the DER. */
  public record CertificateObject(String id, String label, ByteBuffer der) {}

  private final Path path;
  private final Pkcs11Calls calls;
  private final Runtime runtime;

  private Pkcs11Module(Path path, Pkcs11Calls calls) {
    this.path = path;
    this.calls = calls;
    this.runtime = Runtime.getRuntime(calls);
  }

  /**
   * Loads and initialises a module; it stays until the process ends.
   *
   * @throws VpnException it is no module, or refuses to begin
   */
  public static Pkcs11Module load(Path path) throws VpnException {
    Pkcs11Calls calls;
    try {
      calls =
          LibraryLoader.create(Pkcs11Calls.class)
              .option(LibraryOption.LoadNow, true)
              .load(path.toString());
      Runtime.getRuntime(calls);
    } catch (UnsatisfiedLinkError e) {
      throw new VpnException(
          Kind.CONFIGURATION, path + " is no PKCS#11 module: it cannot be loaded", e);
    }
    Pkcs11Module module = new Pkcs11Module(path, calls);
    Pointer arguments = module.zeroed(48);
    arguments.putLong(32, CKF_OS_LOCKING_OK);
    long answer = calls.C_Initialize(arguments).longValue();
    if (answer != CKR_CRYPTOKI_ALREADY_INITIALIZED) {
      module.check("C_Initialize", answer);
    }
    return module;
  }

  /** Tokens that are there now. */
  public List<TokenInfo> tokens() throws VpnException {
    Pointer count = zeroed(8);
    count.putLong(0, MOST_SLOTS);
    Pointer slots = zeroed(8 * MOST_SLOTS);
    check("C_GetSlotList", calls.C_GetSlotList((byte) 1, slots, count).longValue());
    List<TokenInfo> tokens = new ArrayList<>();
    for (int i = 0; i < Math.min(count.getLong(0), MOST_SLOTS); i++) {
      long slot = slots.getLong(8L * i);
      Pointer info = zeroed(TOKEN_INFO_BYTES);
      if (calls.C_GetTokenInfo(new NativeLong(slot), info).longValue() == CKR_OK) {
        tokens.add(
            new TokenInfo(
                slot,
                padded(info, 0, 32),
                padded(info, 32, 32),
                padded(info, 64, 16),
                padded(info, 80, 16),
                tries(info.getLong(96))));
      }
    }
    return tokens;
  }

  /** Certificates on a token that can be read without a PIN. */
  public List<CertificateObject> certificates(TokenInfo token) throws VpnException {
    Pointer handle = zeroed(8);
    check(
        "C_OpenSession",
        calls.C_OpenSession(
                new NativeLong(token.slot), new NativeLong(CKF_SERIAL_SESSION), null, null, handle)
            .longValue());
    NativeLong session = new NativeLong(handle.getLong(0));
    try {
      return certificates(session);
    } finally {
      calls.C_CloseSession(session);
    }
  }

  private List<CertificateObject> certificates(NativeLong session) throws VpnException {
    Pointer template = attribute(CKA_CLASS, 8);
    template.putLong(ATTRIBUTE_BYTES, CKO_CERTIFICATE);
    check(
        "C_FindObjectsInit",
        calls.C_FindObjectsInit(session, template, new NativeLong(1)).longValue());
    Pointer objects = zeroed(8 * MOST_OBJECTS);
    Pointer count = zeroed(8);
    long answer =
        calls.C_FindObjects(session, objects, new NativeLong(MOST_OBJECTS), count).longValue();
    calls.C_FindObjectsFinal(session);
    check("C_FindObjects", answer);
    List<CertificateObject> found = new ArrayList<>();
    for (int i = 0; i < Math.min(count.getLong(0), MOST_OBJECTS); i++) {
      NativeLong object = new NativeLong(objects.getLong(8L * i));
      byte[] der = value(session, object, CKA_VALUE);
      if (der.length > 0) {
        found.add(
            new CertificateObject(
                HexFormat.of().formatHex(value(session, object, CKA_ID)),
                new String(value(session, object, CKA_LABEL), StandardCharsets.UTF_8),
                ByteBuffer.wrap(der).asReadOnlyBuffer()));
      }
    }
    return found;
  }

  /** Empty if it has none, or none that is believable. */
  private byte[] value(NativeLong session, NativeLong object, long type) {
    NativeLong one = new NativeLong(1);
    Pointer asked = attribute(type, 0);
    if (calls.C_GetAttributeValue(session, object, asked, one).longValue() != CKR_OK) {
      return new byte[0];
    }
    long length = asked.getLong(16);
    if (length <= 0 || length > MOST_VALUE_BYTES) {
      return new byte[0];
    }
    Pointer given = attribute(type, (int) length);
    if (calls.C_GetAttributeValue(session, object, given, one).longValue() != CKR_OK
        || given.getLong(16) > length) {
      return new byte[0];
    }
    byte[] value = new byte[(int) given.getLong(16)];
    given.get(ATTRIBUTE_BYTES, value, 0, value.length);
    return value;
  }

  /** With room for its value behind it, so that both live equally long. */
  private Pointer attribute(long type, int length) {
    Pointer attribute = zeroed(ATTRIBUTE_BYTES + length);
    attribute.putLong(0, type);
    if (length > 0) {
      attribute.putLong(8, attribute.address() + ATTRIBUTE_BYTES);
    }
    attribute.putLong(16, length);
    return attribute;
  }

  private Pointer zeroed(int bytes) {
    return Memory.allocateDirect(runtime, bytes, true);
  }

  private static String padded(Pointer info, int offset, int length) {
    byte[] bytes = new byte[length];
    info.get(offset, bytes, 0, length);
    return new String(bytes, StandardCharsets.UTF_8).replace('\0', ' ').strip();
  }

  private static PinTries tries(long flags) {
    return (flags & 0x40000) != 0
        ? PinTries.LOCKED
        : (flags & 0x20000) != 0
            ? PinTries.LAST
            : (flags & 0x10000) != 0 ? PinTries.FEWER : PinTries.ENOUGH;
  }

  private void check(String call, long answer) throws VpnException {
    if (answer != CKR_OK) {
      throw new VpnException(
          Kind.CONFIGURATION,
          "PKCS#11 module " + path + ": " + call + " answers 0x" + Long.toHexString(answer));
    }
  }
}
