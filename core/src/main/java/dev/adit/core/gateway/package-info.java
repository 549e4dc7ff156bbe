/**
 * Hosts the server side that a plugin ships ({@link dev.adit.api.gateway}): TLS listener, UDP
 * socket, TUN, addresses and faults of the network. For development, tests and demonstrations; it
 * is no gateway to put on the Internet.
 *
 * <p>Everything runs on one event loop, which may have entered a network namespace first.
 */
@NullMarked
package dev.adit.core.gateway;

import org.jspecify.annotations.NullMarked;
