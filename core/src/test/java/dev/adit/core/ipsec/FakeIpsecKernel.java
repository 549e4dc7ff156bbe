package dev.adit.core.ipsec;

import dev.adit.api.error.VpnException;
import dev.adit.core.loop.Reactor;
import dev.adit.core.netlink.NetlinkReader;
import dev.adit.core.netlink.NetlinkWriter;
import dev.adit.core.sys.Errno;
import dev.adit.core.sys.SystemCallException;
import dev.adit.core.xfrm.XfrmEvent;
import dev.adit.core.xfrm.XfrmReplay;
import dev.adit.core.xfrm.XfrmSaId;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Links, filters, policies and SAs as the kernel keeps them: what can be added once is refused the
 * second time, what is not there cannot be deleted. The n-th request can be made to fail, or its
 * answer to be lost.
 */
public final class FakeIpsecKernel implements IpsecKernel {
  private static final int NEW_LINK = 16;
  private static final int DELETE_LINK = 17;
  private static final int GET_LINK = 18;
  private static final int NEW_QDISC = 36;
  private static final int NEW_FILTER = 44;
  private static final int DELETE_FILTER = 45;
  private static final int NEW_SA = 16;
  private static final int DELETE_SA = 17;
  private static final int GET_SAS = 18;
  private static final int NEW_POLICY = 19;
  private static final int DELETE_POLICY = 20;
  private static final int UPDATE_POLICY = 25;
  private static final int UPDATE_SA = 26;
  private static final int SET_STATE = 30;
  private static final int GET_STATE = 31;
  private static final int NAME = 3;
  private static final int REPLAY = 23;
  private static final int LIFETIMES = 9;
  private static final int LINK_INFO = 18;
  private static final int MARK = 21;

  /** An SA: its numbers and what it moved. */
  static final class Sa {
    byte[] replay;
    long packets;
    long bytes;
    long lifetimeSeconds;

    Sa(byte[] replay, long lifetimeSeconds) {
      this.replay = replay;
      this.lifetimeSeconds = lifetimeSeconds;
    }
  }

  final Map<String, Integer> links = new TreeMap<>(Map.of("tun0", 7));
  final Map<String, Sa> sas = new TreeMap<>();
  final List<String> filters = new ArrayList<>();
  final List<String> policies = new ArrayList<>();
  final Map<String, Integer> settings = new TreeMap<>();
  private final Map<String, XfrmSaId> ids = new TreeMap<>();
  private @Nullable Consumer<XfrmEvent> events;
  private @Nullable Runnable removals;
  private int requests;

  /** Whether packets of our own get nowhere. */
  boolean swallows;

  /** Kinds of interfaces that it has not; or clsact. */
  final Set<String> lacks = new TreeSet<>();

  /** SAs of somebody else's, from the peer. */
  final List<XfrmSaId> others = new ArrayList<>();

  /** What its settings that cannot be changed begin with; none. */
  String fixed = "-";

  private int failAt = -1;
  private Errno failure = Errno.ENOMEM;
  private boolean performed;

  /** The request after so many others fails. */
  public void failAt(int request, Errno with) {
    requests = 0;
    failAt = request;
    failure = with;
    performed = false;
  }

  /** The request after so many others is performed, and its answer lost. */
  public void loseAnswerAt(int request) {
    failAt(request, Errno.OTHER);
    performed = true;
  }

  public int requests() {
    return requests;
  }

  /** All that is there and was not from the beginning. */
  public List<String> left() {
    List<String> left = new ArrayList<>();
    links.keySet().stream().filter(l -> !l.equals("tun0")).forEach(left::add);
    left.addAll(sas.keySet());
    left.addAll(filters);
    left.addAll(policies);
    return left;
  }

  /** How many SAs there are. */
  public int associations() {
    return sas.size();
  }

  /** Whether packets of the TUN go to the kernel. */
  public boolean diverts() {
    return filters.stream().anyMatch(f -> f.startsWith("7 egress"));
  }

  /** The same by whatever way. */
  public boolean leads() {
    return diverts() || policies.contains("policy out 10.9.0.2/32 0.0.0.0/0");
  }

  /** Whether packets that go to the kernel leave it. */
  public boolean sends() {
    return !policies.isEmpty() && sas.keySet().stream().anyMatch(id -> id.endsWith(" 192.0.2.1"));
  }

  /** So many packets pass each SA. */
  public void pass(int out, int in) {
    for (String id : List.copyOf(sas.keySet())) {
      // What is told of one may end the others.
      if (sas.containsKey(id)) {
        pass(id(id), id.endsWith(" 192.0.2.1") ? out : in);
      }
    }
  }

  /** So many packets to each SA that receives are lost on their way. */
  public void lose(int packets) {
    sas.keySet().stream()
        .filter(id -> !id.endsWith(" 192.0.2.1"))
        .forEach(id -> lose(id(id), packets));
  }

  /** Somebody deletes the TUN, and all that hangs on it goes with it. */
  public void deleteTun() {
    Integer index = links.remove("tun0");
    filters.removeIf(f -> f.startsWith(index + " "));
  }

  /** Somebody removes all SAs; the kernel tells of it. */
  public void flush() {
    sas.clear();
    if (removals != null) {
      removals.run();
    }
  }

  /** Packets pass an SA; the kernel tells of it. */
  void pass(XfrmSaId id, int packets) {
    Sa sa = sas.get(id.toString());
    if (sa == null) {
      throw new AssertionError("no " + id + " in " + sas.keySet());
    }
    sa.packets += packets;
    sa.bytes += packets * 100L;
    XfrmReplay before = state(id, sa).replay();
    boolean sends = before.window() == 32 && before.highest() == 0;
    sa.replay =
        bytes(
            id,
            sends
                ? XfrmReplay.sending(before.lastSent() + packets)
                : before.merge(
                    XfrmReplay.receiving(
                        before.highest() + packets, before.window(), all(packets))));
    if (events != null) {
      events.accept(state(id, sa));
    }
  }

  /** So many packets to an SA are lost on their way; it learns of that with the next that comes. */
  void lose(XfrmSaId id, int packets) {
    Sa sa = sas.get(id.toString());
    if (sa == null) {
      throw new AssertionError("no " + id + " in " + sas.keySet());
    }
    XfrmReplay before = state(id, sa).replay();
    sa.replay =
        bytes(id, XfrmReplay.receiving(before.highest() + packets, before.window(), before.seen()));
  }

  private static BitSet all(int count) {
    BitSet bits = new BitSet();
    bits.set(0, count);
    return bits;
  }

  XfrmSaId id(String name) {
    return Optional.ofNullable(ids.get(name)).orElseThrow(() -> new AssertionError(name));
  }

  @Override
  public List<byte[]> route(byte[] request, String what) throws SystemCallException {
    return answer(request, what, this::perform);
  }

  @Override
  public List<byte[]> xfrm(byte[] request, String what) throws SystemCallException {
    return answer(request, what, this::performXfrm);
  }

  @Override
  public void xfrmSecret(byte[] request, String what) throws SystemCallException {
    try {
      answer(request, what, this::performXfrm);
    } finally {
      Arrays.fill(request, (byte) 0);
    }
  }

  @Override
  public void set(String name, int value) throws VpnException {
    if (name.startsWith(fixed)) {
      throw new VpnException(VpnException.Kind.PRIVILEGE, name + " cannot be set");
    }
    settings.put(name, value);
  }

  @Override
  public boolean discard(InetAddress from, InetAddress to) {
    if (!swallows) {
      sas.forEach((id, sa) -> sa.packets += id.endsWith(" 192.0.2.1") ? 1 : 0);
    }
    return true;
  }

  @Override
  public Reactor.Watch listen(Reactor loop, Consumer<XfrmEvent> listener) {
    events = listener;
    return watch(() -> events = null);
  }

  @Override
  public Reactor.Watch listenForRemovals(Reactor loop, Runnable gone) {
    removals = gone;
    return watch(() -> removals = null);
  }

  private static Reactor.Watch watch(Runnable closing) {
    return new Reactor.Watch() {
      @Override
      public void interest(boolean readable, boolean writable) {}

      @Override
      public void close() {
        closing.run();
      }
    };
  }

  @Override
  public void close() {}

  private interface Work {
    List<byte[]> perform(NetlinkReader request, byte[] bytes) throws Refused;
  }

  private static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;
    private final Errno errno;

    Refused(Errno errno) {
      this.errno = errno;
    }
  }

  private List<byte[]> answer(byte[] request, String what, Work work) throws SystemCallException {
    boolean fails = requests++ == failAt;
    if (fails && !performed) {
      throw new SystemCallException("netlink", what, failure);
    }
    try {
      List<byte[]> answer = work.perform(new NetlinkReader(request), request);
      if (fails) {
        throw SystemCallException.answerLost(what, "a test wants it so");
      }
      return answer;
    } catch (Refused e) {
      throw new SystemCallException("netlink", what, e.errno);
    }
  }

  private List<byte[]> perform(NetlinkReader request, byte[] bytes) throws Refused {
    switch (request.type()) {
      case NEW_LINK -> {
        String name = request.attribute(16, NAME).map(FakeIpsecKernel::text).orElse("");
        if (!name.isEmpty()) {
          check(lacks.stream().noneMatch(kind(request)::equals), Errno.EOPNOTSUPP);
          check(!links.containsKey(name), Errno.EEXIST);
          links.put(name, 20 + links.size());
        }
      }
      case GET_LINK -> {
        Integer index =
            links.get(request.attribute(16, NAME).map(FakeIpsecKernel::text).orElse(""));
        check(index != null, Errno.ENODEV);
        return List.of(
            new NetlinkWriter(NEW_LINK, 0)
                .u32(0)
                .u32(index == null ? 0 : index)
                .zeros(8)
                .message());
      }
      case DELETE_LINK -> {
        Integer index =
            links.remove(request.attribute(16, NAME).map(FakeIpsecKernel::text).orElse(""));
        check(index != null, Errno.ENODEV);
        filters.removeIf(f -> f.startsWith(index + " "));
      }
      case NEW_QDISC -> check(!lacks.contains("clsact"), Errno.ENOENT);
      case NEW_FILTER -> {
        check(links.containsValue(request.u32(4)), Errno.ENODEV);
        check(!filters.contains(filter(request)), Errno.EEXIST);
        filters.add(filter(request));
      }
      case DELETE_FILTER -> check(filters.remove(filter(request)), Errno.ENOENT);
      default -> throw new AssertionError(HexFormat.of().formatHex(bytes));
    }
    return List.of();
  }

  private List<byte[]> performXfrm(NetlinkReader request, byte[] bytes) throws Refused {
    switch (request.type()) {
      case NEW_SA -> {
        XfrmSaId id = saId(request, 56, request.u16(212), 224);
        check(!sas.containsKey(id.toString()), Errno.EEXIST);
        ids.put(id.toString(), id);
        sas.put(
            id.toString(),
            new Sa(request.attribute(224, REPLAY).orElseThrow(), request.bytes(136, 1)[0]));
      }
      case GET_SAS -> {
        return Stream.concat(sas.keySet().stream().map(this::id), others.stream())
            .map(FakeIpsecKernel::saMessage)
            .toList();
      }
      case UPDATE_SA ->
          sa(saId(request, 56, request.u16(212), 224)).lifetimeSeconds = request.u32(136);
      case DELETE_SA -> {
        XfrmSaId id = saId(request, 0, request.u16(20), 24);
        check(sas.remove(id.toString()) != null, Errno.ESRCH);
      }
      case NEW_POLICY -> {
        String policy = policy(request, 160);
        check(!policies.contains(policy), Errno.EEXIST);
        policies.add(policy);
      }
      case UPDATE_POLICY -> {
        String policy = policy(request, 160);
        policies.remove(policy);
        policies.add(policy);
      }
      case DELETE_POLICY -> check(policies.remove(policy(request, 60)), Errno.ENOENT);
      case SET_STATE ->
          sa(saId(request, 0, request.u16(20), 48)).replay =
              request.attribute(48, REPLAY).orElseThrow();
      case GET_STATE -> {
        XfrmSaId id = saId(request, 0, request.u16(20), 48);
        return List.of(stateMessage(id, sa(id)));
      }
      default -> throw new AssertionError(HexFormat.of().formatHex(bytes));
    }
    return List.of();
  }

  private Sa sa(XfrmSaId id) throws Refused {
    Sa sa = sas.get(id.toString());
    if (sa == null) {
      throw new Refused(Errno.ESRCH);
    }
    return sa;
  }

  private static XfrmSaId saId(NetlinkReader in, int at, int family, int attributes) {
    try {
      return new XfrmSaId(
          InetAddress.getByAddress(in.bytes(at, family == 2 ? 4 : 16)),
          in.be32(at + 16),
          mark(in, attributes));
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private static int mark(NetlinkReader in, int attributes) {
    return in.attribute(attributes, MARK)
        .map(m -> ByteBuffer.wrap(m).order(ByteOrder.nativeOrder()).getInt(0))
        .orElse(0);
  }

  /** Of an interface to be made: the first attribute of what tells of it. */
  private static String kind(NetlinkReader request) {
    byte[] info = request.attribute(16, LINK_INFO).orElse(new byte[4]);
    int length = ByteBuffer.wrap(info).order(ByteOrder.nativeOrder()).getShort(0);
    return new String(info, 4, length - 4, StandardCharsets.US_ASCII);
  }

  private static XfrmEvent state(XfrmSaId id, Sa sa) {
    return XfrmEvent.read(stateMessage(id, sa)).orElseThrow();
  }

  private static byte[] stateMessage(XfrmSaId id, Sa sa) {
    byte[] address = id.destination().getAddress();
    return new NetlinkWriter(SET_STATE, 0)
        .bytes(address)
        .zeros(16 - address.length)
        .be32(id.spi())
        .u16(address.length == 4 ? 2 : 10)
        .u8(50)
        .u8(0)
        .zeros(24)
        .attribute(REPLAY, sa.replay)
        .nested(LIFETIMES, w -> w.u64(sa.bytes).u64(sa.packets).u64(0).u64(0))
        .nested(MARK, w -> w.u32(id.mark()).u32(-1))
        .message();
  }

  private static byte[] saMessage(XfrmSaId id) {
    byte[] to = id.destination().getAddress();
    boolean received = id.destination().getHostAddress().equals("192.0.2.2");
    byte[] from = {(byte) 192, 0, 2, (byte) (received ? 1 : 2)};
    return new NetlinkWriter(NEW_SA, 0)
        .zeros(56)
        .bytes(to)
        .zeros(16 - to.length)
        .be32(id.spi())
        .zeros(4)
        .bytes(from)
        .zeros(12 + 212 - 96)
        .u16(2)
        .zeros(10)
        .nested(MARK, w -> w.u32(id.mark()).u32(-1))
        .message();
  }

  /** The attribute as the kernel would have it, cut out of a message. */
  private static byte[] bytes(XfrmSaId id, XfrmReplay replay) {
    return new NetlinkReader(XfrmEvent.set(id, replay)).attribute(48, REPLAY).orElseThrow();
  }

  private static String filter(NetlinkReader request) {
    return request.u32(4) + (request.u32(12) == 0xfffffff3 ? " egress" : " ingress");
  }

  /** By its selector, and the direction that is at that place. */
  private static String policy(NetlinkReader request, int direction) {
    int bytes = request.u16(40) == 2 ? 4 : 16;
    byte[] lengths = request.bytes(42, 2);
    return "policy "
        + (request.bytes(direction, 1)[0] == 0 ? "in " : "out ")
        + address(request.bytes(16, bytes))
        + ("/" + Byte.toUnsignedInt(lengths[1]) + " ")
        + address(request.bytes(0, bytes))
        + ("/" + Byte.toUnsignedInt(lengths[0]));
  }

  private static String address(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes).getHostAddress();
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private static String text(byte[] name) {
    return new String(name, 0, name.length - 1, StandardCharsets.US_ASCII);
  }

  private static void check(boolean holds, Errno otherwise) throws Refused {
    if (!holds) {
      throw new Refused(otherwise);
    }
  }
}
