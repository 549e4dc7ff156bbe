package dev.adit.core.ipsec;

import dev.adit.api.datagram.SaParameters;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.tunnel.IpPrefix;
import dev.adit.core.esp.EspAssociation;
import dev.adit.core.esp.EspNumbers;
import dev.adit.core.esp.EspNumbers.Received;
import dev.adit.core.ipsec.KernelOffload.Listener;
import dev.adit.core.ipsec.KernelOffload.Moved;
import dev.adit.core.ipsec.PacketWay.Selector;
import dev.adit.core.loop.Reactor;
import dev.adit.core.loop.Scheduler;
import dev.adit.core.sys.Errno;
import dev.adit.core.sys.SystemCallException;
import dev.adit.core.xfrm.XfrmEvent;
import dev.adit.core.xfrm.XfrmPolicy;
import dev.adit.core.xfrm.XfrmPolicy.Direction;
import dev.adit.core.xfrm.XfrmReplay;
import dev.adit.core.xfrm.XfrmSa;
import dev.adit.core.xfrm.XfrmSaId;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An association's SAs and policies while the kernel has them. Belongs to the session's thread.
 *
 * <p>Order of taking over: SAs that receive, with what was received so far; policies that let in,
 * without which the kernel would drop what it opens; the socket, whose ESP the kernel takes from
 * then on; the SA that sends, with the next number; policies that send; the filter on the TUN. Back
 * again: the filter; policies that send; the socket; the numbers are read; all is removed. So
 * packets always have one way, and each number one owner.
 *
 * <p>No packet passes this process. The kernel tells ten times a second which SAs are in use, and
 * nothing of idle ones. When packets go out and none come in, the peer is asked; its answer is
 * dropped by the kernel, but counted by the SA, which is all that is needed. The question takes a
 * number that the kernel's SA is moved past first, the one right before what it sends next: a
 * number further ahead would make the kernel's own look old to the peer.
 */
final class KernelSas {
  private static final Logger LOG = LoggerFactory.getLogger(KernelSas.class);

  /** More packets than the kernel sends while a message of ours is under way to it. */
  private static final int NUMBERS_LEFT_OUT = 64;

  /** The same for a time of which nothing is known, since the SA was taken away. */
  private static final int NUMBERS_LEFT_OUT_BLINDLY = 1 << 17;

  private static final int PRIORITY = 1;

  private final IpsecKernel kernel;
  private final PacketWay way;
  private final EspAssociation sas;
  private final EspSocket socket;
  private final Reactor loop;
  private final KernelTimings timings;
  private final Listener listener;
  private final int requestId;
  private final InetSocketAddress local;
  private final InetSocketAddress remote;
  private final Scheduler.Timer upkeep;
  private final Scheduler.Timer suspicion;

  /** What we have in the kernel and refresh, with when it was added. */
  private final Map<XfrmSaId, Installed> installed = new LinkedHashMap<>();

  /** SAs of before a rekey, with when they are to go. */
  private final Map<XfrmSaId, Long> retiring = new LinkedHashMap<>();

  private final Map<XfrmSaId, XfrmEvent> lastSeen = new LinkedHashMap<>();
  private final NumberGaps gaps = new NumberGaps();

  /** In the order in which they were set. */
  private final Map<Selector, XfrmPolicy> policies = new LinkedHashMap<>();

  private final List<Reactor.Watch> watches = new ArrayList<>();
  private @Nullable XfrmSaId outbound;
  private EspNumbers given;
  private boolean waiting;

  /** Packets that came in by all SAs, those that are gone as well. */
  private long received;

  private long receivedBefore;
  private int asked;
  private boolean onTrial;
  private boolean settled;
  private boolean heard;
  private boolean over;

  private record Installed(XfrmSa sa, long addedAt) {}

  private KernelSas(
      IpsecKernel kernel,
      PacketWay way,
      EspAssociation sas,
      EspSocket socket,
      Reactor loop,
      int requestId,
      KernelTimings timings,
      Listener listener)
      throws VpnException {
    this.kernel = kernel;
    this.way = way;
    this.sas = sas;
    this.socket = socket;
    this.loop = loop;
    this.listener = listener;
    this.requestId = requestId;
    this.timings = timings;
    this.local = socket.local();
    this.remote = socket.remote();
    this.given = sas.numbers(loop.now());
    this.upkeep = loop.timer(this::onUpkeep);
    this.suspicion = loop.timer(this::onSuspicion);
  }

  /**
   * Hands over.
   *
   * @throws VpnException what the kernel refused; then nothing of it is left there
   */
  static KernelSas install(
      IpsecKernel kernel,
      PacketWay way,
      EspAssociation sas,
      EspSocket socket,
      Reactor loop,
      RandomGenerator random,
      KernelTimings timings,
      Listener listener)
      throws VpnException {
    KernelSas handedOver =
        new KernelSas(
            kernel,
            way,
            sas,
            socket,
            loop,
            random.nextInt(1, Integer.MAX_VALUE),
            timings,
            listener);
    try {
      handedOver.install();
      return handedOver;
    } catch (VpnException e) {
      handedOver.remove(loop.now());
      throw e;
    }
  }

  private void install() throws VpnException {
    try {
      watches.add(kernel.listen(loop, this::onEvent));
      watches.add(kernel.listenForRemovals(loop, this::onRemoval));
      addInbound();
    } catch (SystemCallException e) {
      throw Gate.explained(Gate.CIPHER, e);
    }
    try {
      setPolicies(inward());
    } catch (SystemCallException e) {
      throw Gate.explained(Gate.POLICY, e);
    }
    try {
      socket.kernelTakesEsp(true);
    } catch (SystemCallException e) {
      throw Gate.explained(Gate.ENCAPSULATION, e);
    }
    try {
      addOutbound();
    } catch (SystemCallException e) {
      throw Gate.explained(Gate.CIPHER, e);
    }
    try {
      if (way.trial().isPresent()) {
        tryOut(way.trial().get());
      } else {
        setPolicies();
      }
    } catch (SystemCallException e) {
      throw Gate.explained(Gate.POLICY, e);
    }
    way.divert();
    upkeep.start(timings.settle().toNanos());
    // Whether the kernel hears the peer is to be proved at once.
    waiting = true;
    suspicion.start(0);
  }

  /**
   * The SA that receives; and the one before it for a while, without being refreshed: its keys are
   * wiped here by then.
   */
  private void addInbound() throws SystemCallException {
    List<SaParameters> current = sas.inboundSas(loop.now());
    for (SaParameters sa : current) {
      Optional<Received> numbers =
          given.received().stream().filter(r -> r.spi() == sa.spi()).findFirst();
      add(
          new XfrmSa(
              remote,
              local,
              sa,
              requestId,
              way.scope(),
              XfrmReplay.receiving(
                  numbers.map(Received::highest).orElse(0L),
                  sa.replayWindow(),
                  numbers.map(Received::seen).orElseGet(BitSet::new)),
              timings.lifetime()));
    }
    for (XfrmSaId id : List.copyOf(installed.keySet())) {
      if (!isOutward(id) && id.spi() != current.get(0).spi()) {
        retire(id, loop.now() + EspAssociation.GRACE.toNanos());
      }
    }
  }

  private void addOutbound() throws SystemCallException {
    SaParameters sa = sas.outboundSa();
    // The kernel counts from 1.
    long next = Math.max(1, given.nextSent());
    XfrmSa sending =
        new XfrmSa(
            local,
            remote,
            sa,
            requestId,
            way.scope(),
            XfrmReplay.sending(next - 1),
            timings.lifetime());
    add(sending);
    outbound = sending.id();
  }

  private void add(XfrmSa sa) throws SystemCallException {
    if (!installed.containsKey(sa.id()) && !retiring.containsKey(sa.id())) {
      installed.put(sa.id(), new Installed(sa, loop.now()));
      try {
        kernel.xfrmSecret(sa.add(), "adding " + sa.id());
      } catch (SystemCallException e) {
        if (!e.isAnswerLost()) {
          installed.remove(sa.id());
        } // Else it may be there, and is to be removed with all else.
        throw e;
      }
    }
  }

  /**
   * A packet of our own must get to the SA that sends before all others are to follow; what comes
   * is let in already.
   */
  private void tryOut(Selector limited) throws SystemCallException {
    List<Selector> first = new ArrayList<>(inward());
    first.add(limited);
    setPolicies(first);
    onTrial = kernel.discard(limited.source().address(), limited.destination().address());
    if (!onTrial) {
      setPolicies();
    }
  }

  private void judgeTrial() throws VpnException {
    onTrial = false;
    XfrmSaId sending = outbound;
    if (sending == null || state(sending).packets() == 0) {
      throw new VpnException(
          Kind.OTHER,
          "a packet that a policy sends into an SA does not get there;"
              + " is there another IPsec policy on this host?");
    }
    setPolicies();
  }

  private void setPolicies() throws SystemCallException {
    setPolicies(selectors());
  }

  private List<Selector> selectors() {
    return way.selectors(
        switch (sas.offer().inner()) {
          case IPV4 -> List.of(everything(4));
          case IPV4_AND_IPV6 -> List.of(everything(4), everything(16));
        });
  }

  private List<Selector> inward() {
    return selectors().stream().filter(each -> each.direction() != Direction.OUT).toList();
  }

  /** Without an interface of our own, what is there before we add it is somebody else's. */
  private void setPolicies(List<Selector> selectors) throws SystemCallException {
    for (Selector selector : selectors) {
      XfrmPolicy policy = policy(selector);
      String what = "policy for " + policy.source();
      if (policies.containsKey(selector) || !way.scope().isNone()) {
        policies.put(selector, policy);
        kernel.xfrm(policy.update(), what);
      } else {
        try {
          kernel.xfrm(policy.add(), what);
        } catch (SystemCallException e) {
          if (e.isAnswerLost()) {
            policies.put(selector, policy);
          }
          throw e;
        }
      }
      policies.put(selector, policy);
    }
    for (Selector old : List.copyOf(policies.keySet())) {
      if (!selectors.contains(old)) {
        deletePolicy(old);
      }
    }
  }

  private XfrmPolicy policy(Selector selector) {
    boolean out = selector.direction() == Direction.OUT;
    return new XfrmPolicy(
        selector.direction(),
        selector.source(),
        selector.destination(),
        out ? local.getAddress() : remote.getAddress(),
        out ? remote.getAddress() : local.getAddress(),
        out ? sas.outboundSa().spi() : 0,
        requestId,
        way.scope(),
        PRIORITY,
        timings.lifetime());
  }

  private static IpPrefix everything(int addressBytes) {
    try {
      return new IpPrefix(InetAddress.getByAddress(new byte[addressBytes]), 0);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Whether the kernel has received anything since it took over. */
  boolean heard() {
    return heard;
  }

  /** New keys are in the association: the kernel gets them, without losing a packet. */
  void rekey(long nowNanos) {
    XfrmSaId before = outbound;
    given = sas.numbers(nowNanos);
    try {
      addInbound();
      addOutbound();
      if (onTrial) {
        tryOut(way.trial().orElseThrow());
      } else {
        setPolicies();
      }
    } catch (SystemCallException e) {
      giveUp("the kernel took no new keys: " + e.getMessage());
      return;
    }
    if (before != null && !before.equals(outbound)) {
      retire(before, nowNanos + timings.retire().toNanos());
    }
    scheduleUpkeep();
  }

  /** However often there are new keys, what is due before is not put off. */
  private void scheduleUpkeep() {
    long now = loop.now();
    long wait = settled ? timings.refresh().toNanos() : timings.settle().toNanos();
    for (long due : retiring.values()) {
      wait = Math.min(wait, Math.max(0, due - now));
    }
    upkeep.start(wait);
  }

  private void retire(XfrmSaId id, long whenNanos) {
    installed.remove(id);
    retiring.put(id, whenNanos);
  }

  /** Asks the peer for a sign of life. */
  void ask() {
    XfrmSaId sending = outbound;
    if (over || sending == null) {
      return;
    }
    try {
      long last = state(sending).replay().lastSent() + NUMBERS_LEFT_OUT;
      kernel.xfrm(
          XfrmEvent.set(sending, XfrmReplay.sending(last)), "leaving numbers out of " + sending);
      sas.resume(new EspNumbers(sending.spi(), last, List.of()), loop.now());
      socket.send(sas.sealProbe());
    } catch (SystemCallException e) {
      giveUp(e.getMessage());
    }
  }

  private void onEvent(XfrmEvent event) {
    XfrmSaId id = event.id();
    boolean ours = installed.containsKey(id) || retiring.containsKey(id);
    if (over || !ours || account(event) == 0) {
      return;
    }
    if (!isOutward(id)) {
      heard = true;
      waiting = false;
    } else if (!waiting) {
      suspect();
    }
  }

  /** Whether it was ours shows when all is refreshed. */
  private void onRemoval() {
    if (!over && settled) {
      upkeep.start(0);
    }
  }

  /**
   * What an SA did since it was last looked at is told.
   *
   * @return packets
   */
  private long account(XfrmEvent now) {
    XfrmEvent before = lastSeen.get(now.id());
    long packets = now.packets() - (before == null ? 0 : before.packets());
    long bytes = now.bytes() - (before == null ? 0 : before.bytes());
    if (packets <= 0) {
      return 0;
    }
    lastSeen.put(now.id(), now);
    if (isOutward(now.id())) {
      listener.moved(new Moved(0, 0, packets, bytes, 0));
    } else {
      received += packets;
      listener.moved(new Moved(packets, bytes, 0, 0, settled ? gaps.more(now) : 0));
    }
    return packets;
  }

  private boolean isOutward(XfrmSaId id) {
    return id.destination().equals(remote.getAddress());
  }

  /** Packets went out: something has to come in. */
  private void suspect() {
    try {
      countReceived();
      receivedBefore = received;
      waiting = true;
      asked = 0;
      suspicion.start(timings.suspicion().toNanos());
    } catch (SystemCallException e) {
      giveUp(e.getMessage());
    }
  }

  private void onSuspicion() {
    if (over || !waiting) {
      return;
    }
    try {
      countReceived();
      if (received > receivedBefore) {
        waiting = false;
        heard = true;
        return;
      }
    } catch (SystemCallException e) {
      giveUp(e.getMessage());
      return;
    }
    if (asked == timings.questions()) {
      waiting = false;
      listener.silent("packets by UDP are not answered");
      return;
    }
    asked++;
    suspicion.start(timings.step().toNanos());
    ask();
  }

  /** What came since the kernel last told. */
  private void countReceived() throws SystemCallException {
    for (XfrmSaId id : List.copyOf(installed.keySet())) {
      if (!isOutward(id)) {
        account(state(id));
      }
    }
  }

  private XfrmEvent state(XfrmSaId id) throws SystemCallException {
    for (byte[] answer : kernel.xfrm(XfrmEvent.get(id), id.toString())) {
      Optional<XfrmEvent> event = XfrmEvent.read(answer);
      if (event.isPresent() && event.get().id().equals(id)) {
        return event.get();
      }
    }
    throw new SystemCallException("netlink", id.toString(), Errno.ESRCH);
  }

  private void onUpkeep() {
    if (over) {
      return;
    }
    try {
      if (!settled) {
        settled = true;
        settle();
        if (onTrial) {
          judgeTrial();
        }
      }
      retire();
      refresh();
    } catch (VpnException e) {
      giveUp(e.getMessage());
      return;
    }
    scheduleUpkeep();
  }

  /** What this process received while it handed over is marked in the kernel as well. */
  private void settle() throws SystemCallException {
    EspNumbers now = sas.numbers(loop.now());
    for (Received received : now.received()) {
      XfrmSaId id = new XfrmSaId(local.getAddress(), received.spi(), way.scope().mark());
      if (!given.received().contains(received) && installed.containsKey(id)) {
        XfrmReplay there = state(id).replay();
        kernel.xfrm(
            XfrmEvent.set(
                id,
                there.merge(
                    XfrmReplay.receiving(received.highest(), there.window(), received.seen()))),
            "numbers of " + id);
      }
    }
  }

  private void retire() {
    long now = loop.now();
    for (Map.Entry<XfrmSaId, Long> each : List.copyOf(retiring.entrySet())) {
      if (now - each.getValue() >= 0) {
        report(each.getKey());
        delete(each.getKey());
        retiring.remove(each.getKey());
        lastSeen.remove(each.getKey());
        gaps.forget(each.getKey());
      }
    }
  }

  /** Everything gets its whole life again; what somebody removed is put back, or found missing. */
  private void refresh() throws VpnException {
    long now = loop.now();
    for (Installed each : installed.values()) {
      Duration age = Duration.ofNanos(now - each.addedAt());
      XfrmSa longer = each.sa().withLifetime(age.plus(timings.lifetime()));
      kernel.xfrmSecret(longer.update(), "refreshing " + each.sa().id());
    }
    setPolicies();
    if (way.divert()) {
      LOG.warn("somebody removed the filter that leads packets to the kernel; it is there again");
    }
  }

  private void giveUp(String reason) {
    if (!over) {
      listener.lost("the kernel does not move packets any more: " + reason);
    }
  }

  /** Takes everything back; numbers go on in the association. */
  void remove(long nowNanos) {
    if (over) {
      return;
    }
    over = true;
    upkeep.stop();
    suspicion.stop();
    way.undivert();
    for (Selector each : List.copyOf(policies.keySet())) {
      if (each.direction() == Direction.OUT) {
        deletePolicy(each);
      }
    }
    try {
      socket.kernelTakesEsp(false);
    } catch (SystemCallException e) {
      LOG.debug("{}", e.getMessage());
    }
    sas.resume(numbers(), nowNanos);
    watches.forEach(Reactor.Watch::close);
    List.copyOf(policies.keySet()).forEach(this::deletePolicy);
    installed.keySet().forEach(this::delete);
    retiring.keySet().forEach(this::delete);
  }

  /** Where the kernel is, as far as it still knows; and what it moved is told. */
  private EspNumbers numbers() {
    List<Received> received = new ArrayList<>();
    long next = given.nextSent();
    List<XfrmSaId> all = new ArrayList<>(installed.keySet());
    all.addAll(retiring.keySet());
    for (XfrmSaId id : all) {
      Optional<XfrmEvent> state = report(id);
      boolean sends = id.equals(outbound);
      if (sends && state.isPresent()) {
        next = state.get().replay().lastSent() + 1 + NUMBERS_LEFT_OUT;
      } else if (sends) {
        XfrmEvent last = lastSeen.get(id);
        next =
            Math.max(next, last == null ? 0 : last.replay().lastSent()) + NUMBERS_LEFT_OUT_BLINDLY;
      } else if (state.isPresent() && !isOutward(id) && state.get().replay().highest() > 0) {
        XfrmReplay replay = state.get().replay();
        received.add(new Received(id.spi(), replay.highest(), replay.seen()));
      }
    }
    return new EspNumbers(outbound == null ? 0 : outbound.spi(), next, received);
  }

  private Optional<XfrmEvent> report(XfrmSaId id) {
    try {
      XfrmEvent now = state(id);
      account(now);
      lastSeen.put(id, now);
      return Optional.of(now);
    } catch (SystemCallException e) {
      LOG.debug("{}", e.getMessage());
      return Optional.empty();
    }
  }

  private void deletePolicy(Selector selector) {
    XfrmPolicy policy = policies.remove(selector);
    if (policy != null) {
      Removal.insist(
          () -> kernel.xfrm(policy.delete(), "removing the policy for " + policy.source()),
          Errno.ENOENT);
    }
  }

  private void delete(XfrmSaId id) {
    try {
      kernel.xfrm(XfrmSa.delete(id), "removing " + id);
    } catch (SystemCallException e) {
      LOG.debug("{}", e.getMessage());
    }
  }
}
