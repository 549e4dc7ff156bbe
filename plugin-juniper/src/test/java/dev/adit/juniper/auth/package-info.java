/** Tests. */
@NullMarked
package dev.adit.juniper.auth;

import org.jspecify.annotations.NullMarked;
