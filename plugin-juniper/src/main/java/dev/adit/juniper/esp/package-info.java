/**
 * ESP in UDP as Network Connect sets it up: which attributes name the algorithms, how keys are cut
 * from a block, what a probe is. The packets themselves are core's.
 */
@NullMarked
package dev.adit.juniper.esp;

import org.jspecify.annotations.NullMarked;
