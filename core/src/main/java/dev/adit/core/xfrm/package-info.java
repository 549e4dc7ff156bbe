/**
 * SAs and policies of the kernel's IPsec as netlink messages, linux/xfrm.h. Pure; the tests hold
 * the {@code ip xfrm} command that each equals beside its bytes. Numbers are in the machine's byte
 * order but for addresses, SPIs and ports.
 */
@NullMarked
package dev.adit.core.xfrm;

import org.jspecify.annotations.NullMarked;
