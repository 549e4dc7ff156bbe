/**
 * The server side of AnyConnect, true enough that openconnect 9.01 connects to it: log-in by XML or
 * forms, CONNECT, frames, DTLS in its three forms. Sans-IO; for tests and demonstrations.
 */
@NullMarked
package dev.adit.anyconnect.gateway;

import org.jspecify.annotations.NullMarked;
