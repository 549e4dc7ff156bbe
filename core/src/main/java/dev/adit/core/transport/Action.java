package dev.adit.core.transport;

/** What is to be done, in the order given. */
public enum Action {
  SEND_ON_TLS,
  SEND_ON_UDP,
  /** Packets pass this process no more; those that still come to it go by TLS. */
  SEND_ON_KERNEL,
  /** Make a new association from a new socket. */
  START_PROBE,
  /** Ask the silent association from time to time. */
  START_QUIET_PROBES,
  SCHEDULE_PROBE,
  /** Try UDP without waiting. */
  SCHEDULE_PROBE_NOW,
  /** Nothing is tried any more until it is scheduled again. */
  UNSCHEDULE,
  CLOSE_UDP,
  /** Use the association no more, but read for a while what is under way. */
  RETIRE_UDP,
  /** Tell the server that packets come by UDP from now on. */
  ENABLE_UDP,
  /** Tell the server that they do not any more. */
  DISABLE_UDP,
  /** Ask the kernel to take keys, numbers and packets over; KERNEL_UP or KERNEL_LOST answers. */
  HAND_OVER,
  /** Have numbers and packets back from the kernel, before anybody else seals one. */
  TAKE_BACK,
  SCHEDULE_HAND_OVER,
  RECONNECT,
  CLOSE
}
