package dev.adit.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the page on security names as proof is there. */
class SecurityPageTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern NAMED =
      Pattern.compile("`([A-Z][A-Za-z0-9]*(?:Test|IT))\\.([a-z][A-Za-z0-9]*)`");

  @Test
  void everyTestThatIsNamedExists() throws IOException {
    Matcher named = NAMED.matcher(Files.readString(ROOT.resolve("SECURITY.md")));
    TreeSet<String> missing = new TreeSet<>();
    int found = 0;
    while (named.find()) {
      found++;
      Pattern method = Pattern.compile("\\b" + named.group(2) + "\\(");
      if (!method.matcher(source(named.group(1))).find()) {
        missing.add(named.group());
      }
    }
    assertThat(found).isGreaterThan(30);
    assertThat(missing).isEmpty();
  }

  private static String source(String test) throws IOException {
    for (String module :
        new String[] {"plugin-api", "core", "plugin-anyconnect", "plugin-juniper", "dist"}) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/test/java"))) {
        var file = files.filter(f -> f.endsWith(test + ".java")).findFirst();
        if (file.isPresent()) {
          return Files.readString(file.get());
        }
      }
    }
    return "";
  }
}
