"""What residents type: a new poll, an answer, a comment. Limits and sense are the domain's; forms only read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from dvor.base import clock, periods
from dvor.base.refusals import Refusal
from dvor.homes.models import Flat
from dvor.polls.models import (
    COMMENT_LENGTH_MAX,
    DETAILS_LENGTH_MAX,
    KEY_LENGTH_MAX,
    OPTION_LENGTH_MAX,
    OPTIONS_MAX,
    QUESTION_LENGTH_MAX,
    Poll,
)
from dvor.polls.questions import DAYS_MAX, Draft

Kind = Poll.Kind
DAYS = (1, 3, 7, 14, 30, DAYS_MAX)
AUDIENCES = [
    ("house", _("the whole house")),
    ("entrance", _("my entrance")),
    ("owners", _("owners of the house")),
    ("entrance_owners", _("owners of my entrance")),
]


class Question(forms.Form):
    """A new poll."""

    flat = forms.TypedChoiceField(label=_("House"), coerce=int, choices=[])
    question = forms.CharField(label=_("Question"), max_length=QUESTION_LENGTH_MAX)
    details = forms.CharField(
        label=_("More about it"),
        required=False,
        max_length=DETAILS_LENGTH_MAX + 100,
        widget=forms.Textarea({"rows": 3}),
    )
    kind = forms.ChoiceField(
        label=_("How to answer"),
        choices=[
            (Kind.SINGLE, _("choose one answer")),
            (Kind.MULTIPLE, _("choose several answers")),
            (Kind.RANKED, _("put the answers in order, the best first")),
            (Kind.SCALE, _("give a mark on a scale")),
        ],
        widget=forms.RadioSelect,
        initial=Kind.SINGLE,
    )
    options = forms.CharField(
        label=_("Answers, each on its line"),
        required=False,
        max_length=OPTIONS_MAX * (OPTION_LENGTH_MAX + 2) + 100,
        widget=forms.Textarea({"rows": 5}),
        help_text=_("2 to 12 answers. A scale needs none."),
    )
    choices_max = forms.IntegerField(
        label=_("At most so many answers"),
        required=False,
        min_value=1,
        max_value=OPTIONS_MAX,
        help_text=_("For several answers. Empty: as many as one likes."),
    )
    scale = forms.TypedChoiceField(
        label=_("Scale"),
        coerce=int,
        choices=[(5, _("from 1 to 5")), (10, _("from 1 to 10"))],
        initial=5,
        required=False,
        empty_value="5",
    )
    audience = forms.ChoiceField(label=_("Whom to ask"), choices=AUDIENCES, initial="house")
    days = forms.TypedChoiceField(label=_("Open for"), coerce=int, choices=[], initial=7)
    anonymous = forms.ChoiceField(
        label=_("Answers"),
        choices=[
            ("", _("with names: everybody sees who answered what")),
            ("on", _("anonymous: who answered what is stored nowhere")),
        ],
        required=False,
        widget=forms.RadioSelect,
        initial="",
    )
    results = forms.ChoiceField(
        label=_("When results are seen"),
        choices=Poll.Results.choices,
        initial=Poll.Results.VOTED,
        help_text=_("Of an anonymous poll after closing only."),
    )
    key = forms.CharField(widget=forms.HiddenInput, max_length=KEY_LENGTH_MAX)

    def __init__(self, *given: Any, own: list[Flat], **more: Any) -> None:
        super().__init__(*given, **more)
        houses = {flat.house_id: flat for flat in reversed(own)}
        flats = self.fields["flat"]
        assert isinstance(flats, forms.TypedChoiceField)
        flats.choices = [(flat.pk, flat.house.address) for flat in reversed(list(houses.values()))]
        if len(houses) == 1:
            flats.widget = forms.HiddenInput()
            flats.initial = next(iter(houses.values())).pk
        days = self.fields["days"]
        assert isinstance(days, forms.TypedChoiceField)
        days.choices = [(count, _days(count)) for count in DAYS]

    def draft(self) -> Draft:
        """The poll as the domain knows it; a valid form only."""
        told: dict[str, Any] = self.cleaned_data
        return Draft(
            flat_id=told["flat"],
            kind=told["kind"],
            question=told["question"],
            details=told["details"],
            options=told["options"].splitlines(),
            choices_max=told["choices_max"] or 0 if told["kind"] == Kind.MULTIPLE else 0,
            scale=told["scale"],
            closes_at=closing(told["days"]),
            entrance_only="entrance" in told["audience"],
            owners_only="owners" in told["audience"],
            anonymous=told["anonymous"] == "on",
            results=told["results"],
        )

    def refuse(self, refusal: Refusal) -> None:
        """Show a refusal at its field."""
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))


def closing(days: int) -> datetime:
    """So many days from now: the evening of that day, or the very moment when the longest term is asked for."""
    at = clock.now()
    evening = periods.day_start(periods.day_of(at) + timedelta(days=days)) + timedelta(hours=21)
    return min(evening, at + timedelta(days=DAYS_MAX))


def _days(count: int) -> str:
    from django.utils.translation import ngettext

    return ngettext("%(count)s day", "%(count)s days", count) % {"count": count}


class Words(forms.Form):
    """A comment."""

    text = forms.CharField(
        label=_("Your comment"), max_length=COMMENT_LENGTH_MAX + 50, widget=forms.Textarea({"rows": 3})
    )
    key = forms.CharField(widget=forms.HiddenInput, max_length=KEY_LENGTH_MAX)


def choice(poll: Poll, given: QueryDict) -> list[int]:
    """The answer of a page's form: ``choice`` fields, or a place for each option of a ranking.

    Raises:
        Refusal: ``choice_unknown``, ``choice_repeated``, ``places_skipped`` (422).
    """
    if poll.kind != Kind.RANKED:
        return [_whole(one) for one in given.getlist("choice")[: OPTIONS_MAX + 1]]
    places = {number: _whole(given.get(f"place_{number}", "") or "0") for number in range(1, len(poll.options) + 1)}
    return _ordered({number: place for number, place in places.items() if place})


def _ordered(places: Mapping[int, int]) -> list[int]:
    if len(set(places.values())) < len(places):
        raise Refusal("choice_repeated", _("Each answer and each place can be given once only."), field="choice")
    if set(places.values()) != set(range(1, len(places) + 1)):
        raise Refusal("places_skipped", _("Give places in turn: the first, the second and so on."), field="choice")
    return sorted(places, key=places.__getitem__)


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 4):
        raise Refusal("choice_unknown", _("There is no such answer in this poll."), field="choice")
    return int(text)
