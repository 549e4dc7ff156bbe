/** Tests of cutting and joining, against {@link dev.adit.core.offload.NaiveSegments}. */
@NullMarked
package dev.adit.core.offload;

import org.jspecify.annotations.NullMarked;
