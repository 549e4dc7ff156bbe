package dev.adit.juniper.auth;

import dev.adit.api.auth.AuthField.Choice;
import dev.adit.api.error.PeerViolationException;
import dev.adit.juniper.auth.FormInput.Use;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.FormElement;

/**
 * A form, as far as its body goes: lists first, as openconnect 9.01 sends them, then inputs in the
 * order of the document; of equal names the first wins.
 *
 * @param kind which of the known ones, by name, else by id
 * @param name what the page calls it, or its id, or empty
 * @param action where the answers go
 * @param isPost whether its method is POST
 * @param sessions the check boxes {@code postfixSID}: sessions that could be ended
 * @param notices texts of an administrator that are accepted by going on
 */
record PageForm(
    Optional<FormKind> kind,
    String name,
    URI action,
    boolean isPost,
    List<FormInput> inputs,
    List<Choice> sessions,
    List<String> notices) {
  static final String SESSION = "postfixSID";

  private static final int MAX_ELEMENTS = 2000;
  private static final int MAX_NAME = 256;
  private static final int MAX_LABEL = 80;

  PageForm {
    inputs = List.copyOf(inputs);
    sessions = List.copyOf(sessions);
    notices = List.copyOf(notices);
  }

  /** Reads a form of a page. */
  static PageForm read(Document page, Element form, URI url) throws PeerViolationException {
    List<Element> controls = controls(page, form);
    String id = form.id().strip();
    String formName = form.attr("name").strip();
    Optional<FormKind> kind = FormKind.of(formName).or(() -> FormKind.of(id));
    Map<String, String> labels = labels(page);
    Map<String, FormInput> lists = new LinkedHashMap<>();
    Map<String, FormInput> inputs = new LinkedHashMap<>();
    List<Choice> sessions = new ArrayList<>();
    List<String> notices = new ArrayList<>();
    for (Element control : controls) {
      String name = control.attr("name");
      boolean named = !name.isEmpty() && name.length() <= MAX_NAME;
      if (control.nameIs("textarea")) {
        if (name.equals("sn-preauth-text") || name.equals("sn-postauth-text")) {
          notices.add(control.wholeText().strip());
        }
      } else if (named && control.nameIs("select")) {
        list(control, name, labels).ifPresent(l -> lists.putIfAbsent(name, l));
      } else if (named && type(control).equals("radio")) {
        radio(inputs, control, name);
      } else if (named) {
        Optional<Use> use = use(control, name, kind);
        String label = label(control, name, labels);
        use.ifPresent(
            u ->
                inputs.putIfAbsent(name, new FormInput(name, u, value(control), label, List.of())));
        if (name.equals(SESSION) && type(control).equals("checkbox")) {
          sessions.add(new Choice(value(control), row(control)));
        }
      }
    }
    lists.keySet().forEach(inputs::remove);
    kind.filter(FormKind::pressesDefaultButton)
        .flatMap(k -> controls.stream().filter(c -> type(c).equals("submit")).findFirst())
        .filter(button -> !button.attr("name").isEmpty())
        .ifPresent(
            b ->
                inputs.putIfAbsent(
                    b.attr("name"),
                    new FormInput(b.attr("name"), Use.SENT_AS_IS, b.attr("value"), "", List.of())));
    return new PageForm(
        kind,
        formName.isEmpty() ? id : formName,
        Urls.resolve(url, form.attr("action"), "form action"),
        form.attr("method").strip().equalsIgnoreCase("post"),
        Stream.concat(lists.values().stream(), inputs.values().stream()).toList(),
        sessions,
        notices);
  }

  Optional<FormInput> input(String name) {
    return inputs.stream().filter(i -> i.name().equals(name)).findFirst();
  }

  /** All that belong to the form in document order: in a table they are not below it. */
  private static List<Element> controls(Document page, Element form) throws PeerViolationException {
    List<Element> all = page.select("input,select,textarea,option");
    if (all.size() > MAX_ELEMENTS) {
      throw new PeerViolationException(
          "log-in page",
          "at most " + MAX_ELEMENTS + " fields and choices",
          String.valueOf(all.size()));
    }
    Set<Element> own = Collections.newSetFromMap(new IdentityHashMap<>());
    own.addAll(form.select("input,select,textarea"));
    if (form instanceof FormElement element) {
      own.addAll(element.elements());
    }
    return all.stream().filter(own::contains).toList();
  }

  /** One of several buttons: a list, of which the one that is pressed is preset. */
  private static void radio(Map<String, FormInput> inputs, Element button, String name) {
    Choice choice = new Choice(button.attr("value"), row(button));
    FormInput before = inputs.get(name);
    if (before == null) {
      inputs.put(name, new FormInput(name, Use.SELECT, choice.value(), name, List.of(choice)));
    } else if (before.use() == Use.SELECT) {
      List<Choice> choices = new ArrayList<>(before.choices());
      choices.add(choice);
      String preset = button.hasAttr("checked") ? choice.value() : before.value();
      inputs.put(name, new FormInput(name, Use.SELECT, preset, before.label(), choices));
    }
  }

  private static Optional<Use> use(Element input, String name, Optional<FormKind> kind) {
    if (input.attr("style").equals("display: none;")) {
      return Optional.of(Use.SENT_AS_IS);
    }
    return switch (type(input)) {
      case "hidden", "checkbox" -> Optional.of(Use.SENT_AS_IS);
      case "password" -> Optional.of(Use.PASSWORD);
      case "submit" ->
          kind.filter(k -> k.keepsButton(name)).isPresent()
              ? Optional.of(Use.SENT_AS_IS)
              : Optional.empty();
      case "button", "color", "file", "image", "range", "reset" -> Optional.empty();
      // HTML: an absent or unknown type is text. Some clients leave these out.
      default -> Optional.of(Use.TEXT);
    };
  }

  private static String type(Element input) {
    return input.attr("type").strip().toLowerCase(Locale.ROOT);
  }

  /** A box without a value is {@code on} in HTML. */
  private static String value(Element input) {
    return type(input).equals("checkbox") && !input.hasAttr("value") ? "on" : input.attr("value");
  }

  private static Optional<FormInput> list(Element select, String name, Map<String, String> labels) {
    List<Choice> choices = new ArrayList<>();
    Optional<String> selected = Optional.empty();
    for (Element option : select.select("option")) {
      String text = Texts.line(option.text(), MAX_LABEL);
      String value = option.hasAttr("value") ? option.attr("value") : option.text();
      choices.add(new Choice(value, text.isEmpty() ? value : text));
      if (option.hasAttr("selected") && selected.isEmpty()) {
        selected = Optional.of(value);
      }
    }
    return choices.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new FormInput(
                name,
                Use.SELECT,
                selected.orElse(choices.get(0).value()),
                label(select, name, labels),
                choices));
  }

  private static Map<String, String> labels(Document page) {
    Map<String, String> labels = new HashMap<>();
    for (Element label : page.select("label[for]")) {
      labels.putIfAbsent(label.attr("for"), Texts.line(label.text(), MAX_LABEL));
    }
    return labels;
  }

  /** A label of its own, the table cell before it, what stands in the empty field, or its name. */
  private static String label(Element control, String name, Map<String, String> labels) {
    String own = labels.getOrDefault(control.id(), "");
    if (!control.id().isEmpty() && !own.isEmpty()) {
      return own;
    }
    Element cell = control.closest("td");
    Element before = cell == null ? null : cell.previousElementSibling();
    String beside = before == null ? "" : Texts.line(before.text(), MAX_LABEL + 1);
    if (!beside.isEmpty() && beside.length() <= MAX_LABEL) {
      return beside;
    }
    String placeholder = Texts.line(control.attr("placeholder"), MAX_LABEL);
    return placeholder.isEmpty() ? Texts.line(name, MAX_LABEL) : placeholder;
  }

  /** The text beside a check box. */
  private static String row(Element box) {
    Element row = box.closest("tr");
    Element around = row == null ? box.parent() : row;
    String text = around == null ? "" : Texts.line(around.text(), MAX_LABEL);
    return text.isEmpty() ? Texts.line(box.attr("value"), MAX_LABEL) : text;
  }
}
