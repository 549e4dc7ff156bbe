/**
 * The tunnel over TLS, as draft-mavrogiannopoulos-openconnect describes it and ocserv 1.1.6 speaks
 * it: an HTTP CONNECT, then frames of eight header bytes and a payload. Each frame we send is one
 * TLS record, because ocserv ends the session otherwise; frames we receive may be cut anywhere.
 */
@NullMarked
package dev.adit.anyconnect.cstp;

import org.jspecify.annotations.NullMarked;
