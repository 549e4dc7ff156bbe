/**
 * The only package that makes system calls, through jnr-ffi; Linux on 64-bit machines.
 *
 * <pre>
 *   LibC, Errno, SystemCallException     the calls, and what they fail with
 *   Fd                                   a descriptor that is closed once
 *   TunDevice, TcpSocket, TcpListener,   packets and bytes, never blocking
 *   UdpSocket, UdpListener               (both send by DatagramSender)
 *   NetlinkSocket                        requests to the kernel, answered in turn
 *   Epoll, EventFd, Rest                 for the event loop alone
 *   NetworkNamespace, ProcessControl, Clocks, Descriptors
 * </pre>
 *
 * <p>Each device owns a slab of native memory for its system calls; there is one copy between it
 * and the {@code byte[]} of a {@link dev.adit.api.packet.PacketBatch}, because the ciphers of the
 * JDK are several times slower on native memory than on arrays. Nothing here is thread-safe unless
 * it says so: one thread at a time per object.
 */
@NullMarked
package dev.adit.core.sys;

import org.jspecify.annotations.NullMarked;
