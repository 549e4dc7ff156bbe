package dev.adit.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** dist -&gt; core -&gt; plugin-api &lt;- plugins, and what follows from it. */
@AnalyzeClasses(packages = "dev.adit", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final Pattern VENDORS =
      Pattern.compile("cisco|anyconnect|juniper|oncp|cstp|ocserv", Pattern.CASE_INSENSITIVE);

  @ArchTest
  static final ArchRule PLUGINS_SEE_THE_INTERFACE_ALONE =
      noClasses()
          .that()
          .resideInAnyPackage("dev.adit.anyconnect..", "dev.adit.juniper..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.adit.core..", "dev.adit.cli..")
          .because("a stranger's plugin has plugin-api and nothing else");

  @ArchTest
  static final ArchRule CORE_SEES_NO_PLUGIN =
      noClasses()
          .that()
          .resideInAPackage("dev.adit.core..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.adit.anyconnect..", "dev.adit.juniper..", "dev.adit.cli..")
          .because("core serves every protocol, and is driven by more than a command line");

  @ArchTest
  static final ArchRule ONE_PACKAGE_MAKES_SYSTEM_CALLS =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.adit.core.sys..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("jnr..")
          .because("native memory and errno are dangerous enough in one place");

  @ArchTest
  static final ArchRule THE_INTERFACE_IS_SANS_IO =
      noClasses()
          .that()
          .resideInAPackage("dev.adit.api..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("jnr..", "org.bouncycastle..", "java.nio.channels..")
          .because("engines open nothing: core performs what plugins describe");

  @ArchTest
  static final ArchRule PLUGINS_OPEN_NOTHING =
      noClasses()
          .that()
          .resideInAnyPackage("dev.adit.anyconnect..", "dev.adit.juniper..")
          .should()
          .dependOnClassesThat()
          .haveNameMatching(
              "java\\.net\\.(Socket|ServerSocket|DatagramSocket|http\\..*)|java\\.nio\\.channels\\..*")
          .because("what a plugin sends goes through core, where pins and proxies are");

  @ArchTest
  static final ArchRule PURE_PACKAGES_STAY_PURE =
      noClasses()
          .that()
          .resideInAnyPackage(
              "dev.adit.core.netlink..",
              "dev.adit.core.rtnetlink..",
              "dev.adit.core.transport..",
              "dev.adit.core.esp..",
              "dev.adit.core.offload..",
              "dev.adit.core.token..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.adit.core.sys..", "dev.adit.core.session..", "dev.adit.core.loop..")
          .because("bytes against bytes is how they are tested");

  @ArchTest
  static final ArchRule NOBODY_TRUSTS_BLINDLY =
      classes()
          .that()
          .implement("javax.net.ssl.X509TrustManager")
          .should()
          .haveSimpleName("(there is none)")
          .allowEmptyShould(true)
          .because("trust is decided in ServerTrust, by the JDK's own manager or by pins");

  @Test
  void noVendorIsNamedInCore() throws IOException {
    Path sources = Path.of("..", "core", "src", "main", "java");
    try (Stream<Path> files = Files.walk(sources)) {
      List<String> found =
          files
              .filter(f -> f.toString().endsWith(".java"))
              // The names of vpnc-script's variables are what they are.
              .filter(
                  f ->
                      !f.endsWith("ScriptEnvironment.java")
                          && !f.endsWith("ScriptHostNetwork.java"))
              .filter(ArchitectureTest::namesAVendor)
              .map(f -> sources.relativize(f).toString())
              .toList();
      assertThat(found).isEmpty();
    }
  }

  private static boolean namesAVendor(Path file) {
    try {
      return VENDORS.matcher(Files.readString(file)).find();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
