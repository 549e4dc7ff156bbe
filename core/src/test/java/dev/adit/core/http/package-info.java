/** Tests of HTTP authentication. */
@NullMarked
package dev.adit.core.http;

import org.jspecify.annotations.NullMarked;
