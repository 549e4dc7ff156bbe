/**
 * The conductor: where engines, sockets and the clock meet. It decides nothing about protocol.
 *
 * <h2>Threads</h2>
 *
 * <pre>
 *   event loop    everything of a session: its links, its device, its timers, its engines
 *   dial threads  one for each TLS connection while it is being made; hands the result to the loop
 *   callers       VpnSession's public methods put a task on the loop; status() reads a snapshot
 * </pre>
 *
 * <p>There are no locks: state belongs to the loop's thread, snapshots are immutable and volatile.
 *
 * <h2>A packet's way out</h2>
 *
 * <ol>
 *   <li>The device is readable: packets are read into the loop's outbound batch until it is full or
 *       there are none. A large one is cut on the way ({@link dev.adit.core.offload.Segmenter}).
 *   <li>The carrier in use seals the batch in place: {@link dev.adit.core.session.TlsLink} frames
 *       each packet and makes a record of it, {@link dev.adit.core.session.DatagramLink} a
 *       datagram.
 *   <li>All records go to the socket in one call, all datagrams in one {@code sendmmsg}.
 *   <li>If the socket is full, the device is not read until it drains: the kernel's own queue is
 *       the only one, and it is short.
 * </ol>
 *
 * <h2>A packet's way in</h2>
 *
 * <ol>
 *   <li>The socket is readable: bytes or datagrams are read, opened, and appended to the loop's
 *       inbound batch.
 *   <li>The batch is written to the device at once, whichever carrier it came by; what follows one
 *       another in a flow is one write ({@link dev.adit.core.offload.Coalescer}).
 * </ol>
 *
 * <p>Copies and system calls are counted in {@code packets.md} beside this file.
 *
 * <p>How long a packet may be by UDP is {@link dev.adit.core.session.PathMtu}'s to find out.
 *
 * <p>Batches and buffers belong to the loop ({@link dev.adit.core.session.LoopBuffers}) and are
 * lent for the length of a call; an idle session owns none.
 */
@NullMarked
package dev.adit.core.session;

import org.jspecify.annotations.NullMarked;
