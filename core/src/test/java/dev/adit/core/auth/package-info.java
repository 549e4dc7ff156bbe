/** Tests. */
@NullMarked
package dev.adit.core.auth;

import org.jspecify.annotations.NullMarked;
