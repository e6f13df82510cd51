"""Forms of the console's pages on awards and rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminTextInputWidget, UnfoldAdminURLInputWidget

from dvor.base.console import DateWidget, ReasonForm
from dvor.base.refusals import Text
from dvor.people.levels import Level
from dvor.points.models import POINTS_MAX, RuleVersion
from dvor.points.rules import Cap, Grounds, Period, Terms, terms_of

PERMILLE_MAX, DELAY_MAX = 1_000, 366


def _number(label: Any, most: int) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, min_value=0, max_value=most, required=False, widget=UnfoldAdminIntegerFieldWidget
    )


class AwardsForm(forms.Form):
    """Whose awards, and where the page before ended."""

    resident = forms.IntegerField(
        label=_("Number of the resident"), min_value=1, max_value=2**63 - 1, widget=UnfoldAdminIntegerFieldWidget
    )
    before = forms.DateTimeField(required=False, widget=forms.HiddenInput)


class RuleForm(ReasonForm):
    """Terms of a version. An empty rate means that the level earns nothing; an empty limit, that there is none."""

    since = forms.DateField(
        label=_("In force from"),
        widget=DateWidget,
        help_text=_("Tomorrow or later."),
    )
    delay_days = forms.IntegerField(
        label=_("Days until the points can be spent"), min_value=0, max_value=DELAY_MAX, initial=0,
        widget=UnfoldAdminIntegerFieldWidget,
    )  # fmt: skip
    source_ru = forms.CharField(
        label=_("Source, in Russian"), max_length=300, required=False, widget=UnfoldAdminTextInputWidget
    )
    source_en = forms.CharField(
        label=_("Source, in English"), max_length=300, required=False, widget=UnfoldAdminTextInputWidget
    )
    source_url = forms.URLField(
        label=_("Address of the source"),
        max_length=300,
        required=False,
        assume_scheme="https",
        widget=UnfoldAdminURLInputWidget,
    )

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        for level in Level:
            self.fields[f"points_{level.code}"] = _number(level.title, POINTS_MAX)
            self.fields[f"permille_{level.code}"] = _number(level.title, PERMILLE_MAX)
        for period in Period:
            self.fields[f"count_{period.name.lower()}"] = _number(period.title, POINTS_MAX)
            self.fields[f"cap_{period.name.lower()}"] = _number(period.title, POINTS_MAX)

    @staticmethod
    def like(version: RuleVersion | None, *, after: date) -> dict[str, Any]:
        """The terms of a version as a form shows them, beginning on the day ``after`` that."""
        filled: dict[str, Any] = {"since": (after + timedelta(days=1)).isoformat(), "delay_days": 0}
        if version is None:
            return filled
        terms = terms_of(version)
        filled |= {f"points_{level.code}": rate for level, rate in terms.points.items()}
        filled |= {f"permille_{level.code}": rate for level, rate in terms.permille.items()}
        for cap in terms.caps:
            filled |= {f"count_{cap.period.name.lower()}": cap.count, f"cap_{cap.period.name.lower()}": cap.points}
        return filled | {"delay_days": terms.delay_days}

    def groups(self) -> Iterator[tuple[Text, list[forms.BoundField]]]:
        """Fields under their headings, as the page shows them."""
        yield _("Points"), [self[f"points_{level.code}"] for level in Level]
        yield _("Per mille of the sum, in points for roubles"), [self[f"permille_{level.code}"] for level in Level]
        yield _("At most so many times"), [self[f"count_{period.name.lower()}"] for period in Period]
        yield _("At most so many points"), [self[f"cap_{period.name.lower()}"] for period in Period]
        yield _("When"), [self["since"], self["delay_days"]]
        yield _("Where it is written"), [self["source_ru"], self["source_en"], self["source_url"]]
        yield _("Why"), [self["reason"]]

    def clean(self) -> dict[str, Any]:
        filled = super().clean() or self.cleaned_data
        if not self.errors and not (self.terms.points or self.terms.permille):
            raise forms.ValidationError(_("A rule pays at least one account type."))
        return filled

    @property
    def terms(self) -> Terms:
        """The filled-in terms."""
        filled = self.cleaned_data
        caps = (
            (period, filled[f"count_{period.name.lower()}"], filled[f"cap_{period.name.lower()}"]) for period in Period
        )
        return Terms(
            points=_rates(filled, "points"),
            permille=_rates(filled, "permille"),
            caps=tuple(Cap(period, count, points) for period, count, points in caps if (count, points) != (None, None)),
            delay_days=filled["delay_days"],
        )

    @property
    def grounds(self) -> Grounds:
        """Why it is published, and where the decision stands."""
        filled = self.cleaned_data
        source = {language: filled[f"source_{language}"] for language in ("ru", "en") if filled[f"source_{language}"]}
        return Grounds(note=filled["reason"], source=source, source_url=filled["source_url"])


def _rates(filled: Mapping[str, Any], what: str) -> dict[Level, int]:
    return {level: filled[f"{what}_{level.code}"] for level in Level if filled[f"{what}_{level.code}"] is not None}
