"""What residents publish, as the console lists it: their names are masked, only a city operator goes by numbers."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from dvor.base import texts
from dvor.base.console import ReadOnlyAdmin, holds, masked
from dvor.moderation import cases
from dvor.people.models import Role

MODERATORS = tuple(role.value for role in cases.MODERATORS)
CITY_OPERATOR = (Role.Name.CITY_OPERATOR.value,)


class AuthoredAdmin(ReadOnlyAdmin):
    """Publications with an ``author``, newest first; found by number or by words, by a city operator by author too.

    ``readonly_fields`` of a subclass name ``author_number`` as well.
    """

    roles = MODERATORS
    list_select_related = ("house", "author")
    search_fields = ("pk",)  # only shows the field; get_search_results does the search
    ordering = ("-pk",)

    def worded(self, queryset: QuerySet[Any], typed: str) -> QuerySet[Any]:
        """Those that say what was typed."""
        raise NotImplementedError

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        return self._told(request, tuple(self.list_display))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return self._told(request, tuple(self.fields or ()))

    def _told(self, request: HttpRequest, names: tuple[str, ...]) -> tuple[str, ...]:
        return (*names, "author_number") if holds(request, CITY_OPERATOR) else names

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        typed = search_term.replace("\0", "").strip()
        if not typed:
            return queryset, False
        number = texts.number(typed)
        if number is None:
            return self.worded(queryset, typed), False
        wanted = Q(pk=number)
        if holds(request, CITY_OPERATOR):
            wanted |= Q(author=number)
        return queryset.filter(wanted), False

    @admin.display(description=_("author"))
    def author_masked(self, row: Any) -> str:
        return masked(row.author.full_name) or "—"

    @admin.display(description=_("author's number"))
    def author_number(self, row: Any) -> int:
        return int(row.author_id)
