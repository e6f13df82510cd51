"""The form of a new link. What is allowed is the act's business; the form only asks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from dvor.base.refusals import Refusal
from dvor.homes.models import House
from dvor.invites.models import KEY_LENGTH_MAX, TITLE_LENGTH_MAX, Link


class NewLink(forms.Form):
    """Which house, for what, and whether the first name may be shown."""

    house_id = forms.TypedChoiceField(label=_("House"), coerce=int)
    sort = forms.TypedChoiceField(
        label=_("What the link is for"), coerce=int, widget=forms.RadioSelect, initial=Link.Sort.PERSONAL,
        choices=[
            (Link.Sort.PERSONAL, _("To send to a neighbour: a message or a QR code")),
            (Link.Sort.NOTICE, _("To hang up in the entrance: a notice to print")),
        ],
    )  # fmt: skip
    title = forms.CharField(
        label=_("Your own name for the link"), required=False, max_length=TITLE_LENGTH_MAX,
        help_text=_("For example “House chat” or “Second entrance, lift”. Only you see it."),
    )  # fmt: skip
    names_inviter = forms.BooleanField(
        label=_("Show my first name to those who open the link"), required=False,
        help_text=_("Without it nobody learns who invites. The last name and the flat are never shown."),
    )  # fmt: skip
    key = forms.CharField(widget=forms.HiddenInput, max_length=KEY_LENGTH_MAX)

    def __init__(self, data: Any = None, *, houses: Sequence[House]) -> None:
        first = {"key": str(uuid4()), "house_id": houses[0].pk if houses else None}
        super().__init__(data, initial=first)
        chosen: Any = self.fields["house_id"]
        chosen.choices = [(house.pk, house.address) for house in houses]
        if len(houses) == 1:
            chosen.widget = forms.HiddenInput()

    def refuse(self, refusal: Refusal) -> None:
        """Show a refusal of the act at the field that it names."""
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))
