"""The console's own list: what operators did. And what stands on its home page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from dvor.base.console import ReadOnlyAdmin, site
from dvor.base.models import AuditEntry
from dvor.console import acts, home
from dvor.people.models import Resident

site.home = home.context


class ActFilter(admin.SimpleListFilter):
    """By act, in words; the list is ours, so that the log need not be read for it."""

    title = _("act")
    parameter_name = "act"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return sorted(((act, str(title)) for act, title in acts.ACTS.items()), key=lambda one: one[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
        return queryset.filter(act=self.value()) if self.value() else queryset


@admin.register(AuditEntry, site=site)
class AuditAdmin(ReadOnlyAdmin):
    """Acts that somebody may have to answer for, newest first."""

    roles = ("city_operator",)
    list_display = ("at", "what", "subject_link", "actor_link", "reason")
    list_filter = (ActFilter,)
    search_fields = ("=subject", "act", "=actor_id")
    search_help_text = _("Act, number of who acted, or subject such as wallet:17")
    fields = ("at", "what", "act", "subject_link", "actor_link", "reason", "told")
    readonly_fields = fields
    ordering = ("-at", "-pk")

    def named(self, row: Any) -> str:
        return str(acts.title(row.act))

    @admin.display(description=_("what was done"))
    def what(self, entry: AuditEntry) -> str:
        return str(acts.title(entry.act))

    @admin.display(description=_("subject"))
    def subject_link(self, entry: AuditEntry) -> str | SafeString:
        address = acts.address(entry.subject)
        return _link(address, entry.subject) if address else entry.subject

    @admin.display(description=_("who acted"))
    def actor_link(self, entry: AuditEntry) -> str | SafeString:
        if entry.actor_id is None:
            return "—"
        return _link(reverse("admin:people_resident_change", args=[entry.actor_id]), entry.actor_id)

    @admin.display(description=_("figures"))
    def told(self, entry: AuditEntry) -> str | SafeString:
        rows = list(_pairs(entry.facts))
        return format_html_join("", "<div>{}: {}</div>", rows) if rows else "—"


@site.link("people.resident", title=_("Acts as an operator"), roles=["city_operator"])
def acts_of(resident: Resident) -> str:
    return reverse("admin:base_auditentry_changelist", query={"q": resident.pk})


def _history(noun: str, place: str) -> None:
    """From each row to what was done to it."""

    @site.link(place.replace("_", ".", 1), title=_("Audit log"), roles=["city_operator"])
    def acts_on(row: Any) -> str:
        return reverse("admin:base_auditentry_changelist", query={"q": f"{noun}:{row.pk}"})


for _noun, _place in acts.PLACES.items():
    _history(_noun, _place)


def _pairs(facts: dict[str, Any] | None) -> Iterator[tuple[str, str]]:
    for name, value in (facts or {}).items():
        yield name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _link(address: str, told: Any) -> SafeString:
    return format_html('<a class="underline" href="{}">{}</a>', address, told)
