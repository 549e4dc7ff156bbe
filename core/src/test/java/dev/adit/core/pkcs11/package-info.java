/** URIs of RFC 7512. */
@NullMarked
package dev.adit.core.pkcs11;

import org.jspecify.annotations.NullMarked;
