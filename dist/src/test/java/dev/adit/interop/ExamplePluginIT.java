package dev.adit.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A stranger's way: install plugin-api, build a plugin against it outside of our build, drop the
 * archive into a directory, and use it.
 */
class ExamplePluginIT {
  @Test
  void aPluginBuiltOutsideCarriesATunnel() throws IOException {
    try (Lab lab = new Lab()) {
      Path plugins = Files.createDirectory(lab.directory().resolve("plugins"));
      build(lab, plugins);
      Command verify =
          Command.run(
              Duration.ofSeconds(20),
              "",
              List.of(
                  AditProcess.launcher(),
                  "plugins",
                  "verify",
                  plugins.resolve("adit-plain-1.0.0.jar").toString()));
      assertThat(verify.ok()).contains("plain 1.0.0 is in order");

      Gateway gateway = Gateway.start(lab, "plain", "--plugins-dir=" + plugins);
      AditProcess adit =
          AditProcess.start(
              lab,
              Gateway.PASSWORD + "\n",
              "--protocol=plain",
              "--plugins-dir=" + plugins,
              "--user=" + Gateway.USER,
              "--passwd-on-stdin",
              "--servercert=" + gateway.pin(),
              "--interface=vpn0",
              Lab.SERVER);
      adit.await("connected", 1);
      Transfer down = Transfer.toClient(lab, Gateway.INNER, 50);
      assertThat(down.received()).isEqualTo(down.sent());
      adit.signal("TERM");
      assertThat(adit.exitCode()).isZero();
    }
  }

  @Test
  void anArchiveThatOthersCanWriteIsRefusedForRoot() throws IOException {
    try (Lab lab = new Lab()) {
      Path plugins = Files.createDirectory(lab.directory().resolve("plugins"));
      Path archive = Files.writeString(plugins.resolve("bad.jar"), "no jar at all");
      assertThat(list(plugins)).contains("it is not a jar file").contains("anyconnect");
      Command.run(Duration.ofSeconds(5), "", List.of("chmod", "o+w", archive.toString())).ok();
      assertThat(list(plugins)).contains("chmod go-w " + archive);
    }
  }

  private static String list(Path plugins) {
    return Command.run(
            Duration.ofSeconds(20),
            "",
            List.of(AditProcess.launcher(), "plugins", "list", "--plugins-dir=" + plugins))
        .ok();
  }

  /** Only what {@code mvn install} of plugin-api leaves is visible to the plugin's build. */
  private static void build(Lab lab, Path plugins) throws IOException {
    Path jar = Path.of("..", "plugin-api", "target", "adit-plugin-api-0.1.0.jar").toAbsolutePath();
    Path source = lab.directory().resolve("source");
    Command.run(
            Duration.ofSeconds(10),
            "",
            List.of("cp", "-r", Path.of("src", "example-plugin").toString(), source.toString()))
        .ok();
    // A version of its own, so that no other build finds this one in the local repository.
    String version = "0.1.0-" + lab.clientLink();
    Path repository = lab.directory().resolve("repository");
    Path home = repository.resolve("dev/adit/adit-plugin-api").resolve(version);
    Files.createDirectories(home);
    Files.copy(jar, home.resolve("adit-plugin-api-" + version + ".jar"));
    Files.writeString(
        home.resolve("adit-plugin-api-" + version + ".pom"),
        """
        <project xmlns="http://maven.apache.org/POM/4.0.0">
          <modelVersion>4.0.0</modelVersion>
          <groupId>dev.adit</groupId>
          <artifactId>adit-plugin-api</artifactId>
          <version>VERSION</version>
          <dependencies>
            <dependency>
              <groupId>org.pf4j</groupId>
              <artifactId>pf4j</artifactId>
              <version>3.13.0</version>
            </dependency>
          </dependencies>
        </project>
        """
            .replace("VERSION", version));
    String pom = Files.readString(source.resolve("pom.xml"));
    Files.writeString(
        source.resolve("pom.xml"),
        pom.replace(
            "  <dependencies>\n    <dependency>\n      <groupId>dev.adit",
            "  <repositories>\n    <repository>\n      <id>lab</id>\n      <url>file://"
                + repository
                + "</url>\n    </repository>\n  </repositories>\n"
                + "  <dependencies>\n    <dependency>\n      <groupId>dev.adit"));
    Command.run(
            Duration.ofMinutes(4),
            "",
            List.of(
                "mvn",
                "-B",
                "-q",
                "-Dadit.version=" + version,
                "-f",
                source.resolve("pom.xml").toString(),
                "package"))
        .ok();
    Command.run(
            Duration.ofSeconds(10),
            "",
            List.of(
                "rm",
                "-rf",
                Path.of(
                        System.getProperty("user.home"),
                        ".m2/repository/dev/adit/adit-plugin-api",
                        version)
                    .toString()))
        .ok();
    Files.copy(
        source.resolve("target/adit-plain-1.0.0.jar"), plugins.resolve("adit-plain-1.0.0.jar"));
  }
}
