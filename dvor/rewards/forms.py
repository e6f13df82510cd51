"""What residents type: filters of the catalogue, the confirmation of an order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from dvor.rewards import queries
from dvor.rewards.models import QUANTITY_MAX

TEXT_MAX = 80


class Filters(forms.Form):
    """Filters never refuse: what cannot be read is left out."""

    q = forms.CharField(label=_("Search"), required=False, widget=forms.TextInput(attrs={"type": "search"}))
    sort = forms.ChoiceField(
        label=_("Sort by"),
        required=False,
        choices=[("new", _("newest first")), ("cheap", _("cheapest first")), ("dear", _("dearest first"))],
    )
    affordable = forms.BooleanField(label=_("I have enough points"), required=False)
    wished = forms.BooleanField(label=_("My wish list"), required=False)

    def __init__(self, query: QueryDict, *, known: bool) -> None:
        super().__init__(query, auto_id="filter-%s")
        self._query = query
        if not known:  # a stranger has neither points nor wishes
            del self.fields["affordable"], self.fields["wished"]
        self.is_valid()

    @property
    def category(self) -> str:
        return _clean(self._query.get("category", ""), 40)

    def wanted(self, *, available: Mapping[int, int]) -> queries.Wanted:
        """What the filters ask for; ``available`` are the resident's points by currency."""
        asked: dict[str, Any] = self.cleaned_data
        page = self._query.get("page", "1")
        return queries.Wanted(
            category=self.category,
            text=_clean(asked.get("q", ""), TEXT_MAX),
            sort=asked.get("sort") or "new",
            affordable=available if asked.get("affordable") else None,
            wished=bool(asked.get("wished")),
            page=int(page) if page.isascii() and page.isdigit() and len(page) < 5 else 1,
        )

    @property
    def is_active(self) -> bool:
        """Whether something is filtered, so that an empty shelf is the filters' doing."""
        return bool(self.category or any(self.cleaned_data.get(name) for name in ("q", "affordable", "wished")))

    def query_string(self, **changes: str) -> str:
        """The filters as the beginning of a query, for links to other pages and shelves."""
        query = QueryDict(mutable=True)
        for name in ("category", "q", "sort", "affordable", "wished"):
            value = changes.get(name, _clean(self._query.get(name, ""), TEXT_MAX))
            if value:
                query[name] = value
        return f"{query.urlencode()}&" if query else ""


class Exchange(forms.Form):
    """The confirmation of an order: what the page showed comes back with it."""

    quantity = forms.IntegerField(label=_("Quantity"), min_value=1, max_value=QUANTITY_MAX)
    price_seen = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    key = forms.CharField(widget=forms.HiddenInput, max_length=100)


def _clean(text: str, length_max: int) -> str:
    return "".join(letter for letter in text if letter.isprintable())[:length_max].strip()
