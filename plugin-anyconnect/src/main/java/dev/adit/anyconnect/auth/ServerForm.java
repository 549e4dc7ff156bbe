package dev.adit.anyconnect.auth;

import dev.adit.api.auth.AuthField;
import dev.adit.api.auth.AuthField.Choice;
import dev.adit.api.auth.AuthField.Role;
import dev.adit.api.auth.AuthField.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.w3c.dom.Element;

/**
 * A form of the server: what is asked, in its order, and where the answers go.
 *
 * @param action path for the answers; empty to keep the present one
 * @param fields all that take an answer, the group list left out
 * @param groups the list of groups, if there is one
 */
record ServerForm(
    String action, List<AuthField> fields, Optional<GroupList> groups, List<String> unknown) {

  /**
   * Groups to choose from.
   *
   * @param selected value that the form was made for
   * @param optionsOf attributes of each group by its value
   */
  record GroupList(AuthField field, String selected, Map<String, Map<String, String>> optionsOf) {
    /** Whether the group does without user name and password. */
    boolean needsNoPassword(String group) {
      return "1".equals(optionsOf.getOrDefault(group, Map.of()).get("noaaa"));
    }

    /** Whether the group asks for a second user name and password. */
    boolean hasSecondAuth(String group) {
      return "1".equals(optionsOf.getOrDefault(group, Map.of()).get("second-auth"));
    }
  }

  static ServerForm read(Element form, String authId) {
    List<AuthField> fields = new ArrayList<>();
    List<String> unknown = new ArrayList<>();
    Optional<GroupList> groups = Optional.empty();
    for (Element element : Xml.children(form)) {
      String name = element.getAttribute("name");
      if (element.getTagName().equals("select") && !name.isEmpty()) {
        GroupList list = select(element, name);
        if (name.equals("group_list")) {
          groups = Optional.of(list);
        } else {
          fields.add(list.field());
        }
      } else if (element.getTagName().equals("input")) {
        String type = element.getAttribute("type");
        switch (type) {
          case "text", "password", "hidden" -> fields.add(input(element, name, type, authId));
          case "submit", "reset" -> {
            // Buttons; not sent.
          }
          default -> unknown.add(type);
        }
      }
    }
    return new ServerForm(form.getAttribute("action"), List.copyOf(fields), groups, unknown);
  }

  /** The fields that a group asks for. */
  List<AuthField> fieldsFor(String group) {
    return fields.stream()
        .filter(f -> groups.isEmpty() || isAsked(f, groups.get(), group))
        .toList();
  }

  private static boolean isAsked(AuthField field, GroupList groups, String group) {
    if (field.type() == Type.HIDDEN) {
      return true;
    }
    boolean second = field.role() == Role.SECOND_USERNAME || field.role() == Role.SECOND_PASSWORD;
    boolean listed =
        groups.optionsOf().values().stream().anyMatch(o -> o.containsKey("second-auth"));
    return second ? !listed || groups.hasSecondAuth(group) : !groups.needsNoPassword(group);
  }

  private static AuthField input(Element element, String name, String type, String authId) {
    String label = element.getAttribute("label");
    return AuthField.input(
        name,
        label.isBlank() ? name + ":" : label.strip(),
        switch (type) {
          case "password" -> Type.PASSWORD;
          case "hidden" -> Type.HIDDEN;
          default -> Type.TEXT;
        },
        element.getAttribute("value"),
        role(name, type, authId));
  }

  private static Role role(String name, String type, String authId) {
    if (type.equals("password") && authId.equals("challenge")) {
      return Role.TOKEN_CODE;
    }
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "username" -> Role.USERNAME;
      case "password" -> Role.PASSWORD;
      case "secondary_username" -> Role.SECOND_USERNAME;
      case "secondary_password" -> Role.SECOND_PASSWORD;
      case "answer" -> Role.TOKEN_CODE;
      case "new_password", "verify_password", "verify_pin" -> Role.NEW_PASSWORD;
      default -> Role.OTHER;
    };
  }

  private static GroupList select(Element element, String name) {
    List<Choice> choices = new ArrayList<>();
    Map<String, Map<String, String>> options = new HashMap<>();
    String selected = "";
    for (Element option : Xml.children(element)) {
      if (!option.getTagName().equals("option")) {
        continue;
      }
      String text = option.getTextContent().strip();
      String value = option.hasAttribute("value") ? option.getAttribute("value") : text;
      choices.add(new Choice(value, text.isEmpty() ? value : text));
      Map<String, String> attributes = new HashMap<>();
      for (String attribute : List.of("noaaa", "second-auth", "auth-type")) {
        if (option.hasAttribute(attribute)) {
          attributes.put(attribute, option.getAttribute(attribute).toLowerCase(Locale.ROOT));
        }
      }
      options.put(value, attributes);
      if (option.getAttribute("selected").equalsIgnoreCase("true")) {
        selected = value;
      }
    }
    if (choices.isEmpty()) {
      choices.add(new Choice("", ""));
    }
    if (selected.isEmpty()) {
      selected = choices.get(0).value();
    }
    String label = element.getAttribute("label");
    Role role = name.equals("group_list") ? Role.GROUP : Role.OTHER;
    return new GroupList(
        new AuthField(
            name,
            label.isBlank() ? name + ":" : label.strip(),
            Type.SELECT,
            selected,
            choices,
            role),
        selected,
        options);
  }
}
