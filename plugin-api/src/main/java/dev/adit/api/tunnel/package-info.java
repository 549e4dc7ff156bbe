/** The tunnel over TLS as a sans-IO engine: what it is told, what it says, what it configures. */
@NullMarked
package dev.adit.api.tunnel;

import org.jspecify.annotations.NullMarked;
