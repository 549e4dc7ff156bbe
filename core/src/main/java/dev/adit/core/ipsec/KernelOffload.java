package dev.adit.core.ipsec;

import dev.adit.api.error.VpnException;

/**
 * How an association's packets get into the kernel, and back. The transport table decides when;
 * this performs. All calls come from the session's thread and are brief; while one runs, nobody
 * seals a packet, so that the numbers have one owner at any time.
 *
 * <pre>
 *   prepare ─→ handOver ─→ (takeBack, by us | lost or silent; then takeBack) ─→ handOver ─→ …
 * </pre>
 */
public interface KernelOffload {
  /** What becomes of it, told on the session's thread; never from within {@link #handOver}. */
  interface Listener {
    /**
     * The kernel does not move packets any more though nobody took them back: its state was
     * flushed, a filter removed. {@link #takeBack} follows.
     */
    void lost(String reason);

    /** Packets go out and nothing comes in, nor are probes answered. {@link #takeBack} follows. */
    void silent(String reason);

    /** Inner packets that the kernel moved since it was last told. */
    void moved(Moved since);
  }

  /**
   * A number of packets, and their bytes.
   *
   * @param lost packets that did not get here, by their numbers
   */
  record Moved(long packetsIn, long bytesIn, long packetsOut, long bytesOut, long lost) {}

  /**
   * Has everything made ready that takes the kernel time, on another thread; nothing changes for
   * packets. May be called again, to learn whether that has come to its end.
   *
   * @return whether {@link #handOver} may be called, which tells how it went
   */
  boolean prepare(TunnelDevice device);

  /** Whether the user asked for the kernel; else it is no news where it cannot. */
  boolean isAskedFor();

  /**
   * Gives keys, sequence and replay state to the kernel, and has it move the packets of a device.
   * After it returned, nothing is sealed in this process; packets that still come to the device go
   * by TLS.
   *
   * @param roundTripNanos how long the peer takes to answer
   * @throws VpnException which gate failed and what would mend it; then nothing has changed. With
   *     the kind PRIVILEGE it is not tried again, else it may be prepared and tried later
   */
  void handOver(TunnelDevice device, long roundTripNanos, Listener listener) throws VpnException;

  /**
   * Has everything back: packets come to this process again, and numbers go on from where the
   * kernel was, as far as it still knows. Does nothing if it has not taken over.
   */
  void takeBack(long nowNanos);

  /** For the user, while the kernel moves the packets: {@code ESP in the kernel (redirect)}. */
  String description();
}
