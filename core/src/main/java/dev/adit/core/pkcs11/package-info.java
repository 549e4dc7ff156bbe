/**
 * Client certificates whose key stays on a token: RFC 7512 URIs, finding what one names, and a key
 * handle of the JDK's PKCS#11 provider. A PIN is used once; a refused one is never tried again.
 */
@NullMarked
package dev.adit.core.pkcs11;

import org.jspecify.annotations.NullMarked;
