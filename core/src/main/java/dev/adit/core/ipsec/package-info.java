/**
 * Who performs ESP: this process, or the kernel. A session sees {@link
 * dev.adit.core.ipsec.IpsecBackend} alone.
 */
@NullMarked
package dev.adit.core.ipsec;

import org.jspecify.annotations.NullMarked;
