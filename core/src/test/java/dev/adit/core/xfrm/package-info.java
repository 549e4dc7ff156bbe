/** Bytes of the kernel's IPsec, against those of iproute2. */
@NullMarked
package dev.adit.core.xfrm;

import org.jspecify.annotations.NullMarked;
