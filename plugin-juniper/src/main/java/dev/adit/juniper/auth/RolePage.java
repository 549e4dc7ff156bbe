package dev.adit.juniper.auth;

import dev.adit.api.auth.AuthContext;
import dev.adit.api.auth.AuthField;
import dev.adit.api.auth.AuthField.Choice;
import dev.adit.api.auth.AuthForm;
import dev.adit.api.auth.FormAnswers;
import dev.adit.api.error.PeerViolationException;
import dev.adit.api.error.VpnException;
import dev.adit.juniper.auth.LoginPage.Role;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * The form {@code frmSelectRoles}: a table of links, of which one is fetched; nothing is posted.
 * {@code --authgroup} names a role too, unless it has already named a realm.
 */
final class RolePage {
  private static final String FIELD = "role";

  private RolePage() {}

  static URI choose(AuthContext context, LoginPage page, PageForm form, boolean realmAsked)
      throws VpnException, InterruptedException {
    List<Role> roles = page.roles();
    if (roles.isEmpty()) {
      throw new PeerViolationException(
          "page " + Urls.shown(page.url()), "links in the table TABLE_SelectRole_1", "none");
    }
    Optional<Role> preset =
        context
            .settings()
            .authGroup()
            .flatMap(g -> roles.stream().filter(r -> r.name().equalsIgnoreCase(g)).findFirst());
    Role chosen = preset.isPresent() ? preset.get() : ask(context, page, form, realmAsked, roles);
    return Urls.resolve(page.url(), chosen.href(), "link of role " + chosen.name());
  }

  private static Role ask(
      AuthContext context, LoginPage page, PageForm form, boolean realmAsked, List<Role> roles)
      throws VpnException, InterruptedException {
    AuthField field =
        new AuthField(
            FIELD,
            "Role",
            AuthField.Type.SELECT,
            roles.get(0).name(),
            roles.stream().map(r -> new Choice(r.name(), r.name())).toList(),
            realmAsked ? AuthField.Role.OTHER : AuthField.Role.GROUP);
    AuthForm question = new AuthForm(form.name(), page.title(), "", "", List.of(field));
    try (FormAnswers answers = context.ask(question)) {
      String name = answers.value(FIELD).reveal();
      return roles.stream()
          .filter(r -> r.name().equals(name))
          .findFirst()
          .orElseThrow(
              () -> new IllegalStateException("the answer is none of the choices of " + FIELD));
    }
  }
}
