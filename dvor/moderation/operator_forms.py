"""What a moderator fills in. The words to the author are the reason of the act: one text, told and audited."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from dvor.base.console import ReasonForm
from dvor.moderation import transparency
from dvor.moderation.models import WORDS_LENGTH_MAX, Decision


def _words(help_text: Any) -> forms.CharField:
    return forms.CharField(
        label=_("Words to the author"), help_text=help_text, min_length=5, max_length=WORDS_LENGTH_MAX,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
    )  # fmt: skip


class ClaimForm(ReasonForm):
    """Taking a case from the queue is its own reason."""

    reason = forms.CharField(required=False, max_length=500, widget=forms.HiddenInput)


class DecisionForm(ReasonForm):
    """Leave, hide or remove, and by which rule."""

    outcome = forms.TypedChoiceField(
        label=_("What is to be done"), coerce=int, choices=Decision.Outcome.choices, widget=UnfoldAdminSelectWidget
    )
    rule = forms.ChoiceField(
        label=_("Rule of the public list"), required=False, widget=UnfoldAdminSelectWidget,
        help_text=_("Empty when the publication stays."),
    )  # fmt: skip
    reason = _words(_("The author reads them together with the rule; write what was wrong and what to change."))

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        rules = [(one.pk, str(one)) for one in transparency.reasons()]
        self.fields["rule"].choices = [("", "—"), *rules]  # type: ignore[attr-defined]


class VerdictForm(ReasonForm):
    """Does the first decision stand?"""

    changed = forms.TypedChoiceField(
        label=_("The first decision"), coerce=lambda given: given == "yes", widget=UnfoldAdminSelectWidget,
        choices=[("no", _("stands")), ("yes", _("was wrong: put the publication back"))],
    )  # fmt: skip
    reason = _words(_("The author reads them. This is the last word."))
