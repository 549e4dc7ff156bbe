/**
 * {@code dist/bench}: our client and openconnect in turn, at the same server, in one run.
 *
 * <pre>
 *   Bench         the command line: which measurements, how many pairs, where the results go
 *   Measurement   one of them: gives figures
 *   Site          a server in its namespace, and a way to connect either client to it
 *   Floor         the least that a client can do, to be measured beside ours
 *   Session       a client that is connected; what it is carried by is checked, not believed
 *   Figure, Goal  what was measured of both, and whether that is good enough        pure
 *   Micro         the engines by themselves, by JMH, which is in src/micro
 *   EspKernel     the kernel's ESP beside our own, in a guest
 *   Growth        what becomes of it as the work grows: a page of Series, with charts
 *   Drops         packets that a queue on the way had no room for
 *   Report        the table, JSON, CSV and chart of the figures                     pure
 * </pre>
 *
 * <p>What cannot be trusted is void: a {@link dev.adit.bench.VoidRun} ends the measurement of that
 * figure, and the run with it fails.
 */
@NullMarked
package dev.adit.bench;

import org.jspecify.annotations.NullMarked;
