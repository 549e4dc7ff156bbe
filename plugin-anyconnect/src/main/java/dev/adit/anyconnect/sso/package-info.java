/**
 * Single sign-on: what a browser brings back, how it is read, and the key that a session is bound
 * to ({@link StrapKey}).
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
