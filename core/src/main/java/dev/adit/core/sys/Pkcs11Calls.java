package dev.adit.core.sys;

import jnr.ffi.NativeLong;
import jnr.ffi.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * A PKCS#11 module, as far as it is used; names, arguments and values as in OASIS PKCS#11 2.40.
 * Public only because jnr-ffi implements it from a class loader of its own.
 */
public interface Pkcs11Calls {
  NativeLong C_Initialize(Pointer arguments);

  NativeLong C_GetSlotList(byte tokenPresent, Pointer slots, Pointer count);

  NativeLong C_GetTokenInfo(NativeLong slot, Pointer info);

  NativeLong C_OpenSession(
      NativeLong slot,
      NativeLong flags,
      @Nullable Pointer application,
      @Nullable Pointer notify,
      Pointer session);

  NativeLong C_CloseSession(NativeLong session);

  NativeLong C_FindObjectsInit(NativeLong session, Pointer template, NativeLong count);

  NativeLong C_FindObjects(NativeLong session, Pointer objects, NativeLong most, Pointer count);

  NativeLong C_FindObjectsFinal(NativeLong session);

  NativeLong C_GetAttributeValue(
      NativeLong session, NativeLong object, Pointer template, NativeLong count);
}
