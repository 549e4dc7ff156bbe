/** What can go wrong, told apart by what the caller can do about it. */
@NullMarked
package dev.adit.api.error;

import org.jspecify.annotations.NullMarked;
