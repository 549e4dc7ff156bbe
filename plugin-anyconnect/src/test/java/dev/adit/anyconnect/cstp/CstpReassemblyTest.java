package dev.adit.anyconnect.cstp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.api.tunnel.TunnelEvent;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

/** However a stream is cut, and however small core's batches are, the same comes out. */
class CstpReassemblyTest {
  private static final int[] TYPES = {
    CstpFrame.DATA,
    CstpFrame.DATA,
    CstpFrame.DATA,
    CstpFrame.DPD_REQUEST,
    CstpFrame.DPD_RESPONSE,
    CstpFrame.KEEPALIVE,
    6
  };

  @Property(tries = 400)
  void anyCutGivesTheSame(
      @ForAll @Size(min = 1, max = 30) List<@IntRange(max = 1600) Integer> lengths,
      @ForAll @IntRange(min = 1, max = 5) int batch,
      @ForAll @IntRange(min = 1, max = 2000) int longestPiece,
      @ForAll long seed) {
    Random random = new Random(seed);
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    byte[] head = Tunnel.head();
    stream.write(head, 0, head.length);
    List<String> packets = new ArrayList<>();
    List<String> answers = new ArrayList<>();
    int answered = 0;
    for (int length : lengths) {
      byte[] payload = new byte[length];
      random.nextBytes(payload);
      int type = TYPES[random.nextInt(TYPES.length)];
      byte[] frame = CstpFrame.of(type, payload);
      stream.write(frame, 0, frame.length);
      String hex = HexFormat.of().formatHex(payload);
      switch (type) {
        case CstpFrame.DATA -> packets.add(hex);
        case CstpFrame.DPD_REQUEST -> answers.add("0.0 53544601%04x0400%s".formatted(length, hex));
        case CstpFrame.DPD_RESPONSE -> answered++;
        default -> {
          // Nothing comes of it.
        }
      }
    }
    Tunnel tunnel = new Tunnel(new Tunnel.Wishes(), 0, batch);
    tunnel.engine.start(tunnel.now(), tunnel);
    tunnel.sent.clear();
    byte[] bytes = stream.toByteArray();
    int at = 0;
    while (at < bytes.length) {
      int piece = Math.min(bytes.length - at, 1 + random.nextInt(longestPiece));
      tunnel.receive(bytes, at, piece);
      at += piece;
    }
    assertThat(tunnel.packets).isEqualTo(packets);
    assertThat(tunnel.sent).isEqualTo(answers);
    assertThat(tunnel.events.get(0)).isInstanceOf(TunnelEvent.Established.class);
    assertThat(tunnel.events.subList(1, tunnel.events.size()))
        .hasSize(answered)
        .allMatch(TunnelEvent.ProbeAnswered.class::isInstance);
  }

  @Property(tries = 300)
  void garbageGivesTheSameErrorHoweverItIsCut(
      @ForAll @Size(max = 60) byte[] garbage, @ForAll @LongRange(min = 0) long seed) {
    Tunnel whole = Tunnel.open();
    whole.receive(garbage);
    Tunnel cut = Tunnel.open();
    Random random = new Random(seed);
    for (int at = 0; at < garbage.length; ) {
      int piece = 1 + random.nextInt(garbage.length - at);
      cut.receive(garbage, at, piece);
      at += piece;
    }
    assertThat(words(cut)).isEqualTo(words(whole));
    assertThat(cut.packets).isEqualTo(whole.packets);
  }

  private static List<String> words(Tunnel tunnel) {
    return tunnel.events.stream()
        .map(
            e ->
                e instanceof TunnelEvent.Failed f ? f.error().getMessage() : e.getClass().getName())
        .toList();
  }
}
