"""What residents choose: bills and how to pay them, filters of the history, the consent to automatic payment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from dvor.base import money
from dvor.base.refusals import Refusal
from dvor.homes.models import Flat
from dvor.payments.choosing import Choice
from dvor.payments.intents import Share
from dvor.payments.models import Method
from dvor.payments.wording import method_title

ROUBLES = {"inputmode": "decimal", "autocomplete": "off", "maxlength": "20"}
WAYS = (("bank_card", _("Bank card")), ("sbp", _("SBP: through the application of your bank")))


@dataclass(frozen=True, slots=True)
class Line:
    """One bill with its fields."""

    choice: Choice
    chosen: forms.BoundField
    kopecks: forms.BoundField
    insurance: forms.BoundField | None


class PayForm(forms.Form):
    """Which bills, how much of each, insurance or not, and by what. Sums are without insurance, which is paid whole."""

    way = forms.ChoiceField(label=_("How to pay"), widget=forms.RadioSelect)
    keep = forms.BooleanField(
        label=_("Keep this means of payment for next time"),
        required=False,
        help_text=_(
            "The acquirer keeps it, not this site: we never see a card's number. You can remove it at any time."
        ),
    )

    def __init__(self, data: QueryDict | None, choices: Sequence[Choice], methods: Sequence[Method]) -> None:
        super().__init__(data)
        self.choices = choices
        way = self.fields["way"]
        assert isinstance(way, forms.ChoiceField)
        way.choices = [*((f"kept-{one.pk}", method_title(one)) for one in methods), *WAYS]
        way.initial = f"kept-{methods[0].pk}" if methods else "bank_card"
        for choice in choices:
            self._add(choice)

    def _add(self, choice: Choice) -> None:
        number = choice.bill.pk
        self.fields[f"bill_{number}"] = forms.BooleanField(
            label=_("Pay this bill"), required=False, initial=choice.preferred and bool(choice.free or choice.insurance)
        )
        self.fields[f"sum_{number}"] = forms.CharField(
            label=_("Sum, roubles"), required=False, initial=_roubles(choice.free),
            widget=forms.TextInput(ROUBLES),
        )  # fmt: skip
        if choice.insurance:
            self.fields[f"insurance_{number}"] = forms.BooleanField(
                label=_("Also pay voluntary insurance, %(sum)s") % {"sum": money.show(choice.insurance)},
                required=False,
            )

    @property
    def lines(self) -> list[Line]:
        """The bills as the page shows them."""
        return [
            Line(one, self[f"bill_{one.bill.pk}"], self[f"sum_{one.bill.pk}"],
                 self[f"insurance_{one.bill.pk}"] if one.insurance else None)
            for one in self.choices
        ]  # fmt: skip

    def clean(self) -> dict[str, Any]:
        filled = super().clean() or {}
        chosen = [one for one in self.choices if filled.get(f"bill_{one.bill.pk}")]
        if not chosen:
            raise forms.ValidationError(_("Choose at least one bill."), code="nothing_chosen")
        filled["wanted"] = [(one, share) for one in chosen if (share := self._share(one, filled)) is not None]
        return filled

    def _share(self, choice: Choice, filled: dict[str, Any]) -> Share | None:
        name = f"sum_{choice.bill.pk}"
        insured = bool(filled.get(f"insurance_{choice.bill.pk}"))
        try:
            kopecks = money.parse(filled.get(name) or "") if choice.free else 0
        except Refusal as refusal:
            self.add_error(name, str(refusal))
            return None
        if kopecks > choice.free:
            self.add_error(name, _("Only %(sum)s is left to pay.") % {"sum": money.show(choice.free)})
        elif insured and kopecks < choice.free:
            self.add_error(name, _("Insurance is paid last: pay the whole sum, or leave insurance out."))
        elif not kopecks and not insured:
            self.add_error(name, _("Enter a sum."))
        return Share(choice.bill.pk, kopecks + (choice.insurance if insured else 0), insured)

    @property
    def method_id(self) -> int | None:
        """The kept means, if one was chosen."""
        way = str(self.cleaned_data["way"])
        return int(way.removeprefix("kept-")) if way.startswith("kept-") else None

    @property
    def means(self) -> str:
        """The acquirer's word for the means, when none that is kept was chosen."""
        return "" if self.method_id else str(self.cleaned_data["way"])

    @property
    def known(self) -> list[tuple[str, str]]:
        """What was chosen, as fields for the next page."""
        chosen = {
            f"{part}_{one.bill.pk}"
            for one, _share in self.cleaned_data["wanted"]
            for part in ("bill", "sum", "insurance")
        }
        return [
            (name, "on" if value is True else str(value))
            for name, value in self.cleaned_data.items()
            if value and (name in chosen or name in ("way", "keep"))
        ]


class HistoryFilters(forms.Form):
    """Filters never refuse: what cannot be read is left out."""

    flat = forms.TypedChoiceField(label=_("Flat"), required=False, coerce=int, empty_value=None)
    year = forms.TypedChoiceField(label=_("Year"), required=False, coerce=int, empty_value=None)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("all")), ("done", _("done")), ("open", _("waiting")), ("canceled", _("canceled")),
                 ("refunded", _("with a refund"))],
    )  # fmt: skip

    def __init__(self, query: QueryDict, *, flats: Sequence[Flat], today: date, first: date) -> None:
        super().__init__(query, auto_id="filter-%s")
        years = range(today.year, first.year - 1, -1)
        self._offer("flat", [(one.pk, f"{one.house.address}, {one.number}") for one in flats])
        self._offer("year", [(year, str(year)) for year in years])
        self.is_valid()

    def _offer(self, name: str, offered: list[tuple[int, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("all")), *offered]

    def wanted(self) -> dict[str, Any]:
        """What the filters ask of ``queries.history``."""
        asked = self.cleaned_data
        return {"flat_id": asked.get("flat"), "year": asked.get("year"), "state": asked.get("state") or ""}


class ConsentForm(forms.Form):
    """The consent to automatic payment of one flat's bills."""

    method = forms.ModelChoiceField(
        label=_("Pay with"), queryset=Method.objects.none(), empty_label=None, widget=forms.RadioSelect
    )
    ceiling = forms.CharField(
        label=_("At most for one bill, roubles"),
        widget=forms.TextInput(ROUBLES),
        help_text=_("A bill above this sum is not paid by itself: we write to you instead."),
    )
    insurance = forms.BooleanField(label=_("With voluntary insurance"), required=False)
    agreed = forms.BooleanField(
        label=_("I agree that bills of this flat are paid by themselves up to this sum until I end it"),
    )

    def __init__(self, data: QueryDict | None, methods: Sequence[Method]) -> None:
        super().__init__(data, initial={"method": methods[0] if methods else None})
        field = self.fields["method"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Method.objects.filter(pk__in=[one.pk for one in methods]).order_by("-kept_at")
        field.label_from_instance = method_title  # type: ignore[method-assign, assignment]

    def clean_ceiling(self) -> int:
        try:
            kopecks = money.parse(self.cleaned_data["ceiling"])
        except Refusal as refusal:
            raise forms.ValidationError(str(refusal)) from None
        if not 0 < kopecks <= 100_000_000:
            raise forms.ValidationError(_("From 1 rouble to 1,000,000 roubles."))
        return kopecks


def _roubles(kopecks: int) -> str:
    return f"{kopecks // 100},{kopecks % 100:02d}"
