"""The console's home: one search over everything that the caller may see, health, and the last acts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.admin.utils import display_for_field, display_for_value, label_for_field, lookup_field
from django.http import HttpRequest
from django.urls import reverse

from dvor.base import watching
from dvor.base.console import ReadOnlyAdmin, holds, site
from dvor.base.models import AuditEntry
from dvor.base.refusals import Text
from dvor.console import names

SEARCHED = ("homes.flat", "homes.house", "people.resident", "meters.meter", "rewards.order")
SHOWN_MAX, COLUMNS_MAX, TEXT_MAX, ACTS = 8, 5, 200, 10


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found in one list; ``more`` leads to all of it."""

    title: Text
    more: str
    headings: list[Text]
    rows: list[tuple[str, list[Text]]]


def context(request: HttpRequest) -> Mapping[str, Any]:
    """What the home page shows to this operator."""
    text = request.GET.get("q", "").replace("\0", "").strip()[:TEXT_MAX]
    oversees = holds(request, ["city_operator"])
    return {
        "query": text,
        "found": list(_found(request, text)) if text else [],
        "checks": [(names.CHECKS[check.name], check) for check in watching.checks()] if oversees else [],
        "acts": AuditEntry.objects.order_by("-at", "-pk")[:ACTS] if oversees else [],
        "pages": [
            (page.title, reverse(f"admin:{page.name}"), page.icon)
            for page in site.pages
            if page.in_menu and holds(request, page.roles)
        ],
    }


def _found(request: HttpRequest, text: str) -> Iterator[Found]:
    """Each list searches in its own way and masks its own rows; the home page only asks them all."""
    admins = {model._meta.label_lower: model_admin for model, model_admin in site._registry.items()}
    for label in SEARCHED:
        model_admin = admins.get(label)
        if not isinstance(model_admin, ReadOnlyAdmin) or not model_admin.has_view_permission(request):
            continue
        matching, _repeated = model_admin.get_search_results(request, model_admin.get_queryset(request), text)
        columns = [name for name in model_admin.get_list_display(request) if isinstance(name, str)][:COLUMNS_MAX]
        rows = [
            (_link(model_admin, row, "change", row.pk), [_cell(model_admin, row, name) for name in columns])
            for row in matching[:SHOWN_MAX]
        ]
        if rows:
            yield Found(
                title=model_admin.model._meta.verbose_name_plural,
                more=f"{_link(model_admin, rows, 'changelist')}?q={text}",
                headings=[str(label_for_field(name, model_admin.model, model_admin)) for name in columns],
                rows=rows,
            )


def _link(model_admin: ReadOnlyAdmin, _row: Any, page: str, *keys: Any) -> str:
    options = model_admin.model._meta
    return reverse(f"admin:{options.app_label}_{options.model_name}_{page}", args=keys)


def _cell(model_admin: ReadOnlyAdmin, row: Any, name: str) -> Text:
    field, _attribute, value = lookup_field(name, row, model_admin)
    if field is None:
        return display_for_value(value, "")
    if getattr(field, "is_relation", False):
        return str(getattr(row, field.name))
    return display_for_field(value, field, "")
