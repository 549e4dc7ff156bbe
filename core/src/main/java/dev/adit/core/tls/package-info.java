/**
 * TLS by BouncyCastle's bctls in its non-blocking form, and the one place that decides whom to
 * trust.
 *
 * <p>One TLS stack serves log-in and tunnel, because a tunnel may need keying material exported
 * from the connection that carries it (RFC 5705). BouncyCastle's provider is appended to the JDK's,
 * so that AES stays with the JDK's intrinsics. Versions 1.2 and 1.3; AES-GCM before ChaCha20. The
 * library makes the handshake; records of AES-GCM are sealed and opened here:
 *
 * <pre>
 *   TlsEngine ──→ bctls: handshake, alerts, numbers, changes of keys
 *       │           │ asks for
 *       │         RecordLayer: header, type, padding ──→ RecordCipher: one direction's AES-GCM
 *       │           │ seals into, opens into                 ↑ RecordKeys
 *       └─────→ RecordBuffers: what goes to the wire, what a reader gets
 * </pre>
 */
@NullMarked
package dev.adit.core.tls;

import org.jspecify.annotations.NullMarked;
