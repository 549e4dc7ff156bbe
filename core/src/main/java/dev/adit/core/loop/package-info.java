/**
 * One thread that serves many sessions: readiness of descriptors, timers, tasks from other threads.
 * What runs on it never blocks. Everything that belongs to a session is touched on its loop alone,
 * and so needs no lock.
 */
@NullMarked
package dev.adit.core.loop;

import org.jspecify.annotations.NullMarked;
