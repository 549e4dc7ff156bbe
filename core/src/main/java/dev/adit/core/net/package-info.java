/**
 * From a host's name to an established TLS connection: resolution, the race of addresses (RFC
 * 8305), proxies, handshake. Blocking, for threads that may; the connection then goes to the event
 * loop.
 */
@NullMarked
package dev.adit.core.net;

import org.jspecify.annotations.NullMarked;
