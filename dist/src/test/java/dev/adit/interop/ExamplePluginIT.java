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

  @Test
  void theBehaviourSuiteFindsWhatAPluginDoesWrong() throws IOException {
    try (Lab lab = new Lab()) {
      Path source = source(lab);
      Path unframer = source.resolve("src/main/java/org/example/plain/Unframer.java");
      String right = Files.readString(unframer);
      // Packets of 1024 bytes and more get a wrong length.
      String wrong = right.replace("(byte) (n >> 8)", "(byte) (n >> 8 & 3)");
      assertThat(wrong).isNotEqualTo(right);
      Files.writeString(unframer, wrong);
      Command build = mvn(source, "package");
      assertThat(build.exitCode()).isNotZero();
      assertThat(build.out() + build.err())
          .contains("PlainBehaviourTest", "packetsArriveUnchangedBothWays", "Tests run: ");
    }
  }

  /** Only what {@code mvn install} of plugin-api leaves is visible to the plugin's build. */
  private static void build(Lab lab, Path plugins) throws IOException {
    Path source = source(lab);
    mvn(source, "package").ok();
    assertThat(
            Files.readString(
                source.resolve("target/surefire-reports/org.example.plain.PlainBehaviourTest.txt")))
        .containsPattern("Tests run: [1-9]\\d, Failures: 0, Errors: 0, Skipped: 0");
    Files.copy(
        source.resolve("target/adit-plain-1.0.0.jar"), plugins.resolve("adit-plain-1.0.0.jar"));
  }

  /** The example, and a repository that holds nothing of ours but the interface. */
  private static Path source(Lab lab) throws IOException {
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
    Path jars = Path.of("..", "plugin-api", "target").toAbsolutePath();
    for (String classifier : List.of("", "-tests")) {
      Files.copy(
          jars.resolve("adit-plugin-api-0.1.0" + classifier + ".jar"),
          home.resolve("adit-plugin-api-" + version + classifier + ".jar"));
    }
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
        pom.replace("<adit.version>0.1.0<", "<adit.version>" + version + "<")
            .replace(
                "  <dependencies>\n    <dependency>\n      <groupId>dev.adit",
                "  <repositories>\n    <repository>\n      <id>lab</id>\n      <url>file://"
                    + repository
                    + "</url>\n    </repository>\n  </repositories>\n"
                    + "  <dependencies>\n    <dependency>\n      <groupId>dev.adit"));
    return source;
  }

  /** With the version of the interface forgotten again in the local repository. */
  private static Command mvn(Path source, String goal) throws IOException {
    Command done =
        Command.run(
            Duration.ofMinutes(4),
            "",
            List.of("mvn", "-B", "-q", "-f", source.resolve("pom.xml").toString(), goal));
    Path installed =
        Path.of(System.getProperty("user.home"), ".m2/repository/dev/adit/adit-plugin-api");
    String version =
        Files.readString(source.resolve("pom.xml"))
            .replaceAll("(?s).*<adit.version>([^<]+)<.*", "$1");
    Command.run(
            Duration.ofSeconds(10), "", List.of("rm", "-rf", installed.resolve(version).toString()))
        .ok();
    return done;
  }
}
