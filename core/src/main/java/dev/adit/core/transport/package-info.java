/**
 * Which carrier moves the packets: one table for all protocols. Nothing here does anything; {@link
 * dev.adit.core.transport.TransportMachine#fire} says what is to be done.
 *
 * <pre>
 *   CONNECTING ─ TUNNEL_UP ─→ ON_TLS ←───────────── PROBE_FAILED ──────┐
 *                               │  ↑                                   │
 *                           PROBE_DUE  UDP_LOST, PROBE_FAILED          │
 *                               ↓  │                                   │
 *                            PROBING_UDP ─ PROBE_ANSWERED ─→ ENABLING_UDP
 *                                                               │   ↑
 *                                                         UDP_ENABLED  PROBE_ANSWERED
 *                                                               ↓   │
 *                                              ON_UDP ─ UDP_SILENT ─→ UDP_QUIET
 * </pre>
 *
 * <p>TLS carries packets in every state between CONNECTING and ON_UDP. A UDP path that fell silent
 * is kept and asked again in UDP_QUIET, so that its return needs no handshake. TUNNEL_LOST leads to
 * RECONNECTING from everywhere, STOP and SESSION_ENDED to CLOSED. The whole table, as a test
 * renders it, stands in {@code transport-table.txt} beside the test.
 */
@NullMarked
package dev.adit.core.transport;

import org.jspecify.annotations.NullMarked;
