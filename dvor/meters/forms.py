"""Forms of meters: the sheet of a flat's readings, and the nameplate of a meter."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dvor.meters import devices, nameplates
from dvor.meters.nameplates import Nameplate
from dvor.meters.readings import NewReading
from dvor.meters.resources import TITLES, Resource

SHEET_METERS_MAX = 40
_INPUT = re.compile(r"m([1-9][0-9]{0,18})-([1-3])", re.ASCII)


class Sheet:
    """What was typed for the meters of a flat: ``m17-1`` is register 1 of meter 17.

    ``ok17`` confirms a value that had seemed implausible: it carries the value, so that another one typed later is not
    confirmed by it. Rows left empty are not sent.
    """

    def __init__(self, posted: QueryDict | Mapping[str, str]) -> None:
        self.typed: dict[int, list[str]] = {}
        for name in sorted(posted):
            match = _INPUT.fullmatch(name)
            if match and len(self.typed) < SHEET_METERS_MAX:
                self.typed.setdefault(int(match[1]), []).append(str(posted[name])[:60])
        self.typed = {meter: values for meter, values in self.typed.items() if any(map(str.strip, values))}
        self._posted = posted

    def readings(self) -> list[NewReading]:
        """The rows that were filled in."""
        return [
            NewReading(meter, values, confirmed=self._posted.get(f"ok{meter}") == "|".join(values))
            for meter, values in self.typed.items()
        ]


class DayInput(forms.DateInput):
    """A browser's own calendar; the value is ISO in every language."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class NameplateForm(forms.Form):
    """A meter to install; with ``replaced`` the one that goes, and why."""

    resource = forms.TypedChoiceField(
        label=_("What it measures"), coerce=lambda value: Resource(int(value)),
        choices=[(resource.value, title) for resource, title in TITLES.items()],
    )  # fmt: skip
    serial = forms.CharField(
        label=_("Number of the meter"), max_length=nameplates.SERIAL_LENGTH_MAX,
        help_text=_("It stands on the front, after “№”, and in the certificate."),
    )  # fmt: skip
    zones = forms.TypedChoiceField(
        label=_("Tariff zones"), coerce=int, initial=1,
        choices=[
            (1, pgettext_lazy("tariff zones", "one")), (2, _("two: day and night")),
            (3, _("three: peak, half-peak, night")),
        ],
        help_text=_("More than one only on meters of electricity."),
    )  # fmt: skip
    place = forms.CharField(
        label=_("Where it is"), max_length=nameplates.PLACE_LENGTH_MAX, required=False,
        help_text=_("Kitchen, bathroom, hall: so that you do not mix them up."),
    )  # fmt: skip
    installed_on = forms.DateField(label=_("Installed on"), widget=DayInput)
    verification_due_on = forms.DateField(
        label=_("Next verification"), widget=DayInput, required=False, help_text=_("From the certificate of the meter.")
    )
    initial_values = forms.CharField(
        label=_("What it shows now"), max_length=80, required=False,
        help_text=_("With several zones, separate the values by spaces: T1 T2 T3."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Why the old one is replaced"), max_length=devices.REASON_LENGTH_MAX, required=False
    )

    def __init__(self, *arguments: Any, replaced: Resource | None = None, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if replaced is None:
            del self.fields["reason"]
        else:
            del self.fields["resource"]
            self.fields["reason"].required = True

    def nameplate(self, flat_id: int, resource: Resource | None = None) -> Nameplate:
        """What was filled in, as the act takes it."""
        filled = self.cleaned_data
        installed_on: date = filled["installed_on"]
        return Nameplate(
            flat_id=flat_id,
            resource=resource or filled["resource"],
            serial=filled["serial"],
            installed_on=installed_on,
            zones=filled["zones"],
            place=filled["place"],
            verification_due_on=filled["verification_due_on"],
            initial=tuple(filled["initial_values"].split()),
        )


class ReasonForm(forms.Form):
    """Why a meter is taken out of service or brought back."""

    reason = forms.CharField(label=_("Reason"), max_length=devices.REASON_LENGTH_MAX)
