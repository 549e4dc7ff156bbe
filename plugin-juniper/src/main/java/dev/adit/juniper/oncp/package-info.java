/** The tunnel over TLS: records, KMP messages in them, groups of attributes in those. */
@NullMarked
package dev.adit.juniper.oncp;

import org.jspecify.annotations.NullMarked;
