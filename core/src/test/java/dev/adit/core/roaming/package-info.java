@NullMarked
package dev.adit.core.roaming;

import org.jspecify.annotations.NullMarked;
