/**
 * DTLS as AnyConnect servers speak it: three handshakes, one record layer.
 *
 * <pre>
 *   form                      wire    handshake                keys from
 *   PSK-NEGOTIATE             fe fd   full, PSK key exchange   exporter of the tunnel's TLS connection
 *   DTLS 1.2 by resumption    fe fd   abbreviated              master secret we sent over TLS
 *   pre-RFC DTLS              01 00   abbreviated, its own     master secret we sent over TLS
 *                                     rules (see {@link dev.adit.anyconnect.dtls.Dialect})
 * </pre>
 *
 * <p>The handshakes are our own: each is four to six small messages without certificates, two of
 * the three are spoken by no library, and being sans-IO they run on the tunnel's thread and are
 * tested against a fake clock. In the tunnel every record is one datagram: {@code type(1) ‖
 * payload} as plaintext, where type is as in {@link dev.adit.anyconnect.dtls.PacketType}.
 *
 * <p>Sources: RFC 5246, RFC 6347, RFC 5288, RFC 7905, RFC 4279; what no RFC says was observed with
 * ocserv 1.1.6 and openconnect 9.01.
 */
@NullMarked
package dev.adit.anyconnect.dtls;

import org.jspecify.annotations.NullMarked;
