/** One-time codes: HOTP (RFC 4226) and TOTP (RFC 6238). Pure. */
@NullMarked
package dev.adit.core.token;

import org.jspecify.annotations.NullMarked;
