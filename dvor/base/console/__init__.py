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

What another package knows of a row is one click away from the row's page:

@site.link("people.resident", title=_("Awards"), roles=("city_operator",))
def awards_of_resident(resident): return reverse("admin:awards_of", query={"resident": resident.pk})
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from csp.constants import UNSAFE_EVAL, UNSAFE_INLINE
from django.contrib.admin.utils import quote, unquote
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.templatetags.static import static
from django.urls import path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.sites import UnfoldAdminSite

from dvor.base.console.actions import UPLOAD_BYTES_MAX, DateWidget, ReasonForm, operator_action
from dvor.base.console.operators import holds, masked, roles_of
from dvor.base.refusals import Text

__all__ = [
    "UPLOAD_BYTES_MAX", "DateWidget", "ReadOnlyAdmin", "ReasonForm", "holds", "masked", "operator_action", "roles_of",
    "site",
]  # fmt: skip

View = Callable[..., HttpResponse]

# unfold's pages run Alpine, which evaluates attributes, and carry style attributes. Nothing else is let in: no foreign
# host, no inline script, no frame. Residents' pages keep the strict policy.
POLICY = {"script-src": [UNSAFE_EVAL], "style-src": [UNSAFE_INLINE]}  # added to the site's


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


@dataclass(frozen=True, slots=True)
class RowLink:
    """Where a row's page leads besides its own model."""

    title: Text
    roles: tuple[str, ...]
    to: Callable[[Any], str]


class Console(UnfoldAdminSite):  # type: ignore[misc]
    """The site at /console/: for residents with an active role; everybody else signs in or is turned away."""

    site_title = _("Dvor console")
    index_title = _("Console")
    index_template = "console/home.html"

    def __init__(self) -> None:
        super().__init__(name="admin")
        self.pages: list[ConsolePage] = []
        self.links: dict[str, list[RowLink]] = {}
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

    def link(
        self, model: str, *, title: Text, roles: Iterable[str] = ()
    ) -> Callable[[Callable[[Any], str]], Callable[[Any], str]]:
        """Lead from the page of each row of ``model`` (``"people.resident"``) to an address, for these roles.

        Addresses stay in histories and logs: they carry our numbers of rows, never a payer code or a name. An empty one
        is not shown: this row leads nowhere.
        """

        def mount(to: Callable[[Any], str]) -> Callable[[Any], str]:
            self.links.setdefault(model, []).append(RowLink(title, tuple(roles), to))
            return to

        return mount

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        context: dict[str, Any] = super().each_context(request)
        return context | {"styles": [*context["styles"], static("console/console.css")]}

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
    change_form_outer_before_template = "console/actions.html"  # outside of the form: a form in a form is none
    numbered: ClassVar[bool] = False  # a row has no name of its own: it is called by its kind and number

    def named(self, row: Model) -> str:
        """What the operator calls this row."""
        return f"{capfirst(row._meta.verbose_name)} {row.pk}" if self.numbered else str(row)

    def address_of(self, row: Model) -> str:
        """The row's own page."""
        return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[quote(row.pk)])

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

    def get_form(self, request: HttpRequest, obj: Model | None = None, change: bool = False, **more: Any) -> Any:  # noqa: FBT001, FBT002 Django's signature
        """The models' help texts are for programmers; operators get none of them."""
        untold = {field.name: "" for field in self.model._meta.get_fields()}
        return super().get_form(request, obj, change, help_texts=untold, **more)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        title = capfirst(self.model._meta.verbose_name_plural)
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        options = self.model._meta
        row = self.get_object(request, unquote(object_id)) if object_id and request.method == "GET" else None
        context = {
            "title": capfirst(options.verbose_name),
            "operator_actions": [
                (name, line[2])
                for name, line in self.get_actions(request).items()
                if row is not None and getattr(line[0], "when", bool)(row)
            ],
            "operator_links": [
                (link.title, address)
                for link in self.admin_site.links.get(options.label_lower, [])
                if row is not None and holds(request, link.roles) and (address := link.to(row))
            ],
            "operator_actions_url": reverse(f"admin:{options.app_label}_{options.model_name}_changelist"),
            "operator_object_id": row.pk if row is not None else object_id,  # the address quotes «_» and more
        }
        return super().changeform_view(request, object_id, form_url, {**context, **(extra_context or {})})
