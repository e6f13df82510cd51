"""The form of a resident's rhythm: it reads hours, the act decides."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from dvor.notices.models import Rhythm

_FORMATS = ["%H:%M", "%H:%M:%S"]


class _Hour(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class RhythmForm(forms.Form):
    """Empty hours are no quiet hours."""

    mails = forms.ChoiceField(label=_("Mails"), choices=Rhythm.Mails.choices, widget=forms.RadioSelect)
    quiet_from = forms.TimeField(label=_("from hour"), required=False, widget=_Hour(), input_formats=_FORMATS)
    quiet_until = forms.TimeField(label=_("until hour"), required=False, widget=_Hour(), input_formats=_FORMATS)

    @classmethod
    def of(cls, rhythm: Rhythm) -> RhythmForm:
        """The form as it was kept; unbound, so that nothing is complained of yet."""
        return cls(initial={name: getattr(rhythm, name) for name in cls.base_fields})
