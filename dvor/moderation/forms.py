"""What residents type: a report, an appeal."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dvor.base import clock
from dvor.moderation import reasons
from dvor.moderation.models import KEY_LENGTH_MAX, NOTE_LENGTH_MAX, WORDS_LENGTH_MAX


class ReportForm(forms.Form):
    """What is wrong with a publication."""

    reason = forms.ChoiceField(label=_("What is wrong?"), widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("What should the moderator know?"),
        required=False,
        max_length=NOTE_LENGTH_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The author will not see it, nor who reported."),
    )
    key = forms.CharField(widget=forms.HiddenInput, max_length=KEY_LENGTH_MAX)

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["reason"].choices = [(one.pk, str(one)) for one in reasons.in_force(at=clock.now())]  # type: ignore[attr-defined]


class AppealForm(forms.Form):
    """Why the decision is wrong."""

    words = forms.CharField(
        label=_("Why is the decision wrong?"),
        min_length=5,
        max_length=WORDS_LENGTH_MAX,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Another moderator will read it and decide. An appeal is heard once."),
    )
