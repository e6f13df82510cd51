"""What a moderator fills in. The words to the author are the reason of the act: one text, told and audited."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from dvor.base import clock, periods
from dvor.base.console import DateWidget, ReasonForm
from dvor.base.texts import pick
from dvor.moderation import paces, reasons, wording
from dvor.moderation.models import (
    LEVELS,
    RULE_LENGTH_MAX,
    TITLE_LENGTH_MAX,
    WORDS_LENGTH_MAX,
    Decision,
    Reason,
)
from dvor.moderation.reasons import Words
from dvor.people.levels import Level


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
        rules = [(one.pk, str(one)) for one in reasons.in_force(at=clock.now())]
        self.fields["rule"].choices = [("", "—"), *rules]  # type: ignore[attr-defined]


class VerdictForm(ReasonForm):
    """Does the first decision stand?"""

    changed = forms.TypedChoiceField(
        label=_("The first decision"), coerce=lambda given: given == "yes", widget=UnfoldAdminSelectWidget,
        choices=[("no", _("stands")), ("yes", _("was wrong: put the publication back"))],
    )  # fmt: skip
    reason = _words(_("The author reads them. This is the last word."))


# ── What moderation goes by ──────────────────────────────────────────────────────────────────────────────────────
def _rule(label: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=RULE_LENGTH_MAX,
        help_text=help_text,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
    )


def _day() -> forms.DateField:
    return forms.DateField(
        label=_("From which day"), widget=DateWidget,
        help_text=_("Today or later. What is decided before that day stays as it was decided."),
    )  # fmt: skip


def _why() -> forms.CharField:
    return forms.CharField(
        label=_("Why it is changed"), min_length=5, max_length=500, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text=_("For the audit log."),
    )  # fmt: skip


class WordsForm(ReasonForm):
    """What a line of the public list says, in both languages, and since when."""

    titles_ru = forms.CharField(
        label=_("Title in Russian"), max_length=TITLE_LENGTH_MAX, widget=UnfoldAdminTextInputWidget
    )
    titles_en = forms.CharField(
        label=_("Title in English"), max_length=TITLE_LENGTH_MAX, widget=UnfoldAdminTextInputWidget
    )
    rules_ru = _rule(
        _("Rule in Russian"), _("Say what is not allowed, then the law and its article, if you are sure of them.")
    )
    rules_en = _rule(_("Rule in English"))
    since = _day()
    reason = _why()

    @staticmethod
    def like(reason: Reason) -> dict[str, Any]:
        """The words of today, to be changed, from tomorrow."""
        told = {
            f"{name}_{language}": getattr(reason, name).get(language, "")
            for name in ("titles", "rules")
            for language in reasons.LANGUAGES
        }
        return {**told, "since": periods.day_of(clock.now()) + timedelta(days=1)}


class NewReasonForm(WordsForm):
    """A line that the public list did not have; its code is its address and its name for programs."""

    field_order = ("line",)

    line = forms.CharField(
        label=_("Code"), max_length=28, widget=UnfoldAdminTextInputWidget,
        help_text=_("Small Latin letters and “_”, such as loud_noise. It cannot be changed later."),
    )  # fmt: skip


def words_of(filled: Mapping[str, str]) -> Words:
    """The words of a form."""
    titles, rules = (
        {language: filled[f"{name}_{language}"] for language in reasons.LANGUAGES} for name in ("titles", "rules")
    )
    return Words(titles, rules)


class PaceForm(ReasonForm):
    """How often accounts of an age and a level may do an act, from a day on."""

    act = forms.ChoiceField(label=_("Act"), widget=UnfoldAdminSelectWidget)
    age_days = forms.IntegerField(
        label=_("Account is at least, days"), min_value=0, max_value=paces.AGE_MAX,
        widget=UnfoldAdminIntegerFieldWidget, help_text=_("0: every account, new ones too."),
    )  # fmt: skip
    level = forms.TypedChoiceField(
        label=_("Lowest account level"), coerce=lambda given: Level(int(given)), choices=LEVELS,
        widget=UnfoldAdminSelectWidget,
    )  # fmt: skip
    per_hour = forms.IntegerField(
        label=_("Times an hour"), min_value=0, max_value=paces.TIMES_MAX, widget=UnfoldAdminIntegerFieldWidget,
        help_text=_("An account goes by the most generous line that fits it. 0 takes a line out of play."),
    )  # fmt: skip
    per_day = forms.IntegerField(
        label=_("Times a day"), min_value=0, max_value=paces.TIMES_MAX, widget=UnfoldAdminIntegerFieldWidget
    )
    since = _day()
    reason = _why()

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["act"].choices = [(act, pick(wording.ACTS.get(act)) or act) for act in paces.acts()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """An hour cannot have more of them than a day."""
        filled: dict[str, Any] = super().clean() or self.cleaned_data
        hour, day = filled.get("per_hour"), filled.get("per_day")
        if hour is not None and day is not None and hour > day:
            self.add_error("per_day", _("A day has at least as many as an hour."))
        return filled
