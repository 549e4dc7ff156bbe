/**
 * Single sign-on: what a browser brings back, and how it is read.
 *
 * <pre>
 * external browser   GET http://localhost:29786/api/sso/BLOB?return=URL    {@link SsoKey} opens BLOB
 * embedded browser   the cookie that the server named
 * </pre>
 *
 * Either gives the token that goes back to the server in the form's {@code sso-token}.
 */
@NullMarked
package dev.adit.anyconnect.sso;

import org.jspecify.annotations.NullMarked;
