"""Forms of «My flats». What a number or a code may be is the acts' business; forms only ask."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from dvor.base.refusals import Refusal
from dvor.homes.typed import TITLE_LENGTH_MAX

PAYER_CODE_SEEN = "homes_payer_code"  # of the session: a code that a bill's QR code gave, so that nobody types it again
_CODE_INPUT = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": 20})


class RefusableForm(forms.Form):
    """A form that shows a refusal of its act at the field that it names."""

    def refuse(self, refusal: Refusal) -> None:
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))


class AddFlat(RefusableForm):
    """The second step of adding a flat: what stands on the bill."""

    house = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    flat_number = forms.CharField(
        label=_("Number of the flat"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
        help_text=_("As it stands on the bill, with its letter: 12 or 12А."),
    )
    payer_code = forms.CharField(
        label=_("Payer code"),
        required=False,
        max_length=40,
        widget=_CODE_INPUT,
        help_text=_(
            "10 digits in the upper right corner of the bill. With it you can send readings at once; "
            "without it only the house's notice board and information are open."
        ),
    )
    title = forms.CharField(
        label=_("Your own name for the flat"),
        required=False,
        max_length=TITLE_LENGTH_MAX,
        help_text=_("For example “Home” or “Mother's”. Only you see it."),
    )


class Prove(RefusableForm):
    """The payer code of a flat that was added without it."""

    payer_code = forms.CharField(
        label=_("Payer code"),
        max_length=40,
        widget=_CODE_INPUT,
        help_text=_("10 digits in the upper right corner of the bill."),
    )


class Rename(RefusableForm):
    """One's own name for a flat."""

    title = forms.CharField(
        label=_("Your own name for the flat"),
        required=False,
        max_length=TITLE_LENGTH_MAX,
        help_text=_("Only you see it. Leave it empty to show the address."),
    )
