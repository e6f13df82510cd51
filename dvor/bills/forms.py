"""Forms of bills."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from dvor.bills.qr_format import TEXT_LENGTH_MAX


class ScanForm(forms.Form):
    """The text of a bill's QR code."""

    text = forms.CharField(
        label=_("Text of the QR code or payer code"),
        max_length=TEXT_LENGTH_MAX,
        widget=forms.Textarea(attrs={"rows": 5, "autocomplete": "off", "spellcheck": "false"}),
        help_text=_(
            "Point the phone's camera at the QR code of the paper bill, copy the text that begins with ST0001, and "
            "paste it here. The ten digits of the payer code will do too."
        ),
    )
