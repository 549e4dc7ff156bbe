package dev.adit.anyconnect.auth;

import dev.adit.api.error.VpnException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A profile: servers to log in at, all of them by https, or an error with words. */
final class ServerProfileFuzz {
  private static final List<String> ELEMENTS =
      List.of("HostEntry,HostName,HostAddress,UserGroup,BackupServerList,ServerList,x".split(","));

  private ServerProfileFuzz() {}

  public static void fuzzerTestOneInput(byte[] data) {
    if (data.length == 0) {
      return;
    }
    String text = new String(data, 1, data.length - 1, StandardCharsets.UTF_8);
    switch (data[0] & 3) {
      case 0 -> read(text);
      case 1 ->
          read("<AnyConnectProfile><ServerList>" + text + "</ServerList></AnyConnectProfile>");
      case 2 ->
          read(
              "<AnyConnectProfile><ServerList><HostEntry><HostName>x</HostName>"
                  + text
                  + "</HostEntry></ServerList></AnyConnectProfile>");
      default ->
          read(
              "<AnyConnectProfile><ServerList><HostEntry><HostName>x</HostName>"
                  + MadeXml.of(data, 1, ELEMENTS, List.of("a='b'"))
                  + "</HostEntry></ServerList></AnyConnectProfile>");
    }
  }

  private static void read(String text) {
    try {
      for (URI server : ServerProfile.parse(text).servers("x")) {
        if (!"https".equalsIgnoreCase(server.getScheme()) || server.getHost() == null) {
          throw new AssertionError("a server at " + server);
        }
      }
    } catch (VpnException e) {
      // Refused, with words.
    }
  }
}
