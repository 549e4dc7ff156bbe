package dev.adit.core.transport;

import static dev.adit.core.transport.Action.CLOSE;
import static dev.adit.core.transport.Action.CLOSE_UDP;
import static dev.adit.core.transport.Action.DISABLE_UDP;
import static dev.adit.core.transport.Action.ENABLE_UDP;
import static dev.adit.core.transport.Action.HAND_OVER;
import static dev.adit.core.transport.Action.RECONNECT;
import static dev.adit.core.transport.Action.RETIRE_UDP;
import static dev.adit.core.transport.Action.SCHEDULE_HAND_OVER;
import static dev.adit.core.transport.Action.SCHEDULE_PROBE;
import static dev.adit.core.transport.Action.SCHEDULE_PROBE_NOW;
import static dev.adit.core.transport.Action.SEND_ON_KERNEL;
import static dev.adit.core.transport.Action.SEND_ON_TLS;
import static dev.adit.core.transport.Action.SEND_ON_UDP;
import static dev.adit.core.transport.Action.START_PROBE;
import static dev.adit.core.transport.Action.START_QUIET_PROBES;
import static dev.adit.core.transport.Action.TAKE_BACK;
import static dev.adit.core.transport.Action.UNSCHEDULE;
import static dev.adit.core.transport.State.CLOSED;
import static dev.adit.core.transport.State.CONNECTING;
import static dev.adit.core.transport.State.ENABLING_UDP;
import static dev.adit.core.transport.State.ON_KERNEL;
import static dev.adit.core.transport.State.ON_TLS;
import static dev.adit.core.transport.State.ON_UDP;
import static dev.adit.core.transport.State.PROBING_UDP;
import static dev.adit.core.transport.State.RECONNECTING;
import static dev.adit.core.transport.State.UDP_QUIET;
import static dev.adit.core.transport.Trigger.KERNEL_DUE;
import static dev.adit.core.transport.Trigger.KERNEL_LOST;
import static dev.adit.core.transport.Trigger.KERNEL_UP;
import static dev.adit.core.transport.Trigger.PROBE_ANSWERED;
import static dev.adit.core.transport.Trigger.PROBE_DUE;
import static dev.adit.core.transport.Trigger.PROBE_FAILED;
import static dev.adit.core.transport.Trigger.SESSION_ENDED;
import static dev.adit.core.transport.Trigger.STOP;
import static dev.adit.core.transport.Trigger.TUNNEL_LOST;
import static dev.adit.core.transport.Trigger.TUNNEL_REPLACED;
import static dev.adit.core.transport.Trigger.TUNNEL_UP;
import static dev.adit.core.transport.Trigger.UDP_ENABLED;
import static dev.adit.core.transport.Trigger.UDP_LOST;
import static dev.adit.core.transport.Trigger.UDP_SILENT;

import java.util.List;

/** The machine as data: every pair of state and trigger is in one of the two lists. */
public final class TransportTable {
  /** A pair that changes nothing, and why it may come up. */
  public record Ignored(State state, Trigger trigger, String reason) {}

  private static final String LATE = "its cause was given up before it was told";

  public static final List<Transition> TABLE =
      List.of(
          row(CONNECTING, TUNNEL_UP, ON_TLS, SEND_ON_TLS, SCHEDULE_PROBE_NOW),
          row(CONNECTING, TUNNEL_LOST, CLOSED, CLOSE),
          row(CONNECTING, SESSION_ENDED, CLOSED, CLOSE),
          row(CONNECTING, STOP, CLOSED, CLOSE),
          row(ON_TLS, PROBE_DUE, PROBING_UDP, START_PROBE),
          row(ON_TLS, TUNNEL_REPLACED, ON_TLS, SEND_ON_TLS, SCHEDULE_PROBE_NOW),
          row(ON_TLS, TUNNEL_LOST, RECONNECTING, UNSCHEDULE, RECONNECT),
          row(ON_TLS, SESSION_ENDED, CLOSED, UNSCHEDULE, CLOSE),
          row(ON_TLS, STOP, CLOSED, UNSCHEDULE, CLOSE),
          row(PROBING_UDP, PROBE_ANSWERED, ENABLING_UDP, ENABLE_UDP),
          row(PROBING_UDP, PROBE_FAILED, ON_TLS, CLOSE_UDP, SCHEDULE_PROBE),
          row(PROBING_UDP, UDP_LOST, ON_TLS, CLOSE_UDP, SCHEDULE_PROBE),
          row(PROBING_UDP, TUNNEL_REPLACED, ON_TLS, CLOSE_UDP, SEND_ON_TLS, SCHEDULE_PROBE_NOW),
          row(PROBING_UDP, TUNNEL_LOST, RECONNECTING, CLOSE_UDP, RECONNECT),
          row(PROBING_UDP, SESSION_ENDED, CLOSED, CLOSE_UDP, CLOSE),
          row(PROBING_UDP, STOP, CLOSED, CLOSE_UDP, CLOSE),
          row(ENABLING_UDP, UDP_ENABLED, ON_UDP, SEND_ON_UDP, HAND_OVER),
          row(ENABLING_UDP, PROBE_FAILED, ON_TLS, DISABLE_UDP, CLOSE_UDP, SCHEDULE_PROBE),
          row(ENABLING_UDP, UDP_SILENT, UDP_QUIET, DISABLE_UDP, START_QUIET_PROBES),
          row(ENABLING_UDP, UDP_LOST, ON_TLS, DISABLE_UDP, CLOSE_UDP, SCHEDULE_PROBE),
          row(ENABLING_UDP, TUNNEL_REPLACED, ON_TLS, RETIRE_UDP, SEND_ON_TLS, SCHEDULE_PROBE_NOW),
          row(ENABLING_UDP, TUNNEL_LOST, RECONNECTING, CLOSE_UDP, RECONNECT),
          row(ENABLING_UDP, SESSION_ENDED, CLOSED, CLOSE_UDP, CLOSE),
          row(ENABLING_UDP, STOP, CLOSED, CLOSE_UDP, CLOSE),
          row(ON_UDP, KERNEL_DUE, ON_UDP, HAND_OVER),
          row(ON_UDP, KERNEL_UP, ON_KERNEL, SEND_ON_KERNEL),
          row(ON_UDP, KERNEL_LOST, ON_UDP, SCHEDULE_HAND_OVER),
          row(
              ON_UDP,
              UDP_SILENT,
              UDP_QUIET,
              UNSCHEDULE,
              SEND_ON_TLS,
              DISABLE_UDP,
              START_QUIET_PROBES),
          row(ON_UDP, UDP_LOST, ON_TLS, SEND_ON_TLS, DISABLE_UDP, CLOSE_UDP, SCHEDULE_PROBE),
          row(ON_UDP, TUNNEL_REPLACED, ON_TLS, SEND_ON_TLS, RETIRE_UDP, SCHEDULE_PROBE_NOW),
          row(ON_UDP, TUNNEL_LOST, RECONNECTING, SEND_ON_TLS, CLOSE_UDP, RECONNECT),
          row(ON_UDP, SESSION_ENDED, CLOSED, CLOSE_UDP, CLOSE),
          row(ON_UDP, STOP, CLOSED, CLOSE_UDP, CLOSE),
          row(ON_KERNEL, KERNEL_LOST, ON_UDP, TAKE_BACK, SEND_ON_UDP, SCHEDULE_HAND_OVER),
          row(
              ON_KERNEL,
              UDP_SILENT,
              UDP_QUIET,
              TAKE_BACK,
              SEND_ON_TLS,
              DISABLE_UDP,
              START_QUIET_PROBES),
          row(
              ON_KERNEL,
              UDP_LOST,
              ON_TLS,
              TAKE_BACK,
              SEND_ON_TLS,
              DISABLE_UDP,
              CLOSE_UDP,
              SCHEDULE_PROBE),
          row(
              ON_KERNEL,
              TUNNEL_REPLACED,
              ON_TLS,
              TAKE_BACK,
              SEND_ON_TLS,
              RETIRE_UDP,
              SCHEDULE_PROBE_NOW),
          row(ON_KERNEL, TUNNEL_LOST, RECONNECTING, TAKE_BACK, SEND_ON_TLS, CLOSE_UDP, RECONNECT),
          row(ON_KERNEL, SESSION_ENDED, CLOSED, TAKE_BACK, CLOSE_UDP, CLOSE),
          row(ON_KERNEL, STOP, CLOSED, TAKE_BACK, CLOSE_UDP, CLOSE),
          row(UDP_QUIET, PROBE_ANSWERED, ENABLING_UDP, ENABLE_UDP),
          row(UDP_QUIET, PROBE_FAILED, ON_TLS, CLOSE_UDP, SCHEDULE_PROBE_NOW),
          row(UDP_QUIET, UDP_LOST, ON_TLS, CLOSE_UDP, SCHEDULE_PROBE),
          row(UDP_QUIET, TUNNEL_REPLACED, ON_TLS, RETIRE_UDP, SEND_ON_TLS, SCHEDULE_PROBE_NOW),
          row(UDP_QUIET, TUNNEL_LOST, RECONNECTING, CLOSE_UDP, RECONNECT),
          row(UDP_QUIET, SESSION_ENDED, CLOSED, CLOSE_UDP, CLOSE),
          row(UDP_QUIET, STOP, CLOSED, CLOSE_UDP, CLOSE),
          row(RECONNECTING, TUNNEL_UP, ON_TLS, SEND_ON_TLS, SCHEDULE_PROBE_NOW),
          row(RECONNECTING, SESSION_ENDED, CLOSED, CLOSE),
          row(RECONNECTING, STOP, CLOSED, CLOSE));

  public static final List<Ignored> IGNORED =
      List.of(
          ignored(CONNECTING, TUNNEL_REPLACED, "there is no tunnel to replace"),
          ignored(CONNECTING, PROBE_DUE, LATE),
          ignored(CONNECTING, PROBE_ANSWERED, LATE),
          ignored(CONNECTING, PROBE_FAILED, LATE),
          ignored(CONNECTING, UDP_ENABLED, LATE),
          ignored(CONNECTING, UDP_SILENT, LATE),
          ignored(CONNECTING, UDP_LOST, LATE),
          ignored(CONNECTING, KERNEL_DUE, LATE),
          ignored(CONNECTING, KERNEL_UP, LATE),
          ignored(CONNECTING, KERNEL_LOST, LATE),
          ignored(ON_TLS, TUNNEL_UP, "it is up already"),
          ignored(ON_TLS, PROBE_ANSWERED, LATE),
          ignored(ON_TLS, PROBE_FAILED, LATE),
          ignored(ON_TLS, UDP_ENABLED, LATE),
          ignored(ON_TLS, UDP_SILENT, LATE),
          ignored(ON_TLS, UDP_LOST, LATE),
          ignored(ON_TLS, KERNEL_DUE, LATE),
          ignored(ON_TLS, KERNEL_UP, LATE),
          ignored(ON_TLS, KERNEL_LOST, LATE),
          ignored(PROBING_UDP, TUNNEL_UP, "it is up already"),
          ignored(PROBING_UDP, PROBE_DUE, "a probe is under way"),
          ignored(PROBING_UDP, UDP_ENABLED, LATE),
          ignored(PROBING_UDP, UDP_SILENT, "the handshake has its own limit"),
          ignored(PROBING_UDP, KERNEL_DUE, LATE),
          ignored(PROBING_UDP, KERNEL_UP, LATE),
          ignored(PROBING_UDP, KERNEL_LOST, LATE),
          ignored(ENABLING_UDP, TUNNEL_UP, "it is up already"),
          ignored(ENABLING_UDP, PROBE_DUE, "UDP works already"),
          ignored(ENABLING_UDP, PROBE_ANSWERED, "UDP works already"),
          ignored(ENABLING_UDP, KERNEL_DUE, LATE),
          ignored(ENABLING_UDP, KERNEL_UP, LATE),
          ignored(ENABLING_UDP, KERNEL_LOST, LATE),
          ignored(ON_UDP, TUNNEL_UP, "it is up already"),
          ignored(ON_UDP, PROBE_DUE, "UDP works already"),
          ignored(ON_UDP, PROBE_ANSWERED, "as it should be"),
          ignored(ON_UDP, PROBE_FAILED, "silence under traffic decides, not one lost probe"),
          ignored(ON_UDP, UDP_ENABLED, "it is enabled already"),
          ignored(ON_KERNEL, TUNNEL_UP, "it is up already"),
          ignored(ON_KERNEL, PROBE_DUE, "UDP works already"),
          ignored(ON_KERNEL, PROBE_ANSWERED, "as it should be"),
          ignored(ON_KERNEL, PROBE_FAILED, "silence under traffic decides, not one lost probe"),
          ignored(ON_KERNEL, UDP_ENABLED, "it is enabled already"),
          ignored(ON_KERNEL, KERNEL_DUE, "the kernel has taken over already"),
          ignored(ON_KERNEL, KERNEL_UP, "known already"),
          ignored(UDP_QUIET, TUNNEL_UP, "it is up already"),
          ignored(UDP_QUIET, PROBE_DUE, "the silent association is being asked"),
          ignored(UDP_QUIET, UDP_ENABLED, LATE),
          ignored(UDP_QUIET, UDP_SILENT, "known already"),
          ignored(UDP_QUIET, KERNEL_DUE, LATE),
          ignored(UDP_QUIET, KERNEL_UP, LATE),
          ignored(UDP_QUIET, KERNEL_LOST, LATE),
          ignored(RECONNECTING, TUNNEL_REPLACED, "there is no tunnel to replace"),
          ignored(RECONNECTING, TUNNEL_LOST, "known already"),
          ignored(RECONNECTING, PROBE_DUE, LATE),
          ignored(RECONNECTING, PROBE_ANSWERED, LATE),
          ignored(RECONNECTING, PROBE_FAILED, LATE),
          ignored(RECONNECTING, UDP_ENABLED, LATE),
          ignored(RECONNECTING, UDP_SILENT, LATE),
          ignored(RECONNECTING, UDP_LOST, LATE),
          ignored(RECONNECTING, KERNEL_DUE, LATE),
          ignored(RECONNECTING, KERNEL_UP, LATE),
          ignored(RECONNECTING, KERNEL_LOST, LATE));

  private TransportTable() {}

  private static Transition row(State from, Trigger on, State to, Action... actions) {
    return new Transition(from, on, to, List.of(actions));
  }

  private static Ignored ignored(State state, Trigger trigger, String reason) {
    return new Ignored(state, trigger, reason);
  }
}
