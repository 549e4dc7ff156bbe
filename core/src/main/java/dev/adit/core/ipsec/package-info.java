/**
 * Who performs ESP: this process, or the kernel. A session sees {@link
 * dev.adit.core.ipsec.IpsecBackend} and {@link dev.adit.core.ipsec.KernelOffload} alone.
 *
 * <pre>
 *   UserspaceIpsec     always in this process
 *   KernelIpsec        in this process until UDP is proved, then in the kernel, and back
 *     KernelAssociation  an association, wherever it is; keys and numbers stay known here
 *       Preparation        what the kernel needs time for, on a thread of its own
 *       PacketWay          how packets come to the kernel's SAs, for as long as the TUN
 *         Redirect           by filters, through an interface of IPsec's own
 *           IpsecInterface     xfrm, or VTI
 *         PolicyWay          by policies alone
 *       KernelSas          SAs and policies, from one handing over to the taking back
 *       Removal            what is taken away again, also where the kernel refuses it first
 *     IpsecKernel        netlink, or what a test has in its place
 *     Gate, Refusal      what a machine may lack, and the remedy
 *   OffloadSurvey      all gates tried in turn, for who asks beforehand
 * </pre>
 *
 * <p>What outlives a killed process: SAs and policies for a minute, which nothing reaches any more
 * since the socket and the TUN went with the process; IPsec's interface, which is in the journal.
 *
 * <p>Threads: all of it belongs to the session's loop, but what a {@code Preparation} makes until
 * it is done.
 */
@NullMarked
package dev.adit.core.ipsec;

import org.jspecify.annotations.NullMarked;
