package dev.adit.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/**
 * The tests' own class path as a guest's JVM starts soonest with it: jars alone, and an archive of
 * classes, of which a run of {@link GuestTraining} on this machine says which are needed. Jars that
 * the built tree has are taken from there: its BouncyCastle can be archived.
 */
final class GuestClasses {
  private final List<String> flags;

  private GuestClasses(List<String> flags) {
    this.flags = flags;
  }

  /** In a directory that stays as long as the guest needs them. */
  static GuestClasses in(Path directory) throws IOException {
    List<String> base = new ArrayList<>(List.of("-XX:+UseSerialGC", "-Xshare:auto"));
    base.add("-Dadit.home=" + AditProcess.tree());
    base.add("-cp");
    base.add(String.join(":", jars(directory)));
    Path archive = directory.resolve("guest.jsa");
    List<String> training = new ArrayList<>();
    training.add(java());
    training.add("-XX:ArchiveClassesAtExit=" + archive);
    training.addAll(base);
    training.add(GuestRunner.class.getName());
    Path results = directory.resolve("training");
    training.add(results.toString());
    training.add(GuestTraining.class.getName());
    Command.run(Duration.ofMinutes(2), "", training).ok();
    List<String> failed =
        Files.readAllLines(results).stream().filter(line -> !line.endsWith("\t")).toList();
    if (!failed.isEmpty()) {
      throw new AssertionError(GuestRunner.failure(failed.get(0)));
    }
    List<String> flags = new ArrayList<>();
    flags.add("-XX:SharedArchiveFile=" + archive);
    flags.addAll(base);
    return new GuestClasses(flags);
  }

  /** The same flags and class path with which the archive was made, or it is not used. */
  List<String> flags() {
    return flags;
  }

  static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  private static List<String> jars(Path directory) throws IOException {
    List<String> jars = new ArrayList<>();
    Set<String> names = new HashSet<>();
    try (Stream<Path> tree = Files.list(AditProcess.tree().resolve("lib"))) {
      for (Path jar : tree.filter(f -> f.toString().endsWith(".jar")).sorted().toList()) {
        jars.add(jar.toString());
        names.add(String.valueOf(jar.getFileName()));
      }
    }
    for (String entry : System.getProperty("java.class.path").split(":", -1)) {
      Path path = Path.of(entry).toAbsolutePath();
      String name = String.valueOf(path.getFileName());
      if (Files.isDirectory(path)) {
        jars.add(jar(path, directory.resolve(jars.size() + ".jar")).toString());
      } else if (Files.exists(path) && !name.matches("bc.*-jdk18on-.*") && names.add(name)) {
        jars.add(entry);
      }
    }
    return jars;
  }

  private static Path jar(Path classes, Path jar) throws IOException {
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
        Stream<Path> files = Files.walk(classes)) {
      out.setLevel(0);
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        out.putNextEntry(new JarEntry(classes.relativize(file).toString()));
        Files.copy(file, out);
        out.closeEntry();
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return jar;
  }
}
