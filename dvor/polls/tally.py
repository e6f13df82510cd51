"""Counting, exactly and in whole numbers. Pure: no table, no clock.

An answer is a list of numbers of options, from 1. Sums of a poll with n options are a list of whole numbers:

single, multiple, scale   n: how often each option was chosen
ranked                    2n: doubled marks of each option, then how often it stood first

Ranking is counted by Borda: with n options the first place gives n − 1 marks, the second n − 2, the last 0; options
that were left without a place share equally the marks that remain. They are doubled, so that halves stay whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext_lazy as _

from dvor.base.refusals import Refusal
from dvor.polls.models import Poll

Kind = Poll.Kind
Choice = Sequence[int]


def width(kind: str, options: int) -> int:
    """How many sums a poll of this kind has."""
    return 2 * options if kind == Kind.RANKED else options


def checked(kind: str, options: int, least: int, most: int, choice: Choice) -> list[int]:
    """The answer as it is stored: known options, each once, as many as are allowed; sorted unless it is a ranking.

    Raises:
        Refusal: ``choice_empty``, ``choice_unknown``, ``choice_repeated``, ``choice_too_few``,
            ``choice_too_many`` (422).
    """
    if not choice:
        raise Refusal("choice_empty", _("Choose an answer first."), field="choice")
    if len(choice) > options or any(not 1 <= one <= options for one in choice):
        raise Refusal("choice_unknown", _("There is no such answer in this poll."), field="choice")
    if len(set(choice)) < len(choice):
        raise Refusal("choice_repeated", _("Each answer and each place can be given once only."), field="choice")
    if len(choice) < least:
        raise Refusal("choice_too_few", _("Choose at least %(count)s.") % {"count": least}, field="choice")
    if len(choice) > most:
        raise Refusal("choice_too_many", _("Choose at most %(count)s.") % {"count": most}, field="choice")
    return list(choice) if kind == Kind.RANKED else sorted(choice)


def sums(kind: str, options: int, ballots: Iterable[tuple[Choice, int]]) -> list[int]:
    """The sums over answers, each with how often it was given."""
    found = [0] * width(kind, options)
    for choice, times in ballots:
        for place, part in enumerate(_parts(kind, options, choice)):
            found[place] += part * times
    return found


def plus(kind: str, options: int, counted: Sequence[int], choice: Choice) -> list[int]:
    """The sums with one answer more."""
    return [one + part for one, part in zip(counted, _parts(kind, options, choice), strict=True)]


def _parts(kind: str, options: int, choice: Choice) -> list[int]:
    if kind != Kind.RANKED:
        chosen = set(choice)
        return [int(number in chosen) for number in range(1, options + 1)]
    rest = options - len(choice) - 1  # doubled mean of the marks 0 … rest that nobody was given by name
    marks = [rest] * options
    for place, number in enumerate(choice):
        marks[number - 1] = 2 * (options - 1 - place)
    return marks + [int(number == choice[0]) for number in range(1, options + 1)]


@dataclass(frozen=True, slots=True)
class Line:
    """One option of a result. ``count``: voices, or marks of a ranking; ``place`` from 1, ties share it."""

    number: int
    text: str
    count: Fraction
    percent: int
    place: int
    firsts: int | None = None

    @property
    def shown_count(self) -> str:
        """``7`` or ``7,5``."""
        return (
            str(self.count.numerator) if self.count.denominator == 1 else f"{float(self.count):.1f}".replace(".", ",")
        )


@dataclass(frozen=True, slots=True)
class Tally:
    """What the sums say. Percents are of the voters; in a ranking, of the most marks that an option could have."""

    votes: int
    lines: list[Line]
    mean: Fraction | None = None

    @property
    def leaders(self) -> list[Line]:
        """The options on the first place; none without a vote."""
        return [line for line in self.lines if line.place == 1] if self.votes else []

    @property
    def shown_mean(self) -> str:
        """The mean mark with two digits, half up."""
        if self.mean is None:
            return ""
        hundredths = _half_up(self.mean * 100)
        return f"{hundredths // 100},{hundredths % 100:02d}"


def read(kind: str, options: Sequence[str], votes: int, counted: Sequence[int]) -> Tally:
    """The sums in words: counts, percents (half up) and places."""
    assert len(counted) == width(kind, len(options))
    ranked = kind == Kind.RANKED
    counts = [Fraction(one, 2) if ranked else Fraction(one) for one in counted[: len(options)]]
    whole = votes * (len(options) - 1 if ranked else 1)
    firsts = list(counted[len(options) :]) if ranked else [None] * len(options)
    lines = [
        Line(
            number=number,
            text=text,
            count=count,
            percent=_half_up(100 * count / whole) if whole else 0,
            place=1 + sum(other > count for other in counts),
            firsts=first,
        )
        for number, (text, count, first) in enumerate(zip(options, counts, firsts, strict=True), start=1)
    ]
    mean = None
    if kind == Kind.SCALE and votes:
        mean = sum((line.number * line.count for line in lines), Fraction()) / votes
    return Tally(votes, lines, mean)


def _half_up(number: Fraction) -> int:
    return (2 * number.numerator + number.denominator) // (2 * number.denominator)
