/**
 * What was changed on this host and has to be undone, written down before it is done: a process
 * that is killed leaves its journal, and the next one undoes what stands in it.
 */
@NullMarked
package dev.adit.core.journal;

import org.jspecify.annotations.NullMarked;
