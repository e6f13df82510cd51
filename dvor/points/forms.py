"""Filters of the statement. A filter that nobody could have chosen is no filter: a GET page has no error to show."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from dvor.base import periods
from dvor.points import kinds
from dvor.points.statement import Direction, Filters

MONTHS_OFFERED = 24


class StatementFilters(forms.Form):
    """Month, kind, plus or minus."""

    month = forms.ChoiceField(label=_("Month"), required=False)
    kind = forms.ChoiceField(label=_("What for"), required=False)
    direction = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[(Direction.ALL, _("Everything")), (Direction.PLUS, _("Received")), (Direction.MINUS, _("Spent"))],
    )

    def __init__(self, data: Any, *, at: datetime) -> None:
        super().__init__(data, prefix=None)
        months = reversed(periods.months_back(periods.month_of(at), MONTHS_OFFERED))
        self.fields["month"].choices = [  # type: ignore[attr-defined]
            ("", _("All time")),
            *((f"{month:%Y-%m}", date_format(month, "F Y").capitalize()) for month in months),
        ]
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            ("", _("Everything")),
            *((kind.code, kind.title) for kind in kinds.every()),
        ]

    def filters(self) -> Filters:
        """What was chosen, as far as it can be chosen."""
        self.full_clean()
        chosen = self.cleaned_data
        month = chosen.get("month")
        return Filters(
            month=date.fromisoformat(f"{month}-01") if month else None,
            kind=kinds.named(chosen["kind"]) if chosen.get("kind") else None,
            direction=Direction(chosen.get("direction", "")),
        )
