package dev.adit.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Everything public stands in a text file, so that a change of the interface is a line of a diff.
 * To accept one: copy {@code target/plugin-api.txt} over {@code src/test/resources/plugin-api.txt},
 * and think of {@link SpiVersion}.
 */
class PublicSurfaceTest {
  @Test
  void isAsWrittenDown() throws Exception {
    Path classes = Path.of("target", "classes");
    TreeSet<String> surface = new TreeSet<>();
    try (Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
        String name = classes.relativize(file).toString().replace('/', '.').replace(".class", "");
        if (!name.endsWith("package-info")) {
          describe(Class.forName(name, false, getClass().getClassLoader()), surface);
        }
      }
    }
    String now = String.join("\n", surface) + "\n";
    Files.writeString(Path.of("target", "plugin-api.txt"), now);
    assertThat(now).isEqualTo(Files.readString(Path.of("src/test/resources/plugin-api.txt")));
  }

  private static String kind(Class<?> type) {
    return type.isRecord()
        ? "record"
        : type.isEnum() ? "enum" : type.isInterface() ? "interface" : "class";
  }

  private static void describe(Class<?> type, Set<String> surface) {
    if (!Modifier.isPublic(type.getModifiers())) {
      return;
    }
    // Not the name of the modifiers of a type: JDKs differ in which they print.
    surface.add(kind(type) + " " + type.getTypeName());
    List<String> members = new ArrayList<>();
    for (Method method : type.getDeclaredMethods()) {
      if (Modifier.isPublic(method.getModifiers()) && !method.isSynthetic()) {
        members.add(method.toGenericString());
      }
    }
    for (Constructor<?> constructor : type.getDeclaredConstructors()) {
      if (Modifier.isPublic(constructor.getModifiers())) {
        members.add(constructor.toGenericString());
      }
    }
    for (Field field : type.getDeclaredFields()) {
      if (Modifier.isPublic(field.getModifiers())) {
        members.add(field.toGenericString());
      }
    }
    surface.addAll(members);
  }
}
