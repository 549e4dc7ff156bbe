/**
 * Cisco AnyConnect, as spoken by ASA and ocserv.
 *
 * <pre>
 *   auth   log-in: config-auth documents by XML POST, or the older forms
 *   cstp   the tunnel over TLS: CONNECT, frames, liveness
 *   dtls   the tunnel over UDP
 * </pre>
 */
@NullMarked
package dev.adit.anyconnect;

import org.jspecify.annotations.NullMarked;
