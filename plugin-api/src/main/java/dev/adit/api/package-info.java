/**
 * What a vendor plugin compiles against: the description of a protocol, its log-in as a
 * conversation, its tunnel as sans-IO engines, and, if it has one, its own loopback gateway.
 *
 * <pre>
 *   VpnProtocol ── info()          what it is called, which options it adds
 *        │
 *        ├──────── authenticate()  a conversation on a thread of its own; blocks as it likes
 *        │                         ({@link dev.adit.api.auth}, {@link dev.adit.api.http})
 *        ├──────── tunnel()        a sans-IO engine over one TLS connection
 *        │            │            ({@link dev.adit.api.tunnel}, {@link dev.adit.api.packet})
 *        │            └─ offers    datagram carriers that core performs
 *        │                         ({@link dev.adit.api.datagram})
 *        └──────── gateway()       the server side, for tests and demonstrations
 *                                  ({@link dev.adit.api.gateway})
 * </pre>
 *
 * <p>Nothing here opens a socket, starts a thread, or reads a clock. Engines are called by one
 * thread at a time; they get the time as {@code System.nanoTime()}-like nanoseconds, which may be
 * compared only by subtraction.
 */
@NullMarked
package dev.adit.api;

import org.jspecify.annotations.NullMarked;
