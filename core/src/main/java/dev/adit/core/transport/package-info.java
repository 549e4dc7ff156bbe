/**
 * Which carrier moves the packets: one table for all protocols. Nothing here does anything; {@link
 * dev.adit.core.transport.TransportMachine#fire} says what is to be done.
 *
 * <p>TLS carries packets in every state between CONNECTING and ON_UDP. From ON_UDP the kernel may
 * take over, where it can: it owns the numbers of ESP from KERNEL_UP until TAKE_BACK, and this
 * process before and after; nobody else ever seals a packet meanwhile. A UDP path that fell silent
 * is kept and asked again in UDP_QUIET, so that its return needs no handshake. TUNNEL_LOST leads to
 * RECONNECTING from everywhere, STOP and SESSION_ENDED to CLOSED. The picture and the whole table,
 * made from the data, stand in {@code transport.md} beside this file.
 */
@NullMarked
package dev.adit.core.transport;

import org.jspecify.annotations.NullMarked;
