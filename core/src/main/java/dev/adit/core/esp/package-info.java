/**
 * ESP in UDP with manual keys, in userspace: RFC 4303 in tunnel mode, RFC 3948 without the non-ESP
 * marker (nothing but ESP shares the port).
 *
 * <pre>
 *   0        4         8        24
 *   | SPI BE | number  | IV     | AES-CBC( packet | 01 02 .. p | p | next header ) | ICV |
 *   |&lt;------------- authenticated: truncated HMAC, 12 or 16 bytes -------------&gt;|
 * </pre>
 *
 * <p>Who owns what:
 *
 * <pre>
 *   EspAssociation  the SAs of one offer: keys, numbers, replay state; outlives sockets
 *     EspSealer       outbound SA      CbcChain, IcvMac, IvSource
 *     EspOpener       inbound SA       CbcChain, IcvMac, AntiReplayWindow
 *     EspOpener       the inbound SA before the last rekey, for a while
 *   EspEngine       one socket's use of an association: probes, liveness, events
 * </pre>
 *
 * <p>Numbers must go on when a socket is replaced, since the peer keeps its replay window: hence
 * the two lives.
 *
 * <p>Threads: an engine and its association belong to one thread; sealing and opening touch
 * disjoint state, so that two threads may do them while no other call runs.
 *
 * <p>Cost per packet: nothing is allocated here. The JCE's {@code Mac.doFinal} makes one array for
 * the digest (32 to 48 bytes); {@code Cipher.update} nothing, given how {@link
 * dev.adit.core.esp.CbcChain} calls it.
 */
@NullMarked
package dev.adit.core.esp;

import org.jspecify.annotations.NullMarked;
