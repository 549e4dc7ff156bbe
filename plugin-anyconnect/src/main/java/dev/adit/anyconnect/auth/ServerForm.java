package dev.adit.anyconnect.auth;

import dev.adit.api.auth.AuthField;
import dev.adit.api.auth.AuthField.Choice;
import dev.adit.api.auth.AuthField.Role;
import dev.adit.api.auth.AuthField.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.w3c.dom.Element;

/**
 * A form of the server: what is asked, in its order, and where the answers go.
 *
 * @param action path for the answers; empty to keep the present one
 * @param inputs all that take an answer, the group list left out
 * @param groups the list of groups, if there is one
 * @param unknown types of inputs that are not known here; they are skipped
 */
record ServerForm(
    String action, List<Input> inputs, Optional<GroupList> groups, List<String> unknown) {
  /** What can be an element's name in our answer too. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]{0,127}");

  /**
   * One input.
   *
   * @param secondAuth it belongs to a second authentication, which not every group has
   */
  record Input(AuthField field, boolean secondAuth) {}

  /**
   * A group.
   *
   * @param noPassword the group does without user name and password
   * @param secondAuth the group has a second authentication
   * @param secondUser second user name, if the group gives it
   * @param secondUserEditable whether the user may give another
   */
  record Group(
      boolean noPassword,
      boolean secondAuth,
      Optional<String> secondUser,
      boolean secondUserEditable) {
    /** Without a list of groups everything is asked. */
    private static final Group ONLY = new Group(false, true, Optional.empty(), true);

    private static Group read(Element option) {
      return new Group(
          isOne(option, "noaaa"),
          isOne(option, "second-auth"),
          option.hasAttribute("secondary_username")
              ? Optional.of(option.getAttribute("secondary_username"))
              : Optional.empty(),
          option.getAttribute("secondary_username_editable").equalsIgnoreCase("true"));
    }
  }

  /**
   * Groups to choose from.
   *
   * @param selected value that the form was made for
   */
  record GroupList(AuthField field, String selected, Map<String, Group> groups) {}

  static ServerForm read(Element form, String authId) {
    List<Input> inputs = new ArrayList<>();
    List<String> unknown = new ArrayList<>();
    Optional<GroupList> groups = Optional.empty();
    for (Element element : Xml.children(form)) {
      String name = element.getAttribute("name");
      boolean named = NAME.matcher(name).matches();
      if (element.getTagName().equals("select") && named) {
        GroupList list = select(element, name);
        if (name.equals("group_list")) {
          groups = Optional.of(list);
        } else {
          inputs.add(new Input(list.field(), false));
        }
      } else if (element.getTagName().equals("input")) {
        String type = element.getAttribute("type").toLowerCase(Locale.ROOT);
        switch (type) {
          case "text", "password", "hidden" -> {
            if (named) {
              boolean second = isOne(element, "second-auth");
              inputs.add(new Input(input(element, name, type, authId), second));
            }
          }
          case "submit", "reset" -> {
            // Buttons; not sent.
          }
          default -> unknown.add(type);
        }
      }
    }
    return new ServerForm(form.getAttribute("action"), List.copyOf(inputs), groups, unknown);
  }

  /**
   * The fields as a group has them. What the group does not ask is sent all the same, empty or
   * preset: it becomes a hidden field.
   */
  List<AuthField> fieldsFor(String value) {
    Group group =
        groups.map(list -> list.groups().getOrDefault(value, Group.ONLY)).orElse(Group.ONLY);
    return inputs.stream().map(input -> asked(input, group)).toList();
  }

  private static AuthField asked(Input input, Group group) {
    AuthField field = input.field();
    if (field.type() != Type.TEXT && field.type() != Type.PASSWORD) {
      return field;
    }
    boolean secondUser = input.secondAuth() && field.name().equals("secondary_username");
    String preset = secondUser ? group.secondUser().orElse(field.preset()) : field.preset();
    boolean skipped =
        group.noPassword()
            || input.secondAuth() && !group.secondAuth()
            || secondUser && group.secondUser().isPresent() && !group.secondUserEditable();
    return AuthField.input(
        field.name(), field.label(), skipped ? Type.HIDDEN : field.type(), preset, field.role());
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

  private static boolean isOne(Element element, String attribute) {
    return element.getAttribute(attribute).equals("1");
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
    Map<String, Group> groups = new LinkedHashMap<>();
    String selected = "";
    for (Element option : Xml.children(element)) {
      if (!option.getTagName().equals("option")) {
        continue;
      }
      String text = option.getTextContent().strip();
      String value = option.hasAttribute("value") ? option.getAttribute("value") : text;
      choices.add(new Choice(value, text.isEmpty() ? value : text));
      groups.put(value, Group.read(option));
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
        groups);
  }
}
