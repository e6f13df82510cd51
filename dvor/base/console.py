"""The operators' console: Django's admin that looks and never writes rows. The only module that imports unfold.

@admin.register(Wallet, site=site)                                   # <package>/admin.py
class WalletAdmin(ReadOnlyAdmin):
    roles = ("city_operator",)                                       # who may look
    list_display = ("id", "resident_masked", "available")
    actions = ("block",)

    @operator_action(title=_("Block the wallet"), roles=("city_operator",))
    def block(self, wallet, *, by, at, reason):                      # one chosen row; runs in a transaction
        wallets.block(resident_id=wallet.resident_id, reason=reason, by=by, at=at)

What is not a list of a model (a check, an import, a page of charts) is a page of its own:

@site.page("rules/", title=_("Rules"), roles=("city_operator",), icon="gavel")
def rules(request): return site.render(request, "points/console/rules.html", {...})
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from csp.constants import UNSAFE_EVAL, UNSAFE_INLINE
from django import forms
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.sites import UnfoldAdminSite
from unfold.widgets import UnfoldAdminTextareaWidget

from dvor.base import audit, clock
from dvor.base.refusals import Refusal, Text

View = Callable[..., HttpResponse]

# unfold's pages run Alpine, which evaluates attributes, and carry style attributes. Nothing else is let in: no foreign
# host, no inline script, no frame. Residents' pages keep the strict policy.
POLICY = {"script-src": [UNSAFE_EVAL], "style-src": [UNSAFE_INLINE]}  # added to the site's


def roles_of(request: HttpRequest) -> Mapping[str, set[int]]:
    """The caller's roles of today: name → ids of organisations (empty for roles of the whole city). One query."""
    if not hasattr(request, "_dvor_roles"):
        held: dict[str, set[int]] = {}
        user: Any = request.user
        if user.is_authenticated and user.is_active:
            for name, organisation_id in user.roles.filter(revoked_at__isnull=True).values_list(
                "name", "organisation_id"
            ):
                held.setdefault(name, set()).update({organisation_id} - {None})
        request._dvor_roles = held  # type: ignore[attr-defined]
    return request._dvor_roles  # type: ignore[attr-defined,no-any-return]


def holds(request: HttpRequest, roles: Iterable[str]) -> bool:
    """Whether the caller has one of these roles; no roles named means any role."""
    held, wanted = roles_of(request), set(roles)
    return bool(wanted & set(held)) if wanted else bool(held)


def masked(text: str, *, shown: int = 1) -> str:
    """A personal text of which only the first letters stay: «А••• П•••», «a•••@p•••», «+7•••»."""
    words = [word for word in text.replace("@", " @").split(" ") if word]
    hidden = (word[: shown + word.startswith(("@", "+"))] + "•••" for word in words)
    return " ".join(hidden).replace(" @", "@")


@dataclass(frozen=True, slots=True)
class ConsolePage:
    """A page of the console that is not a model's list."""

    route: str
    name: str
    view: View
    title: Text
    roles: tuple[str, ...]
    icon: str
    in_menu: bool


class Console(UnfoldAdminSite):  # type: ignore[misc]
    """The site at /console/: for residents with an active role; everybody else signs in or is turned away."""

    site_title = _("Dvor console")
    index_title = _("Console")
    index_template = "console/home.html"

    def __init__(self) -> None:
        super().__init__(name="admin")
        self.pages: list[ConsolePage] = []
        self.home: Callable[[HttpRequest], Mapping[str, Any]] = lambda _request: {}  # dvor.console tells what is on it
        self.disable_action("delete_selected")

    def page(
        self, route: str, *, title: Text, roles: Iterable[str] = (), icon: str = "article", in_menu: bool = True
    ) -> Callable[[View], View]:
        """Mount a view at /console/<route>, for these roles; its URL name is ``admin:<function's name>``."""
        allowed = tuple(roles)

        def mount(view: View) -> View:
            @functools.wraps(view)
            def guarded(request: HttpRequest, **values: Any) -> HttpResponse:
                if not holds(request, allowed):
                    raise PermissionDenied
                return view(request, **values)

            self.pages.append(ConsolePage(route, view.__name__, guarded, title, allowed, icon, in_menu))
            return view

        return mount

    def render(
        self, request: HttpRequest, template: str, context: Mapping[str, Any], status: int = 200
    ) -> HttpResponse:
        """A template that extends ``admin/base_site.html``, with what the console's shell needs."""
        request.current_app = self.name
        return TemplateResponse(request, template, {**self.each_context(request), **context}, status=status)

    def index(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return super().index(request, {**self.home(request), **(extra_context or {})})  # type: ignore[no-any-return]

    def get_urls(self) -> list[Any]:
        """Our pages and the lists; nothing of passwords, because there are none."""
        ours = [path(page.route, self.admin_view(page.view), name=page.name) for page in self.pages]
        theirs = [url for url in super().get_urls() if not str(getattr(url, "name", "")).startswith("password_")]
        return [*ours, *theirs]

    def admin_view(self, view: View, cacheable: bool = False) -> View:  # noqa: FBT001, FBT002 Django's signature
        """Every page of the console has its own Content-Security-Policy (see :data:`POLICY`)."""
        inner = super().admin_view(view, cacheable)

        @functools.wraps(inner)
        def with_policy(request: HttpRequest, *args: Any, **values: Any) -> HttpResponse:
            response: HttpResponse = inner(request, *args, **values)
            response._csp_update = POLICY  # type: ignore[attr-defined]
            return response

        return with_policy

    def has_permission(self, request: HttpRequest) -> bool:
        return bool(roles_of(request))

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """There is no password here: the city ID signs in; who is signed in and has no role is turned away."""
        if request.user.is_authenticated:
            if self.has_permission(request):
                return HttpResponseRedirect(reverse("admin:index"))
            raise PermissionDenied
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))

    def get_sidebar_list(self, request: HttpRequest) -> list[dict[str, Any]]:
        """The menu: pages first, then the lists that the caller's roles may see."""
        pages = [
            _menu_line(request, page.title, reverse(f"admin:{page.name}"), page.icon)
            for page in self.pages
            if page.in_menu and holds(request, page.roles)
        ]
        groups: list[dict[str, Any]] = [{"title": _("Work"), "items": pages}] if pages else []
        for application in self.get_app_list(request):
            lines = [
                _menu_line(request, model["name"], model["admin_url"], "table_rows")
                for model in application["models"]
                if model.get("admin_url")
            ]
            groups.append({"title": application["name"], "items": lines, "collapsible": False})
        return groups


def _menu_line(request: HttpRequest, title: Any, link: str, icon: str) -> dict[str, Any]:
    active = request.path.startswith(link)
    return {"title": title, "link": link, "icon": icon, "has_permission": True, "active": active}


site = Console()


class ReadOnlyAdmin(ModelAdmin):  # type: ignore[misc]
    """A list and a page of one model, to look at. What an operator changes is an ``operator_action``.

    ``roles``: who may look (empty: any role). ``organisation_path``: lookup from this model to the organisation that
    answers for it, such as ``"house__management_company"``; who has only a role of an organisation sees its rows alone.
    """

    roles: ClassVar[tuple[str, ...]] = ()
    organisation_path: ClassVar[str] = ""
    list_per_page = 50
    list_fullwidth = True
    show_full_result_count = False  # counting 100 million rows is not a page's business
    change_form_before_template = "console/actions.html"

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return holds(request, self.roles)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """The rows that the caller's roles may see."""
        found: QuerySet[Any] = super().get_queryset(request)
        held = {name: ids for name, ids in roles_of(request).items() if not self.roles or name in self.roles}
        if any(not organisations for organisations in held.values()):
            return found  # a role of the whole city
        if not self.organisation_path:
            return found if held else found.none()
        return found.filter(**{f"{self.organisation_path}__in": set().union(*held.values())})

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        found = super().get_actions(request)
        return {name: line for name, line in found.items() if holds(request, getattr(line[0], "roles", ()))}

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        opts = self.model._meta
        context = {
            "operator_actions": [(name, line[2]) for name, line in self.get_actions(request).items()],
            "operator_actions_url": reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist"),
            "operator_object_id": object_id,
        }
        return super().changeform_view(request, object_id, form_url, {**context, **(extra_context or {})})


class ReasonForm(forms.Form):
    """Every write of an operator has a reason; actions that need more subclass it."""

    reason = forms.CharField(
        label=_("Reason"), min_length=5, max_length=500, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3})
    )


def operator_action(
    *, title: Text, roles: Iterable[str], form: type[ReasonForm] = ReasonForm, act: str = ""
) -> Callable[[Callable[..., Any]], Any]:
    """Make an admin action of a method ``(self, row, *, by, at, reason, …form's other fields)``.

    The operator sees the chosen rows, fills in the form, confirms; then the method runs once a row, each in a
    transaction. Refusals are shown. ``act`` (``package.noun.past_verb``) is written to the audit for verbs that do not
    write it themselves.
    """

    def wrap(verb: Callable[..., Any]) -> Any:
        @functools.wraps(verb)
        def action(self: ReadOnlyAdmin, request: HttpRequest, rows: QuerySet[Any]) -> HttpResponse | None:
            filled = form(request.POST if "confirmed" in request.POST else None)
            if filled.is_valid():
                _run(self, request, rows, functools.partial(verb, self), filled.cleaned_data, act)
                return None
            context = {
                "title": title, "form": filled, "rows": rows, "action": verb.__name__, "opts": self.model._meta,
            }  # fmt: skip
            return site.render(request, "console/confirm.html", context, status=422 if filled.is_bound else 200)

        action.short_description = title  # type: ignore[attr-defined]
        action.roles = tuple(roles)  # type: ignore[attr-defined]
        return action

    return wrap


def _run(
    model_admin: ReadOnlyAdmin,
    request: HttpRequest,
    rows: Iterable[Model],
    verb: Callable[..., Any],
    filled: Mapping[str, Any],
    act: str,
) -> None:
    user: Any = request.user
    for row in rows:
        at = clock.now()
        try:
            with transaction.atomic():
                verb(row, by=user, at=at, **filled)
                if act:
                    subject = f"{row._meta.model_name}:{row.pk}"
                    audit.record(act=act, subject=subject, by=user.pk, at=at, reason=filled["reason"])
        except Refusal as refusal:
            model_admin.message_user(request, f"{row}: {refusal}", messages.ERROR)
        else:
            model_admin.message_user(request, _("%(row)s: done.") % {"row": row}, messages.SUCCESS)
