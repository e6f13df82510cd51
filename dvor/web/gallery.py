"""Samples for the live gallery of components at ``/console/ui/``: what a builder of a page may use."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from dvor.base import periods

COLOURS = (
    "paper", "surface", "sunk", "ink", "muted", "line", "edge", "green", "green-soft", "clay", "clay-soft", "honey",
    "honey-soft", "sky", "sky-soft", "berry", "berry-soft",
)  # fmt: skip
SPRITE = Path(__file__).resolve().parent / "static/web/icons.svg"
BUTTONS = ("", "button--primary", "button--quiet", "button--danger")
BADGES = ("", "badge--good", "badge--warn", "badge--bad", "badge--quiet")
LITRES = (6.1, 5.8, 6.4, 5.2, 5.9, 3.1, 0, 5.7, 6.0, 6.3, 9.8, 6.2, 5.9)


class Sample(forms.Form):
    """One field of each sort."""

    name = forms.CharField(label=_("Name of the flat"), help_text=_("As you call it: home, grandma's."))
    reading = forms.DecimalField(
        label=_("Reading"), widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    )
    resource = forms.ChoiceField(label=_("Resource"), choices=[("c", _("cold water")), ("h", _("hot water"))])
    way = forms.ChoiceField(
        label=_("How to tell you"),
        choices=[("p", _("on the site")), ("m", _("by e-mail"))],
        widget=forms.RadioSelect,
        initial="p",
    )
    agreed = forms.BooleanField(label=_("I have looked at the numbers once more"), required=False)
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 3}))


def samples(*, at: datetime) -> dict[str, Any]:
    """Context of the gallery."""
    months = periods.months_back(periods.month_of(at), len(LITRES))
    bars = [
        SimpleNamespace(
            label=date_format(month, "b"),
            value=cubic,
            title=date_format(month, "F Y"),
            accent=place == len(LITRES) - 1,
        )
        for place, (month, cubic) in enumerate(zip(months, LITRES, strict=True))
    ]
    icons = re.findall(r'id="([a-z]+)" viewBox="0 0 24 24"', SPRITE.read_text(encoding="utf-8"))
    wrong = Sample({"wrong-resource": "c", "wrong-way": "p", "wrong-reading": "12a"}, prefix="wrong")
    return {
        "colours": COLOURS, "icons": icons, "buttons": BUTTONS, "badges": BADGES, "bars": bars, "at": at,
        "form": Sample(), "wrong": wrong,
        "page": Paginator(range(45), 10).page(2), "levels": ("info", "success", "warning", "error"),
    }  # fmt: skip
