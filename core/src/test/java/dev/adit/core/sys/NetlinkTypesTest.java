package dev.adit.core.sys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.core.xfrm.XfrmRemoval;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import jnr.ffi.Pointer;
import org.junit.jupiter.api.Test;

/** Announcements of the real kernel, of which only the kind is let through. */
class NetlinkTypesTest {
  private static final int NEW_POLICY = 19;
  private static final int DELETE_POLICY = 20;
  private static final int FLUSH_POLICY = 29;
  private static final int HEADER_BYTES = 16;

  @Test
  void theKindIsTold() throws Exception {
    OwnNamespace.run(
        () -> {
          try (NetlinkSocket socket = listening()) {
            assertThat(socket.announcedTypes()).isEmpty();
            policy("add", "tmpl", "proto", "esp", "mode", "tunnel");
            policy("delete");
            policy("add", "tmpl", "proto", "esp", "mode", "tunnel");
            ip("xfrm", "policy", "flush");
            List<Integer> types = socket.announcedTypes();
            assertThat(types).containsExactly(NEW_POLICY, DELETE_POLICY, NEW_POLICY, FLUSH_POLICY);
            assertThat(types)
                .filteredOn(XfrmRemoval::is)
                .containsExactly(DELETE_POLICY, FLUSH_POLICY);
            assertThat(socket.announcedTypes()).isEmpty();
          }
        });
  }

  @Test
  void nothingElseGetsHere() throws Exception {
    OwnNamespace.run(
        () -> {
          try (NetlinkSocket socket = listening()) {
            policy("add", "tmpl", "proto", "esp", "mode", "tunnel");
            Pointer memory = LibC.allocate(4096);
            assertThat(LibC.C.recv(socket.fd().number(), memory, 4096, Sockets.MSG_DONTWAIT))
                .isEqualTo(HEADER_BYTES);
            assertThat(memory.getInt(0)).as("its length as it was").isGreaterThan(HEADER_BYTES);
          }
        });
  }

  private static NetlinkSocket listening() throws SystemCallException {
    return NetlinkSocket.openForTypes(NetlinkSocket.XFRM, XfrmRemoval.GROUPS);
  }

  private static void policy(String what, String... more) throws Exception {
    ip(
        Stream.concat(
                Stream.of(
                    "xfrm",
                    "policy",
                    what,
                    "src",
                    "10.7.0.0/16",
                    "dst",
                    "10.8.0.0/16",
                    "dir",
                    "out"),
                Arrays.stream(more))
            .toArray(String[]::new));
  }

  private static void ip(String... words) throws Exception {
    List<String> argv = new ArrayList<>(List.of("ip"));
    argv.addAll(List.of(words));
    assertThat(new ProcessBuilder(argv).inheritIO().start().waitFor()).isZero();
  }
}
