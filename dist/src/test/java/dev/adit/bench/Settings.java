package dev.adit.bench;

/**
 * How much of everything.
 *
 * @param pairs how often both clients are measured
 * @param seconds of each transfer
 * @param warmUpMegabytes each way, before anything is measured
 */
record Settings(int pairs, int seconds, int warmUpMegabytes) {}
